"""Write the chapters' Markdown the way ruff and jupytext do.

    python -m book.tools.format_chapters [topic/name ...]

Code cells are formatted by ruff, which knows notebooks but not MyST-Markdown: so the
chapter is read as a notebook, formatted in a temporary folder beside ruff's settings
for chapters, and written back by jupytext. A chapter that was so written does not
change when JupyterLab saves it.
"""

from pathlib import Path
import re
import subprocess
import sys
import tempfile

import jupytext
import nbformat

from book.tools.chapters import (
    ROOT,
    ChapterError,
    chapter_files,
    choose_chapters,
    read_text,
    replace_text,
)

HEADER = """\
---
jupytext:
  formats: ipynb,md:myst
  text_representation:
    extension: .md
    format_name: myst
    format_version: 0.13
kernelspec:
  name: python3
  display_name: Python 3 (ipykernel)
  language: python
---
"""


def formatted(path: Path) -> str:
    """The chapter's Markdown as it should be, which is as JupyterLab saves it."""
    nb = jupytext.reads(read_text(path), "md:myst")
    for cell in nb.cells:
        for part in ("image", "figure"):
            options = cell.metadata.get("mystnb", {}).get(part, {})
            for key in {"alt", "caption"} & set(options):
                options[key] = " ".join(options[key].split())
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        notebook = Path(folder, "chapter.ipynb")
        nbformat.write(nb, notebook)
        for step in (["check", "--select=I", "--fix"], ["format"]):
            command = [sys.executable, "-m", "ruff", *step, "--quiet", str(notebook)]
            subprocess.run(command, check=True)
        for cell, after in zip(
            nb.cells, nbformat.read(notebook, as_version=4).cells, strict=True
        ):
            cell.source = after.source
    text = jupytext.writes(nb, "md:myst")
    return re.sub(r"\A---\n.*?\n---\n", HEADER, text, count=1, flags=re.S)


def format_chapter(name: str, root: Path = ROOT) -> bool:
    """Format one chapter; return whether it changed."""
    path, _ = chapter_files(name, root)
    before, after = read_text(path), formatted(path)
    replace_text(path, after)
    return after != before


def main() -> None:
    try:
        for chapter in choose_chapters(sys.argv[1:]):
            if format_chapter(chapter):
                print(f"formatted chapters/{chapter}.md")
    except ChapterError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
