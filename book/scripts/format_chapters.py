"""Format the code cells of the chapters' Markdown with ruff.

    python -m book.scripts.format_chapters [topic/name ...]

Ruff formats notebooks, not MyST-Markdown: so each chapter is read as a notebook, that
is formatted in a temporary folder next to ruff's settings for chapters, and changed
cells are put back into the Markdown. Prose and cell options stay as they are.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from book.scripts.notebooks import ROOT, chapter_files, choose_chapters, read_source


def format_chapter(name: str, root: Path = ROOT) -> int:
    """Format one chapter; return how many cells changed."""
    path, _ = chapter_files(name, root)
    before = read_source(path)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        notebook = Path(folder, "chapter.ipynb")
        nbformat.write(before, notebook)
        command = [sys.executable, "-m", "ruff", "format", "--quiet", str(notebook)]
        subprocess.run(command, check=True)
        after = nbformat.read(notebook, as_version=4)
    text, position, changed = path.read_text(encoding="utf-8"), 0, 0
    for old, new in zip(before.cells, after.cells, strict=True):
        if old.cell_type == "code":
            position = text.index(old.source, position)
            if old.source != new.source:
                end = position + len(old.source)
                text, changed = text[:position] + new.source + text[end:], changed + 1
            position += len(new.source)
    if changed:
        path.write_text(text, encoding="utf-8")
    return changed


if __name__ == "__main__":
    for chapter in choose_chapters(sys.argv[1:]):
        if count := format_chapter(chapter):
            print(f"chapters/{chapter}.md: {count} cells formatted")
