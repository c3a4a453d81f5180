"""From a chapter's Markdown to a notebook, and back to what people added to a notebook.

Prose may hold the value of an expression: {eval}`f"{accuracy:.2f}"`. It is evaluated
where it stands, and its value is kept in the cell's metadata, in the form that
JupyterLab's MyST extension writes too.
"""

from pathlib import Path
import re

import jupytext
import nbformat
from utils.fingerprints import CodeCell
from utils.reachable import sha256
import yaml

from book.tools.chapters import ROOT, chapter_files, read_text

EVAL_ROLE = re.compile(r"\{eval\}`([^`]+)`")
KEPT = ".edited"  # in the name of a notebook that was put aside


def read_source(path: Path) -> nbformat.NotebookNode:
    """The chapter's Markdown as a notebook without outputs.

    A cell's id is made of its source. Raises ChapterError where the file is not UTF-8.
    """
    nb = jupytext.reads(read_text(path), "md:myst")
    nb.metadata = nbformat.from_dict(
        {
            "jupytext": {"formats": "ipynb,md:myst"},
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python", "file_extension": ".py"},
        }
    )
    nb.nbformat, nb.nbformat_minor = 4, 5
    seen = {}
    for cell in nb.cells:
        digest = _cell_digest(cell)
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = f"{digest}-{seen[digest]}"
    return nb


def _cell_digest(cell) -> str:
    return sha256(cell.source)[:12]


def cell_options(cell: CodeCell) -> dict:
    """The options of a code cell; {} where they are malformed or none."""
    text = cell.options.strip()
    if text.startswith(":"):
        text = "\n".join(line.removeprefix(":") for line in text.split("\n"))
    try:
        found = yaml.safe_load(text.strip("-\n") if text.startswith("---") else text)
    except yaml.YAMLError:
        return {}
    return found if isinstance(found, dict) else {}


def expressions(cell) -> list[str]:
    """The ``{eval}`` expressions in a cell's prose, in order."""
    return EVAL_ROLE.findall(cell.source) if cell.cell_type == "markdown" else []


def stored_notebook(path: Path) -> nbformat.NotebookNode | None:
    """The notebook in a file; None where there is none that can be read."""
    try:
        nb = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(nb)
    except FileNotFoundError:
        return None
    except Exception:  # whatever a damaged file makes the reader stumble over
        return None
    return nb


def cells_of_others(nb: nbformat.NotebookNode, source: nbformat.NotebookNode) -> list:
    """The cells of a stored notebook that neither its Markdown has nor we have written.

    Those that were written from the Markdown tell by their ids.
    """
    known = {(cell.cell_type, cell.source.strip()) for cell in source.cells}
    return [
        cell
        for cell in nb.cells
        if cell.source.strip()
        and (cell.cell_type, cell.source.strip()) not in known
        and not cell.get("id", "").startswith(_cell_digest(cell))
    ]


def keep_edited(name: str, root: Path = ROOT) -> str | None:
    """Put a copy of the chapter's notebook beside it where somebody has worked in it.

    To be called before the notebook is replaced. Returns what to tell, or None.
    """
    source, target = chapter_files(name, root)
    stored = stored_notebook(target)
    found = cells_of_others(stored, read_source(source)) if stored else []
    if not found:
        return None
    number, copy = 1, target.with_name(f"{target.stem}{KEPT}.ipynb")
    while copy.exists() and copy.read_bytes() != target.read_bytes():
        number += 1
        copy = target.with_name(f"{target.stem}{KEPT}-{number}.ipynb")
    copy.write_bytes(target.read_bytes())
    shown = "\n".join(f"    {_first_line(cell.source)}" for cell in found)
    kept = copy.relative_to(root)
    return (
        f"{target.relative_to(root)} held {len(found)} cells that {source.name} does "
        f"not hold; it is kept as {kept}:\n{shown}\n"
        f"  To bring them into the chapter, paste them into {source.name} from:\n"
        f"  .venv/bin/jupytext --to md:myst --output - {kept}\n"
        f"  then delete the copy."
    )


def _first_line(source: str) -> str:
    return source.strip().split("\n")[0][:70]
