"""What git leaves in a file when two changes meet, and files that nobody can read.

A merge that is not finished leaves lines of seven signs: ``<<<<<<< ours``, sometimes
``||||||| before``, ``=======``, ``>>>>>>> theirs``. The first, second and last mean
nothing in any format that the book uses, so each of them is refused. A line of equals
signs is refused only between them: alone, it underlines a heading in Markdown and in
docstrings.
"""

import os
from pathlib import Path
import re

from book.tools.chapters import ROOT, ChapterError, read_text

MARKER = re.compile(r"^(<{7}|\|{7}|>{7})(?: .*)?$", re.M)
MIDDLE = re.compile(r"^={7}$", re.M)
SUFFIXES = {
    ".md", ".bib", ".yml", ".yaml", ".toml", ".cff", ".py", ".sh", ".css", ".js",
    ".html", ".svg", ".csv", ".tsv", ".txt", ".json",
}  # fmt: skip
NAMES = {"Makefile", "Dockerfile", "LICENSE", "SHA256SUMS", "postBuild"}
SKIPPED = {
    ".git", ".venv", ".venv-torch", "_build", "artifacts", "node_modules",
    "__pycache__",
}  # fmt: skip


def text_files(root: Path = ROOT) -> list[Path]:
    """Every file of the project that people write or merge, except notebooks."""
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(
            name
            for name in folders
            if name not in SKIPPED
            and not name.endswith(("_cache", ".egg-info"))
            and not Path(folder, name, "pyvenv.cfg").exists()  # somebody's own packages
        )
        for name in sorted(files):
            path = Path(folder, name)
            if path.suffix in SUFFIXES or name in NAMES:
                found.append(path)
    return found


def problems(path: Path, root: Path = ROOT) -> list[str]:
    """Each marker of a conflict in the file as ``file:line: what is wrong``.

    A file that is not UTF-8 is one problem.
    """
    name = path.relative_to(root)
    try:
        text = read_text(path)
    except ChapterError as error:
        return [str(error).replace(f"{path}:", f"{name}:", 1)]
    lines = [text.count("\n", 0, match.start()) + 1 for match in MARKER.finditer(text)]
    if not lines:
        return []
    for match in MIDDLE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        if lines[0] < line < lines[-1]:
            lines.append(line)
    rows = text.split("\n")
    return [
        f"{name}:{line}: {rows[line - 1][:7]!r} is left over from a merge; keep one of "
        f"the two versions and remove the markers"
        for line in sorted(lines)
    ]
