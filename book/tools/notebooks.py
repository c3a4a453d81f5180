"""Make the executed notebooks from the chapters' Markdown.

    python -m book.tools.notebooks                 # every chapter that is stale
    python -m book.tools.notebooks fizzbuzz/chain-rule
    python -m book.tools.notebooks --all           # every chapter, stale or not
    python -m book.tools.notebooks --artifacts     # only what chapters read of others

A chapter is ``chapters/<topic>/<name>.md``. Its notebook lies beside it and is
never edited by hand. A notebook's fingerprint (kept in its metadata) covers all that
its outputs depend on: its code, ``utils``, the data files it names, the lock and the
seed. While the fingerprint is unchanged nothing is executed: new prose is written
around the old outputs.

A chapter may read what an earlier one has left in ``artifacts/`` (``published``). Then
the earlier one is executed first, where its artifact is missing.

Prose may hold the value of an expression: {eval}`f"{accuracy:.2f}"`. It is
evaluated where it stands, and its value is kept in the cell's metadata, in the form
that JupyterLab's MyST extension writes too.
"""

import argparse
import asyncio
import hashlib
import json
import os
from pathlib import Path
import re
import signal
import sys
import time

import jupytext
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
import nbformat
from tqdm import tqdm
from utils.artifacts import ARTIFACTS_FOLDER, ArtifactError, chapter_key, published
from utils.data import checksums
from utils.long_runs import FOLDER
from utils.seeding import book_seed
import yaml

from book.tools.kernels import START_TIMEOUT, AsyncFileKernelManager

ROOT = Path(__file__).resolve().parents[2]
METADATA_KEY = "programming_with_data"
EVAL_ROLE = re.compile(r"\{eval\}`([^`]+)`")
PUBLISHED = re.compile(r'\bpublished\(\s*"([a-z0-9-]+)",\s*"([a-z0-9-]+/[a-z0-9-]+)"')
LONG_RUN_NAME = re.compile(rf"{FOLDER}/(.*)-seed(\d+)\.npz")
CELL_TIMEOUT = 300  # seconds; a whole chapter should need less than sixty
AT_ONCE = 2  # chapters; with one thread each this beats one chapter with two threads
KERNEL_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "TQDM_DISABLE": "1",  # progress bars are for people, not for stored outputs
}


class ChapterError(Exception):
    """A chapter that could not be found, read or executed."""


# ---- Which chapters there are ------------------------------------------------


def chapter_names(root: Path = ROOT) -> list[str]:
    """All chapters as ``topic/name``: in the order of the book, then the unlisted."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
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


# ---- Markdown to notebook ----------------------------------------------------


def read_source(path: Path) -> nbformat.NotebookNode:
    """The chapter's Markdown as a notebook without outputs."""
    nb = jupytext.read(path)
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
        digest = sha256(cell.source)[:12]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = f"{digest}-{seen[digest]}"
    return nb


def expressions(cell) -> list[str]:
    """The ``{eval}`` expressions in a cell's prose, in order."""
    return EVAL_ROLE.findall(cell.source) if cell.cell_type == "markdown" else []


def needed_artifacts(name: str, root: Path = ROOT) -> list[tuple[str, str]]:
    """The artifacts that a chapter reads: (artifact, the chapter that leaves it)."""
    cells = read_source(chapter_files(name, root)[0]).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    return PUBLISHED.findall(code)


def fingerprint(nb: nbformat.NotebookNode, root: Path = ROOT) -> str:
    """A hash of everything that the notebook's outputs depend on."""
    code = [c.source if c.cell_type == "code" else expressions(c) for c in nb.cells]
    code = [part for part in code if part]
    text = json.dumps(code)
    earlier = {chapter for _, chapter in PUBLISHED.findall("\n".join(map(str, code)))}
    parts = {
        "code": code,
        "utils": {
            path.name: sha256(path.read_text(encoding="utf-8"))
            for path in sorted(root.glob("utils/*.py"))
        },
        "data": {
            name: digest
            for name, digest in checksums(root / "data").items()
            if _word_for(name) in text
        },
        "lock": sha256((root / "requirements.txt").read_text(encoding="utf-8")),
        "seed": book_seed(),
        "environment": KERNEL_ENVIRONMENT,
        "artifacts": {c: chapter_key(c, root) for c in sorted(earlier)},
    }
    return sha256(json.dumps(parts, sort_keys=True))


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

    None where the chapter must be executed: there is no notebook yet, it cannot be
    read, or the outputs it holds come from other code, data, versions or seed.
    """
    source, target = chapter_files(name, root)
    nb = read_source(source)
    try:
        old = nbformat.read(target, as_version=4)
    except (FileNotFoundError, nbformat.reader.NotJSONError):
        return None
    kept = old.metadata.get(METADATA_KEY, {})
    if kept.get("fingerprint") != fingerprint(nb, root):
        return None
    if execution_problems(old) or not with_old_outputs(nb, old):
        return None
    nb.metadata[METADATA_KEY] = kept
    return nbformat.writes(nb) + "\n"


def execution_problems(nb: nbformat.NotebookNode) -> list[str]:
    """Why these outputs are not those of one clean run from top to bottom."""
    problems = []
    cells = [c for c in nb.cells if c.cell_type == "code"]
    for position, cell in enumerate(cells, start=1):
        where = f"code cell {position} ({_first_line(cell.source)})"
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
    return problems


# ---- Executing ---------------------------------------------------------------


async def execute(name: str, root: Path = ROOT, keep_going: bool = False) -> str:
    """Run a chapter from top to bottom and return its notebook as text.

    Raises ChapterError, naming chapter and cell, where a cell fails or hangs; with
    ``keep_going`` a failing cell's error is kept as its output instead.
    """
    source, _ = chapter_files(name, root)
    nb = read_source(source)
    client = NotebookClient(
        nb,
        timeout=float(os.environ.get("CELL_TIMEOUT", CELL_TIMEOUT)),
        kernel_name="python3",
        kernel_manager_class=AsyncFileKernelManager,
        startup_timeout=START_TIMEOUT,
        resources={"metadata": {"path": str(source.parent)}},
        allow_errors=keep_going,
        record_timing=False,
        extra_arguments=["--log-level=40"],  # of the kernel: errors only
        coalesce_streams=True,
    )
    python_path = os.pathsep.join(
        filter(None, [str(root), os.environ.get("PYTHONPATH")])
    )
    environment = {**os.environ, **KERNEL_ENVIRONMENT, "PYTHONPATH": python_path}
    environment["BOOK_SEED"] = str(book_seed())
    started = time.perf_counter()
    async with client.async_setup_kernel(env=environment):
        # in place of nbclient's handlers, which go on without a kernel
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, _quit)
        for index, cell in enumerate(nb.cells):
            where = f"chapters/{name}.md, cell starting {_first_line(cell.source)}"
            try:
                if cell.cell_type == "code":
                    await client.async_execute_cell(cell, index)
                else:
                    await _evaluate_prose(client, cell, where, keep_going)
            except CellTimeoutError as error:
                raise ChapterError(
                    f"{where}: stopped after {client.timeout:g} seconds"
                ) from error
            except CellExecutionError as error:
                raise ChapterError(f"{where}:\n{error}") from error
    nb.metadata[METADATA_KEY] = {
        "fingerprint": fingerprint(read_source(source), root),
        "seconds": round(time.perf_counter() - started, 1),
        "seed": book_seed(),
    }
    problems = execution_problems(nb)
    if problems and not keep_going:
        raise ChapterError("\n".join([f"chapters/{name}.md", *problems]))
    return nbformat.writes(nb) + "\n"


async def _evaluate_prose(client, cell, where: str, keep_going: bool) -> None:
    """Ask the kernel for the value of each ``{eval}`` expression in the cell."""
    wanted = expressions(cell)
    if not wanted:
        return
    request = client.kc.execute(
        "",
        silent=False,
        store_history=False,
        user_expressions={str(i): e for i, e in enumerate(wanted)},
    )
    reply = await client.async_wait_for_reply(request)
    results = reply["content"]["user_expressions"]
    cell.metadata["user_expressions"] = []
    for i, expression in enumerate(wanted):
        result = results[str(i)]
        if result["status"] != "ok" and not keep_going:
            raise ChapterError(
                f"{where}: {{eval}}`{expression}` gave "
                f"{result['ename']}: {result['evalue']}"
            )
        result.pop("traceback", None)
        cell.metadata["user_expressions"].append(
            {"expression": expression, "result": result}
        )


async def make_notebooks(
    names: list[str], root: Path = ROOT, execute_all: bool = False
) -> list[str]:
    """Bring notebooks up to date; return the chapters that were executed.

    Every chapter is tried; then ChapterError tells of all that failed. Their old
    notebooks stay as they were, as they do when the run is interrupted.
    """
    stale = []
    for name in names:
        text = None if execute_all else refreshed(name, root)
        if text is None:
            stale.append(name)
        else:
            _write(chapter_files(name, root)[1], text)
    bar = tqdm(total=len(stale), desc="executing", unit="chapter", disable=None)

    async def run(name):
        started = time.perf_counter()
        text = await execute(name, root)
        _write(chapter_files(name, root)[1], text)
        tqdm.write(f"executed {name} in {time.perf_counter() - started:.1f} s")
        bar.update()

    results = await in_order(run, stale, root)
    bar.close()
    failures = [r for r in results if isinstance(r, BaseException)]
    for failure in failures:
        if not isinstance(failure, ChapterError):
            raise failure
    if failures:
        raise ChapterError("\n\n".join(map(str, failures)))
    return stale


async def in_order(run, names: list[str], root: Path = ROOT) -> list:
    """What ``run(name)`` gives or raises for each chapter, a few chapters at once.

    Those that read artifacts come last, after the artifacts that are still missing.
    """
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(name):
        async with slots:
            return await run(name)

    async def several(chosen):
        done = await asyncio.gather(*map(one, chosen), return_exceptions=True)
        results.update(zip(chosen, done, strict=True))

    results = {}
    readers = [name for name in names if needed_artifacts(name, root)]
    await several([name for name in names if name not in readers])
    try:
        await provide_artifacts(readers, root)
    except ChapterError as error:
        results |= dict.fromkeys(readers, error)
    else:
        await several(readers)
    return [results[name] for name in names]


async def provide_artifacts(names: list[str], root: Path = ROOT) -> list[str]:
    """Execute the chapters whose artifacts ``names`` need and do not find.

    Their notebooks are left alone. Returns those chapters.
    """
    wanted = {need for name in names for need in needed_artifacts(name, root)}
    missing = [need for need in sorted(wanted) if not _is_published(*need, root)]
    executed = sorted({chapter for _, chapter in missing})
    for chapter in executed:
        tqdm.write(f"executing {chapter} for its artifacts")
        await execute(chapter, root)
    for artifact, chapter in missing:
        if not _is_published(artifact, chapter, root):
            raise ChapterError(f"chapters/{chapter}.md does not publish {artifact!r}")
    return executed


def _is_published(artifact: str, chapter: str, root: Path) -> bool:
    try:
        published(artifact, chapter, root / ARTIFACTS_FOLDER.name, root)
    except ArtifactError:
        return False
    return True


def _quit() -> None:
    """Stop at once. Notebooks are replaced whole or not at all; kernels follow us."""
    print("\ninterrupted; the notebooks that were not finished are as before")
    sys.stdout.flush()
    os._exit(130)


def _write(path: Path, text: str) -> None:
    """Replace the file in one step, and only if it changes."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _word_for(data_name: str) -> str:
    """What a chapter's code writes to read a data file, or the result of a long run."""
    run = LONG_RUN_NAME.fullmatch(data_name)
    return run[1] if run and int(run[2]) == book_seed() else data_name


def sha256(content: str | bytes) -> str:
    content = content.encode() if isinstance(content, str) else content
    return hashlib.sha256(content).hexdigest()


def _first_line(source: str) -> str:
    return repr(source.strip().split("\n")[0][:60])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("chapters", nargs="*", help="topic/name; all where none given")
    parser.add_argument("--all", action="store_true", help="execute fresh ones too")
    parser.add_argument(
        "--artifacts",
        action="store_true",
        help="only make what chapters read",
    )
    options = parser.parse_args()
    try:
        names = choose_chapters(options.chapters)
        if options.artifacts:
            executed = asyncio.run(provide_artifacts(names))
            print(f"artifacts: {len(executed)} chapters executed")
            return
        executed = asyncio.run(make_notebooks(names, execute_all=options.all))
    except ChapterError as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:  # before the first kernel has started
        _quit()
    print(f"notebooks: {len(executed)} executed, {len(names) - len(executed)} fresh")


if __name__ == "__main__":
    main()
