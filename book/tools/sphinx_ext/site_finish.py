"""Finish the site: nothing from other hosts, light pages, accessible markup.

- the formulas' font is cut down to the letters in use (see formulas.py);
- thebe, the icon *script* (the icon font and its style stay, cut down to the icons in
  use) and all source maps go; figures are stored with as few colours as they have;
- the addresses for "edit this page", Binder and Colab appear only where
  BOOK_REPOSITORY_URL is set, absolute links of the social cards where BOOK_SITE_URL is;
- sounds, data of a page's own scripts and what its box runs are taken out of the pages
  into files, so that only who listens or asks for them loads them;
- figures are loaded when they come into view, in places kept for them; wide blocks can
  be reached and scrolled by keyboard, inputs have labels.
"""

import base64
from functools import partial
import hashlib
import io
import json
import logging
import os
from pathlib import Path
import re
import shutil
from urllib.parse import urlsplit

from fontTools import subset
import formulas
from formulas import FONT, cut_font, letters
from picture_sizes import with_sizes
from PIL import Image
import pydata_sphinx_theme
from search_guard import guard_search

from book.tools.stored_scripts import BOX, EXAM, LIVE, framed

ICON_RULE = re.compile(r'(?<![^{}])([^{}]*)\{content:"\\([0-9a-f]{4})"\}')
DATA = re.compile(
    r'<script type="application/json" id="([a-z0-9-]+)" data-on-demand>(.*?)</script>',
    re.DOTALL,
)
SOUND = re.compile(r'src="data:audio/(\w+);base64,([^"]+)"')
CONSOLE = re.compile(r"\bconsole\.log\(")  # a reader's console is for real errors


def configure(app, config) -> None:
    """Take addresses from the environment; leave buttons off where there is none."""
    for chatty in ("fontTools", "matplotlib.font_manager"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    options = config.html_theme_options
    repository = os.environ.get("BOOK_REPOSITORY_URL", "").rstrip("/")
    for key in ("repository_url", "repository_branch", "path_to_docs"):
        options.pop(key, None)
    options["launch_buttons"] = {}
    if repository:
        options["repository_url"] = repository
        options["repository_branch"] = os.environ.get("BOOK_REPOSITORY_BRANCH", "main")
        options["use_repository_button"] = True
        options["use_edit_page_button"] = True
        options["launch_buttons"] = {
            "notebook_interface": "jupyterlab",
            "binderhub_url": "https://mybinder.org",
            "colab_url": "https://colab.research.google.com",
            "jupyterhub_url": os.environ.get("BOOK_JUPYTERHUB_URL", ""),
        }
    site = os.environ.get("BOOK_SITE_URL", "").rstrip("/")
    config.ogp_site_url = site + "/" if site else ""
    config.html_baseurl = config.ogp_site_url
    if not site:  # a card is found by its whole address only, and takes long to draw
        config.ogp_social_cards = {**config.ogp_social_cards, "enable": False}


def drop_thebe(app, config) -> None:
    """Thebe runs code in the page through another host; the book does not use it."""
    for listeners in app.events.listeners.values():
        listeners[:] = [
            listener
            for listener in listeners
            if "thebe" not in getattr(listener.handler, "__module__", "")
            and "thebe" not in getattr(listener.handler, "__name__", "")
        ]
    app.registry.css_files[:] = [
        entry for entry in app.registry.css_files if "thebe" not in entry[0]
    ]


def edit_markdown(app, pagename, templatename, context, doctree) -> None:
    """The source to edit is the Markdown, not the notebook made from it."""
    if context.get("page_source_suffix") == ".ipynb":
        context["page_source_suffix"] = ".md"


def finish(app, exception) -> None:
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    _shrink_figures(out / "_images", Path(app.doctreedir, "figures"))
    for path in static.rglob("*.map"):
        path.unlink()
    for path in static.glob("scripts/fontawesome.js*"):
        path.unlink()
    for name in ("sphinx-thebe.js", "sphinx-thebe.css"):
        (static / name).unlink(missing_ok=True)
    for script in Path(app.srcdir, "chapters").glob("*/*.js"):
        topic = static / "live" / script.parent.name
        topic.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(script, topic / script.name)
    icons, in_formulas = set(), set()
    notes = Path(app.doctreedir, "finished.json")
    try:
        done = json.loads(notes.read_text())
    except (OSError, ValueError):  # none yet, or a write that was cut off
        done = {}
    times = {}
    for path in out.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        icons |= set(re.findall(r"\bfa-[a-z0-9-]+", text))
        times[str(path)] = path.stat().st_mtime_ns
        if done.get(str(path)) == times[str(path)]:  # as the last build has left it
            in_formulas |= letters(text)
            continue
        finished = _sounds_to_files(finish_page(text), path.parent, out / "_sounds")
        finished = _data_to_files(finished, path.parent, out / "_data")
        finished = _live_to_files(finished, path.parent, static / "live")
        finished = _boxes_to_places(finished)
        finished = _exam_to_files(finished, path.parent, static / "exam")
        in_formulas |= letters(finished)
        finished = with_sizes(finished, path)
        if path == out / "404.html":
            finished = _from_any_folder(finished)
        if finished != text:
            path.write_text(finished, encoding="utf-8")
            times[str(path)] = path.stat().st_mtime_ns
    notes.write_text(json.dumps(times))
    for path in static.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        icons |= set(re.findall(r"\bfa-[a-z0-9-]+", text))
        path.write_text(CONSOLE.sub("void (", text), encoding="utf-8")
    _cut_icons(static, icons, Path(app.doctreedir, "fonts"))
    font = Path(app.srcdir, "book", "_static", FONT)
    key = font.read_bytes() + "".join(sorted(in_formulas)).encode()
    with_store(
        Path(app.doctreedir, "fonts"),
        static / FONT,
        key + Path(formulas.__file__).read_bytes(),
        lambda: cut_font(font, static / FONT, in_formulas),
    )
    guard_search(out)


def finish_page(html: str) -> str:
    """One page's HTML, lighter and easier to use. Doing it twice changes nothing."""
    html = re.sub(r"\s*<script[^>]*fontawesome\.js[^>]*></script>", "", html)
    html = re.sub(r"\s*<link[^>]*fontawesome\.js[^>]*>", "", html)
    html = CONSOLE.sub("void (", html)
    if 'class="sd-' not in html and " sd-" not in html:  # nothing of sphinx-design
        html = re.sub(r"\s*<script[^>]*design-tabs\.js[^>]*></script>", "", html)
        html = re.sub(r"\s*<link[^>]*sphinx-design[^>]*/>", "", html)
    # roles that WAI-ARIA has withdrawn, in the bibliography
    html = re.sub(r' role="(?:doc-biblioentry|list)"', "", html)
    html = re.sub(
        r"<img (?![^>]*loading=)", '<img loading="lazy" decoding="async" ', html
    )
    return html


def _sounds_to_files(html: str, page: Path, folder: Path) -> str:
    """The page with links to its sounds, which are written to ``folder``."""

    def link(match):
        content = base64.b64decode(match[2])
        path = folder / f"{hashlib.sha256(content).hexdigest()[:16]}.{match[1]}"
        folder.mkdir(exist_ok=True)
        path.write_bytes(content)
        return f'src="{Path(os.path.relpath(path, page)).as_posix()}"'

    return SOUND.sub(link, html)


def _data_to_files(html: str, page: Path, folder: Path) -> str:
    """The page with empty elements in the place of its data on demand.

    Each names, as its data-src, a script that fills it. (A script can be loaded from
    file:// too; data cannot.)
    """

    def link(match):
        name, content = match.groups()
        script, digest = data_script(name, content)
        path = folder / f"{digest}.js"
        folder.mkdir(exist_ok=True)
        path.write_text(script, encoding="utf-8")
        source = Path(os.path.relpath(path, page)).as_posix()
        return (
            f'<script type="application/json" id="{name}" data-src="{source}"></script>'
        )

    return DATA.sub(link, html)


def data_script(name: str, content: str) -> tuple[str, str]:
    """A script that fills the element ``name``, and the name of its file."""
    fill = f"document.getElementById({json.dumps(name)}).textContent"
    script = f"{fill} = {json.dumps(content)};\n"
    return script, hashlib.sha256(script.encode()).hexdigest()[:16]


def _live_to_files(html: str, page: Path, folder: Path) -> str:
    """The page with links to what its box runs, in the place of the texts themselves.

    The files are those of the present ``book/_static/live`` and chapters, whatever the
    notebook held when it was executed.
    """

    def link(match):
        path = folder / match[2]
        source = Path(os.path.relpath(path, page)).as_posix()
        version = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        return f'{match[1]} data-src="{source}?v={version}"></script>'

    return BOX.sub(lambda box: framed(box[1], box[2], folder), LIVE.sub(link, html))


def _exam_to_files(html: str, page: Path, folder: Path) -> str:
    """The page with its exam in the present style; its script is fetched when needed.

    The site's own script does so, when the reader comes near.
    """
    script = folder / "exam.js"
    version = hashlib.sha256(script.read_bytes()).hexdigest()[:8]
    source = f"{Path(os.path.relpath(script, page)).as_posix()}?v={version}"
    style = (folder / "exam.css").read_text(encoding="utf-8")
    return EXAM.sub(
        lambda m: (
            f'<style>{style}</style><section class="{m[1]}" data-src="{source}"{m[2]}'
        ),
        html,
    )


def _boxes_to_places(html: str) -> str:
    """The page with a box where its text asks for it, further up than its net."""

    def move(html, box):
        place = re.compile(
            rf'<div class="live-place" data-box="{box[2]}">.*?</div>', re.DOTALL
        )
        if not place.search(html):
            return html
        return place.sub(lambda _: box[0], html.replace(box[0], ""))

    for box in BOX.finditer(html):
        html = move(html, box)
    return html


def _from_any_folder(html: str) -> str:
    """Let the 404 page find its files from whatever address it is served at."""
    root = urlsplit(os.environ.get("BOOK_SITE_URL", "")).path.rstrip("/") + "/"
    script = (
        "<script>if (location.protocol !== 'file:') "
        f"document.write('<base href=\"{root}\">')</script>"
    )
    return html if script in html else html.replace("<head>", "<head>" + script, 1)


def _shrink_figures(images: Path, store: Path) -> None:
    """Store plots with a palette; photographs, which have more colours, stay."""
    for path in images.glob("*.png"):
        content = path.read_bytes()
        if Image.open(io.BytesIO(content)).mode == "RGBA":
            with_store(store, path, content, partial(_shrink_figure, path))


def _shrink_figure(path: Path) -> None:
    picture = Image.open(path)
    if picture.getcolors(4096) is not None:
        few = picture.quantize(256, method=Image.Quantize.FASTOCTREE)
        few.save(path, optimize=True)


def with_store(store: Path, target: Path, key: bytes, make) -> None:
    """Let ``make()`` write ``target``, or put there what it wrote for the same key."""
    kept = store / f"{hashlib.sha256(key).hexdigest()}{target.suffix}"
    if not kept.exists():
        make()
        store.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(target, kept)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(kept, target)


def _cut_icons(static: Path, icons: set[str], store: Path) -> None:
    """Keep only the icons that some page, script or style sheet shows."""
    theme = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme"
    glyphs = set()

    def used(match):
        names = set(re.findall(r"fa-[a-z0-9-]+", match[1]))
        if names and not names & icons:
            return ""
        glyphs.add(int(match[2], 16))
        return match[0]

    for path in static.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        path.write_text(ICON_RULE.sub(used, text), encoding="utf-8")
    folder = Path("vendor", "fontawesome", "webfonts")
    for path in (static / folder).glob("*"):
        if path.suffix == ".ttf":
            path.unlink()
            continue
        whole = theme / "static" / folder / path.name
        key = whole.read_bytes() + repr(sorted(glyphs)).encode()
        with_store(store, path, key, partial(_cut_icon_font, whole, path, glyphs))


def _cut_icon_font(whole: Path, target: Path, glyphs: set[int]) -> None:
    options = subset.Options(flavor="woff2", ignore_missing_unicodes=True)
    font = subset.load_font(str(whole), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=glyphs)
    cutter.subset(font)
    subset.save_font(font, str(target), options)


def setup(app):
    app.connect("config-inited", configure, priority=100)
    app.connect("config-inited", drop_thebe, priority=100)
    app.connect("html-page-context", edit_markdown, priority=400)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
