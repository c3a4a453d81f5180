"""Which chapters there are, where their files lie, and how files are read and replaced.

A chapter is ``chapters/<topic>/<name>.md``, called ``topic/name``. Its notebook lies
beside it and is never edited by hand.
"""

import os
from pathlib import Path
import re

import yaml

from book.tools.kernels import ROOT

__all__ = ["ROOT", "ChapterError"]


class ChapterError(Exception):
    """A chapter that could not be found, read or executed."""


def chapter_names(root: Path = ROOT) -> list[str]:
    """All chapters as ``topic/name``: in the order of the book, then the unlisted.

    Raises ChapterError where _toc.yml is not YAML.
    """
    path = root / "_toc.yml"
    try:
        toc = yaml.safe_load(read_text(path))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ChapterError(f"{path}:{line}: not YAML: {error.problem}") from error
    listed = re.findall(r"'file': 'chapters/([^']+)'", str(toc))
    present = {
        f"{path.parent.name}/{path.stem}" for path in root.glob("chapters/*/*.md")
    }
    return [n for n in listed if n in present] + sorted(present - set(listed))


def choose_chapters(wanted: list[str], root: Path = ROOT) -> list[str]:
    """The wanted chapters, or all where none is named. Raises ChapterError."""
    names = chapter_names(root)
    for name in wanted:
        if name not in names:
            raise ChapterError(
                f"there is no chapter {name!r}; expected one of: {', '.join(names)}"
            )
    return wanted or names


def chapter_files(name: str, root: Path = ROOT) -> tuple[Path, Path]:
    """The Markdown and the notebook of the chapter ``topic/name``."""
    stem = root / "chapters" / name
    return stem.with_name(stem.name + ".md"), stem.with_name(stem.name + ".ipynb")


def read_text(path: Path) -> str:
    """The text of a file. Raises ChapterError, with its line, where it is not UTF-8."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ChapterError(
            f"{path}:{line}: byte {content[error.start]:#04x} is not UTF-8; "
            f"save the file as UTF-8"
        ) from error


def replace_text(path: Path, text: str) -> None:
    """Replace the file in one step, and only if it changes."""
    content = text.encode("utf-8")
    if path.exists() and path.read_bytes() == content:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
