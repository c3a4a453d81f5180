"""Execute chapters: each in a fresh kernel, several at once, makers before readers.

A chapter may read what another has left in ``artifacts/`` (``published``). Then that
one is executed first, where it is to be executed anyway or its artifact is missing.
"""

import ast
import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
import os
from pathlib import Path
import signal
import sys

from nbclient import NotebookClient
from nbclient.exceptions import (
    CellExecutionError,
    CellTimeoutError,
    DeadKernelError,
)
import nbformat
from tqdm import tqdm
from utils.artifacts import ARTIFACTS_FOLDER, ArtifactError, is_stored, published_path
from utils.engines import engine
from utils.fingerprints import PUBLISHED
from utils.seeding import book_seed

from book.tools import options
from book.tools.chapters import ROOT, ChapterError, chapter_files
from book.tools.kernels import START_TIMEOUT, AsyncFileKernelManager
from book.tools.sources import expressions, read_source
from book.tools.stale import (
    METADATA_KEY,
    execution_problems,
    first_line,
    notebook_fingerprint,
    outputs_key,
)

USAGE = '__import__("book.tools.usage", fromlist=["usage"]).usage()'


async def execute(
    name: str, root: Path = ROOT, keep_going: bool = False, seed: int | None = None
) -> str:
    """Run a chapter from top to bottom and return its notebook as text.

    ``seed`` is the book's own unless given. Raises ChapterError, naming chapter and
    cell, where a cell fails or hangs, or a value in the prose is another at the
    chapter's end; with ``keep_going`` a failing cell's error is kept as its output
    instead, and the rest is not looked at.
    """
    source, _ = chapter_files(name, root)
    nb = read_source(source)
    seed = book_seed() if seed is None else seed
    client = NotebookClient(
        nb,
        timeout=options.cell_timeout(),
        kernel_name="python3",
        kernel_manager_class=AsyncFileKernelManager,
        startup_timeout=START_TIMEOUT,
        resources={"metadata": {"path": str(source.parent)}},
        allow_errors=keep_going,
        record_timing=False,
        coalesce_streams=True,
    )
    values = []
    async with client.async_setup_kernel(env={"BOOK_SEED": str(seed)}):
        # in place of nbclient's handlers, which go on without a kernel
        with suppress(NotImplementedError):  # Windows: KeyboardInterrupt ends all
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, quit_at_once)
        for index, cell in enumerate(nb.cells):
            where = f"chapters/{name}.md, cell starting {first_line(cell.source)}"
            try:
                if cell.cell_type == "code":
                    await client.async_execute_cell(cell, index)
                elif wanted := expressions(cell):
                    results = await _evaluate(client, wanted)
                    if not keep_going:
                        _refuse_errors(where, wanted, results)
                    values += [(where, e, results[e]) for e in wanted]
                    cell.metadata["user_expressions"] = [
                        {"expression": e, "result": results[e]} for e in wanted
                    ]
            except CellTimeoutError as error:
                raise ChapterError(
                    f"{where}: stopped after {client.timeout:g} seconds"
                ) from error
            except (CellExecutionError, DeadKernelError) as error:
                raise ChapterError(f"{where}:\n{error}") from error
        last = await _evaluate(client, [USAGE, *(e for _, e, _ in values)])
    cpu_seconds, peak_megabytes = ast.literal_eval(_text(last[USAGE]))
    nb.metadata[METADATA_KEY] = {
        "fingerprint": notebook_fingerprint(read_source(source), root, seed),
        "outputs": outputs_key(nbformat.reads(nbformat.writes(nb), as_version=4)),
        "cpu_seconds": cpu_seconds,
        "peak_megabytes": peak_megabytes,
        "seed": seed,
        "engine": engine(),
    }
    problems = execution_problems(nb)
    problems += [
        f"{where}: {{eval}}`{e}` gives {_text(then)} where it stands and "
        f"{_text(last[e])} at the chapter's end; JupyterLab would show the latter. "
        f"Give the value a name of its own"
        for where, e, then in values
        if _text(then) != _text(last[e])
    ]
    if problems and not keep_going:
        raise ChapterError("\n".join([f"chapters/{name}.md", *problems]))
    return nbformat.writes(nb) + "\n"


async def _evaluate(client, wanted: list[str]) -> dict[str, dict]:
    """The kernel's result for each expression, as Jupyter's protocol gives it."""
    request = client.kc.execute(
        "",
        silent=False,
        store_history=False,
        user_expressions={str(i): e for i, e in enumerate(wanted)},
    )
    reply = await client.async_wait_for_reply(request)
    results = reply["content"]["user_expressions"]
    for result in results.values():
        result.pop("traceback", None)
    return {e: results[str(i)] for i, e in enumerate(wanted)}


def _refuse_errors(where: str, wanted: list[str], results: dict[str, dict]) -> None:
    for expression in wanted:
        result = results[expression]
        if result["status"] != "ok":
            raise ChapterError(
                f"{where}: {{eval}}`{expression}` gave "
                f"{result['ename']}: {result['evalue']}"
            )


def _text(result: dict) -> str:
    """An expression's value as text, or its error."""
    if result["status"] != "ok":
        return f"{result['ename']}: {result['evalue']}"
    return result["data"]["text/plain"]


# ---- In order ------------------------------------------------------------------


def needed_artifacts(name: str, root: Path = ROOT) -> list[tuple[str, str]]:
    """The artifacts that a chapter reads: (artifact, the chapter that leaves it)."""
    cells = read_source(chapter_files(name, root)[0]).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    return PUBLISHED.findall(code)


Job = tuple[str, int]  # a chapter and a seed


async def in_order(
    run: Callable[[str, int], Awaitable], jobs: list[Job], root: Path = ROOT
) -> list:
    """What ``run(name, seed)`` gives or raises for each job, JOBS at once.

    A chapter that reads artifacts waits until those who leave them have run.
    """
    return await _Order(run, jobs, root).results()


async def provide_artifacts(
    names: list[str], root: Path = ROOT, seed: int | None = None
) -> list[str]:
    """Execute the chapters whose artifacts ``names`` need and do not find.

    Their notebooks are left alone. Returns those chapters. Raises ChapterError.
    """
    seed = book_seed() if seed is None else seed

    async def nothing(name, seed):
        return None

    order = _Order(nothing, [(name, seed) for name in names], root)
    for result in await order.results():
        if isinstance(result, BaseException):
            raise result
    return sorted(name for name, _ in order.extra)


class _Order:
    """Runs jobs, and beforehand what they read of others that are not among them."""

    def __init__(self, run, jobs: list[Job], root: Path):
        self.run, self.jobs, self.root = run, jobs, root
        self.slots = asyncio.Semaphore(options.jobs())
        self.tasks: dict[Job, asyncio.Task] = {}
        self.extra: dict[Job, asyncio.Task] = {}  # executed for artifacts alone

    async def results(self) -> list:
        needs = {name: needed_artifacts(name, self.root) for name, _ in self.jobs}
        makers = {maker for found in needs.values() for _, maker in found}
        # those that others wait for begin first
        for job in sorted(self.jobs, key=lambda job: job[0] not in makers):
            self.tasks[job] = asyncio.create_task(self._job(*job))
        tasks = [self.tasks[job] for job in self.jobs]
        return await asyncio.gather(*tasks, return_exceptions=True)

    async def _job(self, name: str, seed: int):
        await self._provide(name, seed)
        async with self.slots:
            return await self.run(name, seed)

    async def _provide(self, name: str, seed: int) -> None:
        """See that each artifact which the chapter reads is there."""
        for artifact, maker in needed_artifacts(name, self.root):
            folder = self.root / ARTIFACTS_FOLDER.name
            try:
                path = published_path(artifact, maker, folder, self.root, seed)
            except ArtifactError as error:
                raise ChapterError(f"chapters/{name}.md: {error}") from error
            if (maker, seed) in self.tasks:
                await self.tasks[maker, seed]
            if not is_stored(path):
                await self._make(maker, seed)
            if not is_stored(path):
                raise ChapterError(
                    f"chapters/{maker}.md does not publish {artifact!r}, "
                    f"which chapters/{name}.md reads"
                )

    async def _make(self, name: str, seed: int) -> None:
        """Execute a chapter, once, for its artifacts alone."""
        if (name, seed) not in self.extra:
            self.extra[name, seed] = asyncio.create_task(self._extra(name, seed))
        await self.extra[name, seed]

    async def _extra(self, name: str, seed: int) -> None:
        await self._provide(name, seed)
        async with self.slots:
            tqdm.write(f"executing {name} for its artifacts")
            await execute(name, self.root, seed=seed)


def quit_at_once() -> None:
    """Stop. Notebooks are replaced whole or not at all; kernels follow us."""
    print("\ninterrupted; the notebooks that were not finished are as before")
    sys.stdout.flush()
    os._exit(130)
