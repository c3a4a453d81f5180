"""Tell whether chapters are measured against libraries of the group `peers`.

    python -m book.tools.needs_peers [topic/name ...]

Ends with exit code 0 where one of them is, and with 1 where none is. A chapter names
such libraries in ``long_run(..., packages=...)``.
"""

from pathlib import Path
import re
import sys
import tomllib

from utils.fingerprints import code_cells

from book.tools.chapters import (
    ROOT,
    ChapterError,
    chapter_files,
    choose_chapters,
    read_text,
)


def peers(root: Path = ROOT) -> list[str]:
    """The names of the libraries in the group."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    lines = project["dependency-groups"]["peers"]
    return [re.match(r"[\w.-]+", line)[0] for line in lines]


def needed_peers(name: str, root: Path = ROOT) -> list[str]:
    """Those of them that the chapter's code names."""
    cells = code_cells(read_text(chapter_files(name, root)[0]))
    code = "\n".join(cell.code for cell in cells)
    return [peer for peer in peers(root) if f'"{peer}"' in code]


if __name__ == "__main__":
    try:
        names = choose_chapters(sys.argv[1:])
    except ChapterError as error:
        sys.exit(str(error))
    sys.exit(not any(needed_peers(name) for name in names))
