"""Build the site in _build/html from the stored notebooks.

    python -m book.tools.build                 # each page that would come out different
    python -m book.tools.build topic/name      # that chapter's page
    python -m book.tools.build --execute       # after executing what is stale

What would stop a build is told before anything is executed.

Sphinx keeps what it has read, and ``sphinx_ext/what_changed.py`` knows which pages are
to be written. A whole build begins anew where the settings, the table of contents, the
lock or the build's own extensions have changed.
"""

import argparse
from contextlib import redirect_stderr
import gc
import hashlib
import json
import os
from pathlib import Path
import re
import sys

from utils.fingerprints import LOCKS

from book.tools import conflicts, notebooks, references
from book.tools.chapters import ROOT, ChapterError, chapter_files, choose_chapters
from book.tools.rules import unfinished_problems

FOUNDATIONS = ("_config.yml", "_toc.yml", *LOCKS.values())
ADDRESSES = (
    "BOOK_REPOSITORY_URL", "BOOK_REPOSITORY_BRANCH", "BOOK_SITE_URL",
    "BOOK_JUPYTERHUB_URL",
)  # fmt: skip
CELL = 10_000  # MyST-NB counts as (cell + 1) * 10000 + line, both from 0, + 2
PLACE = re.compile(r"(/[^:\n]+)\.ipynb:(\d+)")


def source_problems(names: list[str], root: Path = ROOT) -> list[str]:
    """What would stop the build of these chapters and of the pages without code.

    Each problem is a line ``file:line: what is wrong``.
    """
    if problems := unfinished_problems(root):
        return problems
    known = references.targets(root)
    problems = references.labels_used_twice(known)
    chapters = [chapter_files(name, root)[0] for name in names]
    for path in [*chapters, *sorted(root.glob("book/*.md"))]:
        problems += conflicts.problems(path, root) or references.problems(
            path, known, root
        )
    return problems


def build(chapter: str | None = None, root: Path = ROOT) -> bool:
    """Build the site, or one chapter's page in it; True where nothing is amiss.

    All pages are built where there is no whole site yet, or one of another foundation.
    """
    from jupyter_book.sphinx import build_sphinx  # takes a second to import

    site = root / "_build" / "html"
    key, stamp = _foundation(root), root / "_build" / "foundation.txt"
    fresh = not (site.exists() and stamp.exists() and stamp.read_text() == key)
    if fresh:
        stamp.unlink(missing_ok=True)  # until the whole site is there
    one_page = [str(chapter_files(chapter, root)[1])] if chapter and not fresh else []
    with redirect_stderr(MarkdownPlaces(sys.stderr)):
        result = build_sphinx(
            root,
            site,
            noconfig=True,
            path_config=root / "_config.yml",
            confoverrides={
                "external_toc_path": (root / "_toc.yml").as_posix(),
                "latex_individualpages": False,
                "nitpicky": True,
            },
            filenames=one_page,
            force_all=fresh,
            freshenv=fresh,
            warningiserror=True,
            keep_going=True,
            quiet=True,
        )
    if isinstance(result, BaseException):
        return False
    stamp.write_text(key)
    return result == 0


def _foundation(root: Path) -> str:
    """A hash of what every page stands on."""
    paths = [root / name for name in FOUNDATIONS]
    paths += sorted(root.glob("book/tools/sphinx_ext/*.py"))
    digest = hashlib.sha256(json.dumps([os.environ.get(a) for a in ADDRESSES]).encode())
    for path in paths:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


class MarkdownPlaces:
    """A stream that names the Markdown's line where Sphinx names a notebook's."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, text: str) -> int:
        self.stream.write(PLACE.sub(self._place, text))
        return len(text)

    def _place(self, match: re.Match) -> str:
        line = markdown_line(Path(f"{match[1]}.ipynb"), int(match[2]))
        return match[0] if line is None else f"{match[1]}.md:{line}"

    def __getattr__(self, name):
        return getattr(self.stream, name)


def markdown_line(notebook: Path, number: int) -> int | None:
    """The line in the chapter's Markdown of a line as MyST-NB counts them.

    None where the notebook has no such cell, or the Markdown is another by now.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        text = notebook.with_suffix(".md").read_text(encoding="utf-8")
    except (OSError, ValueError, KeyError):
        return None
    index, offset = number // CELL - 1, number % CELL - 2
    if not 0 <= index < len(cells):
        return None
    position = 0
    for cell in cells[: index + 1]:
        source = "".join(cell["source"])
        start = text.find(source, position)
        if start < 0:
            return None
        position = start + len(source)
    return text.count("\n", 0, start) + 1 + max(offset, 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "chapter", nargs="?", help="topic/name; all where none is given"
    )
    parser.add_argument(
        "--execute", action="store_true", help="first execute what is stale"
    )
    options = parser.parse_args()
    wanted = [options.chapter] if options.chapter else []
    try:
        names = choose_chapters(wanted)
        problems = source_problems(names)
    except ChapterError as error:
        problems = [str(error)]
    if problems:
        sys.exit("\n".join(problems))
    if options.execute:
        notebooks.provide(names)
    # A quarter of a build's time is the search for unused cycles, and this process ends
    # soon: its memory grows from 310 to 520 MB without.
    gc.disable()
    if not build(options.chapter):
        sys.exit("The site was built, but not without the warnings above: mend them.")
    page = f"chapters/{options.chapter}.html" if options.chapter else "index.html"
    print(f"The book is in _build/html/{page}")


if __name__ == "__main__":
    main()
