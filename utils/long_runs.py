"""Results that take too long for a chapter: made by a script, stored with the book.

A chapter calls ``long_run(name, compute)``. While readers and tests run the chapter,
that reads the stored result. ``make long-runs CHAPTER=topic/name`` makes it: the cells
tagged ``long-run``, and no others, are run under each seed, and there the same call
computes. So the code that a reader sees is the code that was run.
"""

from collections.abc import Callable
from dataclasses import dataclass
import os
from pathlib import Path
import time

import numpy
from utils.data import DATA_FOLDER, checksums, data_file, write_npz
from utils.seeding import book_seed

FOLDER = "long-runs"
CODE_VARIABLE = "BOOK_LONG_RUNS"  # set by book.scripts.long_runs: a hash of the cells


@dataclass(frozen=True)
class LongRun:
    """A stored result: its arrays by name, its seed, and the CPU seconds it took."""

    arrays: dict[str, numpy.ndarray]
    seed: int
    seconds: float
    code: str

    def __getitem__(self, name: str) -> numpy.ndarray:
        if name not in self.arrays:
            raise KeyError(f"no array {name!r}; this run stored {sorted(self.arrays)}")
        return self.arrays[name]


def long_run(
    name: str,
    compute: Callable[[], dict[str, numpy.ndarray]],
    folder: Path = DATA_FOLDER,
) -> LongRun:
    """The result ``name`` ("chapter/what") of ``compute()`` under the book's seed.

    ``compute`` takes nothing and returns arrays by name. It is called only by ``make
    long-runs``; otherwise the stored arrays are read, after their SHA-256 was checked.
    Raises KeyError where none is stored for this seed; the message names the command
    that makes it.
    """
    seed, code = book_seed(), os.environ.get(CODE_VARIABLE)
    path = stored_name(name, seed)
    if code:
        started = time.process_time()
        arrays = {key: numpy.asarray(value) for key, value in compute().items()}
        seconds = round(time.process_time() - started, 1)
        run = LongRun(arrays, seed, seconds, code)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_npz(folder / path, {**arrays, "_seconds": seconds, "_code": code})
        return run
    if path not in checksums(folder):
        raise KeyError(
            f"there is no stored run {name!r} for seed {seed}; make it with: "
            f"make long-runs CHAPTER=... SEEDS={seed + 1}"
        )
    with numpy.load(data_file(path, folder), allow_pickle=False) as stored:
        arrays = dict(stored)
    seconds, code = float(arrays.pop("_seconds")), str(arrays.pop("_code"))
    return LongRun(arrays, seed, seconds, code)


def stored_name(name: str, seed: int) -> str:
    """The file of a run, relative to ``data/``."""
    return f"{FOLDER}/{name}-seed{seed}.npz"
