"""Make icons.npz, icons.csv and sets.csv from the npm package @iconify/json 2.2.535.

    python -m data.icons.make                               # fetches it with npm
    python -m data.icons.make iconify-json-2.2.535.tgz      # or takes it from here

Nothing in the book runs this: the files are committed. It is here so that anyone can
see where every drawing came from, and make the same bytes again. What is taken, what is
left out, and whose drawings belong together, stands in selection.py.
"""

import argparse
import hashlib
import io
import json
from pathlib import Path
import re
import tarfile

import numpy
import pandas as pd
from PIL import Image
import resvg_py
from scipy.cluster.hierarchy import DisjointSet
from scipy.ndimage import gaussian_filter
from utils.data import write_npz

from data import sources
from data.icons import selection

PACKAGE = "@iconify/json@2.2.535"
PACKAGE_SHA256 = "1a545f86fa224d6531d8fb101dcbe83aac2b28689a21cbed6fc68318a5af4d91"
SIDE, MARGIN, LEVELS = 48, 2, 16  # pixels, pixels, grey values
FOLDER = Path(__file__).parent


def icon_sets(content: bytes):
    """The package's icon sets, in the order of their prefixes, each a dictionary."""
    with tarfile.open(fileobj=io.BytesIO(content)) as package:
        members = {
            Path(member.name).stem: package.extractfile(member).read()
            for member in package
            if re.fullmatch(r"package/json/[^/]+\.json", member.name)
        }
    for prefix in sorted(members):
        yield json.loads(members[prefix])


def candidates(content: bytes) -> pd.DataFrame:
    """Every drawing that selection.py wants: whose it is, what it shows, its SVG."""
    rows = []
    for icons in icon_sets(content):
        info, prefix = icons["info"], icons["prefix"]
        licence = info["license"].get("spdx", "")
        if licence not in selection.LICENCES or prefix in selection.NOT_THINGS:
            continue
        for name, icon in sorted(icons["icons"].items()):
            concept = selection.concept(prefix, name)
            if concept is None or icon.get("hidden"):
                continue
            box = [
                icon.get(key, icons.get(key, default))
                for key, default in
                [("left", 0), ("top", 0), ("width", 16), ("height", 16)]
            ]  # fmt: skip
            rows.append(
                {
                    "concept": concept,
                    "set": prefix,
                    "name": name,
                    "title": info["name"],
                    "author": info["author"]["name"],
                    "licence": licence,
                    "source": info["author"].get("url", ""),
                    "svg": svg(icon["body"], box),
                }
            )
    return pd.DataFrame(rows)


def svg(body: str, box: list[float]) -> str:
    """A drawing that stands on its own, black where it leaves the colour open."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" color="black" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" width="192" height="192" '
        f'viewBox="{" ".join(map(str, box))}">{body}</svg>'
    )


def raster(drawing: str) -> numpy.ndarray:
    """Ink, (SIDE, SIDE), 0 to 255: cut to what is drawn, centred, in LEVELS steps.

    Colours become grey by their lightness over white paper. What is lighter than a
    tenth of black counts as paper; the darkest spot of the rest is made black. A
    drawing with nothing on it gives zeros.
    """
    encoded = bytes(resvg_py.svg_to_bytes(svg_string=drawing))
    picture = Image.open(io.BytesIO(encoded)).convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    ink = 255 - numpy.asarray(Image.alpha_composite(paper, picture).convert("L"))
    rows, columns = (numpy.flatnonzero(ink.max(axis) > 25) for axis in (1, 0))
    if not len(rows):
        return numpy.zeros((SIDE, SIDE), dtype="uint8")
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = (SIDE - 2 * MARGIN) / max(ink.shape)
    height, width = (max(1, round(scale * length)) for length in ink.shape)
    small = Image.fromarray(ink).resize((width, height), Image.Resampling.BOX)
    values = numpy.asarray(small, dtype=float)
    values = values / max(values.max(), 1.0)
    page = numpy.zeros((SIDE, SIDE))
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    page[top : top + height, left : left + width] = values
    return (numpy.round(page * (LEVELS - 1)) * (255 // (LEVELS - 1))).astype("uint8")


def likeness(images: numpy.ndarray) -> numpy.ndarray:
    """The correlation of each drawing with each, (n, n), after a slight blur."""
    blurred = gaussian_filter(images.astype(float), (0, 1, 1)).reshape(len(images), -1)
    blurred -= blurred.mean(axis=1, keepdims=True)
    length = numpy.linalg.norm(blurred, axis=1, keepdims=True)
    unit = blurred / numpy.maximum(length, 1e-9)
    return unit @ unit.T


def families(table: pd.DataFrame, images: numpy.ndarray) -> list[str]:
    """Whose hand each drawing shows: authors that copy each other are one family.

    Two authors are put together where selection.py says so, or where they have copies
    of each other in at least selection.SHARED_CONCEPTS concepts.
    """
    copied = {}
    distinctive = table[~table["concept"].isin(selection.DRAWN_ALIKE)]
    for concept, part in distinctive.groupby("concept"):
        alike = numpy.triu(likeness(images[part.index]) > selection.COPY, 1)
        authors = part["author"].to_numpy()
        for i, j in zip(*numpy.nonzero(alike), strict=True):
            if authors[i] != authors[j]:
                pair = tuple(sorted((authors[i], authors[j])))
                copied.setdefault(pair, set()).add(concept)
    hands = DisjointSet({*table["author"], *sum(selection.SAME_HAND, ())})
    for first, *others in selection.SAME_HAND:
        for author in others:
            hands.merge(first, author)
    for pair, concepts in copied.items():
        if len(concepts) >= selection.SHARED_CONCEPTS:
            hands.merge(*pair)
    names = {a: min(hands.subset(a), key=str.lower) for a in table["author"].unique()}
    return [names[author] for author in table["author"]]


def chosen(table: pd.DataFrame, images: numpy.ndarray) -> list[int]:
    """The rows that stay: nothing empty, no near-copies, no family in the majority."""
    ink = images.reshape(len(images), -1).mean(axis=1)
    readable = (ink > 8) & (ink < 200)
    # One drawing in several styles stands together in the alphabet. The order of the
    # checksums mixes them, in the same way at each run.
    digests = pd.Series([hashlib.sha256(image).hexdigest() for image in images])
    rows = []
    for concept, part in table[readable].groupby("concept"):
        candidates = digests[part.index].sort_values().index
        alike = likeness(images[candidates]) > selection.ALIKE
        kept, taken = [], {}
        for i, row in enumerate(candidates):
            family = table.at[row, "family"]
            if (
                taken.get(family, 0) < selection.cap(concept)
                and not alike[i, kept].any()
            ):
                kept.append(i)
                taken[family] = taken.get(family, 0) + 1
        rows += sorted(candidates[kept])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "archive", nargs="?", type=Path, help="iconify-json-2.2.535.tgz"
    )
    content = sources.npm(PACKAGE, PACKAGE_SHA256, parser.parse_args().archive)
    table = candidates(content)
    images = numpy.stack([raster(drawing) for drawing in table["svg"]])
    table["family"] = families(table, images)
    rows = chosen(table, images)
    write_npz(FOLDER / "icons.npz", {"images": images[rows]})
    kept = table.loc[rows]
    for name, columns, each in [
        ("icons.csv", ["concept", "family", "set", "name"], kept),
        ("sets.csv", ["set", "title", "author", "licence", "source"], one_a_set(kept)),
    ]:
        each[columns].to_csv(FOLDER / name, index=False, lineterminator="\n")
    for name in ("icons.csv", "icons.npz", "sets.csv"):
        print(sources.sum_line(FOLDER / name))


def one_a_set(table: pd.DataFrame) -> pd.DataFrame:
    """The first drawing's row of each set: whose work it is and under what licence."""
    return table.drop_duplicates("set").sort_values("set")


if __name__ == "__main__":
    main()
