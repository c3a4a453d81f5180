"""The size of each picture in a page, so that its place is kept before it is loaded.

Without it a page grows while its pictures come in, and whoever followed a link into the
middle of the page is carried away from it.
"""

import base64
import io
from pathlib import Path
import re
from urllib.parse import unquote
from xml.etree import ElementTree

from PIL import Image

IMAGE = re.compile(r"<img\b[^>]*>")
ATTRIBUTE = re.compile(r'\s(src|width|height)="([^"]*)"')
NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)(?:px)?\s*")


def with_sizes(html: str, page: Path) -> str:
    """The HTML of the file ``page``, its pictures with their size in pixels.

    A picture that states one of the two gets the other in its own ratio. Pictures of
    other hosts, and those that state both, stay as they are. Raises ValueError where a
    picture of the book is missing, or says nothing of its size.
    """

    def sized(match):
        tag = match[0]
        has = dict(ATTRIBUTE.findall(tag))
        source = has.get("src", "")
        if {"width", "height"} <= has.keys() or re.match(r"https?:|//|$", source):
            return tag
        width, height = picture_size(source, page.parent)
        if stated := NUMBER.fullmatch(has.get("width", "")):
            height = height * float(stated[1]) / width
            return _with(tag, f'height="{round(height)}"')
        if stated := NUMBER.fullmatch(has.get("height", "")):
            width = width * float(stated[1]) / height
            return _with(tag, f'width="{round(width)}"')
        if "width" in has or "height" in has:  # in per cent
            return tag
        return _with(tag, f'width="{round(width)}" height="{round(height)}"')

    return IMAGE.sub(sized, html)


def picture_size(source: str, folder: Path) -> tuple[float, float]:
    """Width and height in pixels of the picture at an address as a page names it.

    ``source`` is relative to ``folder``, or a data address. Raises ValueError where
    there is no such picture.
    """
    if source.startswith("data:"):
        kind, _, content = source[5:].partition(",")
        raw = unquote(content).encode()
        content = base64.b64decode(raw) if kind.endswith(";base64") else raw
        is_drawing = kind.startswith("image/svg+xml")
    else:
        path = folder / unquote(re.split(r"[?#]", source)[0])
        if not path.is_file():
            raise ValueError(f"a page shows the picture {source}, which is not there")
        content, is_drawing = path.read_bytes(), path.suffix == ".svg"
    if is_drawing:
        return _drawing_size(content, source)
    return Image.open(io.BytesIO(content)).size


def _drawing_size(content: bytes, source: str) -> tuple[float, float]:
    """Width and height of an SVG: as stated, else those of its view box."""
    root = ElementTree.fromstring(content)
    stated = [NUMBER.fullmatch(root.get(name, "")) for name in ("width", "height")]
    if all(stated):
        return float(stated[0][1]), float(stated[1][1])
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    if len(box) != 4:
        raise ValueError(
            f"the drawing {source[:80]} has no viewBox, from which its size is taken"
        )
    return float(box[2]), float(box[3])


def _with(tag: str, attributes: str) -> str:
    return f"<img {attributes}{tag.removeprefix('<img')}"
