"""Results that take too long for a chapter: made by a script, stored with the book.

A chapter calls ``long_run(name, compute)``. While readers and tests run the chapter,
that reads the stored result. ``make long-runs CHAPTER=topic/name`` makes it: the cells
tagged ``long-run``, and no others, are run under each seed, and there the same call
computes. So the code that a reader sees is the code that was run.

Some results need a library that not everyone has: a peer that the book is measured
against (``make peers`` installs them). Where it is at hand, the call computes at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
import datetime
from importlib import metadata
import os
from pathlib import Path
import re
import time

import numpy
from utils.checks import kind
from utils.data import DATA_FOLDER, checksums, data_file, plain_arrays, write_npz
from utils.seeding import book_seed

FOLDER = "long-runs"
NAME = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")
CODE_VARIABLE = "BOOK_LONG_RUNS"  # set by book.tools.long_runs: a hash of the cells


@dataclass(frozen=True)
class LongRun:
    """A result: its arrays by name, its seed, and the CPU seconds it took.

    ``made`` is the day it was computed (ISO 8601), ``versions`` those of the packages
    it asked for; ``stored`` tells whether it was read rather than computed just now.
    """

    arrays: dict[str, numpy.ndarray]
    seed: int
    seconds: float
    code: str
    made: str
    versions: dict[str, str] = field(default_factory=dict)
    stored: bool = True

    def __getitem__(self, name: str) -> numpy.ndarray:
        if name not in self.arrays:
            raise KeyError(f"no array {name!r}; this run stored {sorted(self.arrays)}")
        return self.arrays[name]


def long_run(
    name: str,
    compute: Callable[[], dict[str, numpy.ndarray]],
    folder: Path = DATA_FOLDER,
    packages: tuple[str, ...] = (),
) -> LongRun:
    """The result ``name`` ("chapter/what") of ``compute()`` under the book's seed.

    ``compute`` takes nothing and returns arrays by name. It is called only by ``make
    long-runs``; otherwise the stored arrays are read, after their SHA-256 was checked.
    With ``packages`` (names as on the registry) it is called wherever all of them are
    installed, and the stored arrays stand in where one is not.
    Raises KeyError where none is stored for this seed, and ModuleNotFoundError where
    ``make long-runs`` lacks a package; the message names the command that helps. Raises
    ValueError for another kind of name, also of an array that begins with _, and
    TypeError for a ``compute`` that cannot be called or does not return arrays by name.
    """
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(
            f"name is {name!r}, expected 'chapter/what' in lower-case letters, digits "
            f"and hyphens"
        )
    if not callable(compute):
        raise TypeError(
            f"compute is {kind(compute)}, expected a function; it is called only where "
            f"it is needed"
        )
    if isinstance(packages, str):
        raise TypeError(f"packages is {packages!r}, expected a tuple of names")
    seed, code = book_seed(), os.environ.get(CODE_VARIABLE)
    path = stored_name(name, seed)
    versions = _versions(packages)
    missing = sorted(set(packages) - set(versions))
    if code and missing:
        raise ModuleNotFoundError(
            f"the run {name!r} needs {', '.join(missing)}; install with: make peers"
        )
    if code or (packages and not missing):
        started = time.process_time()
        arrays = plain_arrays(f"the result of {name!r}", compute())
        if taken := [key for key in arrays if key.startswith("_")]:
            raise ValueError(
                f"{name!r} names an array {taken[0]!r}, which begins with _"
            )
        seconds = round(time.process_time() - started, 3)
        today = datetime.date.today().isoformat()
        run = LongRun(arrays, seed, seconds, code or "", today, versions, stored=False)
        if code:
            _store(run, folder / path)
        return run
    if path not in checksums(folder):
        raise KeyError(
            f"there is no stored run {name!r} for seed {seed}; make it with: "
            f"make long-runs CHAPTER=... SEEDS={seed + 1}"
        )
    with numpy.load(data_file(path, folder), allow_pickle=False) as stored:
        arrays = dict(stored)
    record = {key: arrays.pop(f"_{key}") for key in ("seconds", "code", "made")}
    versions = dict(item.split("==") for item in arrays.pop("_versions").tolist())
    return LongRun(
        arrays,
        seed,
        float(record["seconds"]),
        str(record["code"]),
        str(record["made"]),
        versions,
    )


def _versions(packages: tuple[str, ...]) -> dict[str, str]:
    """The versions of those packages that are installed."""
    found = {}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _store(run: LongRun, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    record = {
        "_seconds": run.seconds,
        "_code": run.code,
        "_made": run.made,
        "_versions": numpy.array([f"{n}=={v}" for n, v in run.versions.items()], "U64"),
    }
    write_npz(path, {**run.arrays, **record})


def stored_name(name: str, seed: int) -> str:
    """The file of a run, relative to ``data/``."""
    return f"{FOLDER}/{name}-seed{seed}.npz"
