"""What is stale: whether a stored notebook is what its chapter would give today.

A notebook's metadata hold a fingerprint of all that its outputs depend on (its code and
``{eval}`` expressions, what these use of ``utils``, data and artifacts, the lock, the
seed, the engine, the kernel's environment), and a hash of the outputs themselves: those
of another hand, such as a run in JupyterLab under another seed, do not pass for ours.
While both hold nothing is executed: new prose is written around the old outputs, and
the scripts of boxes and exams in them are replaced by those of today.
"""

import json
from pathlib import Path
import re

import nbformat
from utils.engines import engine as engine_here
from utils.fingerprints import dependencies, fingerprint
from utils.seeding import book_seed

from book.tools.chapters import ROOT, chapter_files
from book.tools.kernels import FIXED
from book.tools.sources import expressions, read_source, stored_notebook
from book.tools.stored_scripts import renew

METADATA_KEY = "programming_with_data"
ADDRESS = re.compile(r"<[\w. ]+ (?:object )?at 0x[0-9a-f]{6,}")
STYLER_ID = re.compile(r"\bT_[0-9a-f]{5}\b")


def notebook_fingerprint(
    nb: nbformat.NotebookNode,
    root: Path = ROOT,
    seed: int | None = None,
    engine: str | None = None,
) -> str:
    """A hash of everything that the notebook's outputs depend on.

    Seed and engine are those of this run unless given.
    """
    seed = book_seed() if seed is None else seed
    engine = engine_here() if engine is None else engine
    code = [c.source if c.cell_type == "code" else expressions(c) for c in nb.cells]
    code = [part for part in code if part]
    pieces = [part for p in code for part in ([p] if isinstance(p, str) else p)]
    return fingerprint(
        {
            "code": code,
            **dependencies(pieces, root, seed, engine),
            "seed": seed,
            "environment": FIXED,
        }
    )


def outputs_key(nb: nbformat.NotebookNode) -> str:
    """A hash of all outputs and of the values in the prose."""
    parts = [
        [cell.execution_count, cell.outputs]
        if cell.cell_type == "code"
        else cell.metadata.get("user_expressions", [])
        for cell in nb.cells
    ]
    return fingerprint({"outputs": json.loads(json.dumps([p for p in parts if p]))})


def with_old_outputs(nb, old) -> bool:
    """Fill ``nb`` with the outputs of ``old``; False where their code differs."""

    def runnable(notebook):
        return [c for c in notebook.cells if c.cell_type == "code" or expressions(c)]

    pairs = list(zip(runnable(nb), runnable(old), strict=False))
    if len(runnable(nb)) != len(runnable(old)):
        return False
    for new, was in pairs:
        if new.cell_type != was.cell_type:
            return False
        if new.cell_type == "code":
            if new.source != was.source:
                return False
            new.outputs, new.execution_count = was.outputs, was.execution_count
        else:
            stored = was.metadata.get("user_expressions", [])
            if [e["expression"] for e in stored] != expressions(new):
                return False
            new.metadata["user_expressions"] = stored
    return True


def refreshed(name: str, root: Path = ROOT) -> str | None:
    """The chapter's notebook with today's prose and the stored outputs.

    Outputs count for the engine that they were made by, which need not be this run's.
    None where the chapter must be executed: there is no notebook that can be read, or
    its outputs come from other code, data, versions or seed, or from another hand.
    """
    source, target = chapter_files(name, root)
    nb = read_source(source)
    old = stored_notebook(target)
    if old is None:
        return None
    kept = old.metadata.get(METADATA_KEY, {})
    engine = kept.get("engine", "mxnet")
    if kept.get("fingerprint") != notebook_fingerprint(nb, root, engine=engine):
        return None
    if kept.get("outputs") != outputs_key(old):
        return None
    if execution_problems(old) or not with_old_outputs(nb, old):
        return None
    renew(nb, root)
    nb.metadata[METADATA_KEY] = kept | {"outputs": outputs_key(nb)}
    return nbformat.writes(nb) + "\n"


def execution_problems(nb: nbformat.NotebookNode) -> list[str]:
    """Why these outputs are not those of one clean run from top to bottom."""
    problems = []
    cells = [c for c in nb.cells if c.cell_type == "code"]
    for position, cell in enumerate(cells, start=1):
        where = f"code cell {position} ({first_line(cell.source)})"
        if cell.execution_count != position:
            problems.append(
                f"{where} has execution count {cell.execution_count}, "
                f"expected {position}"
            )
        tags = cell.metadata.get("tags", [])
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in tags:
                problems.append(f"{where} ended in {output.ename}: {output.evalue}")
            if any("widget-view" in mime for mime in output.get("data", {})):
                problems.append(f"{where} left a progress bar or widget behind")
            if output.output_type == "stream" and output.name == "stderr":
                problems.append(f"{where} wrote to stderr: {output.text[:200]}")
            for found in _changing_names(output):
                problems.append(
                    f"{where} shows {found!r}, which is another in every run"
                )
    return problems


def _changing_names(output) -> list[str]:
    """Addresses of objects, and random ids of pandas' Styler, in an output."""
    data = output.get("data", {})
    texts = [output.get("text", ""), data.get("text/plain", "")]
    found = [m[0] for text in texts for m in ADDRESS.finditer("".join(text))]
    html = "".join(data.get("text/html", ""))
    if ids := STYLER_ID.findall(html):
        found.append(ids[0])
    return found + [m[0] for m in ADDRESS.finditer(html)]


def first_line(source: str) -> str:
    """The beginning of a cell, in quotes, to name it by."""
    return repr(source.strip().split("\n")[0][:60])
