"""Make the results that a chapter stores because they take too long to run in it.

    make long-runs CHAPTER=classification/cats-and-dogs SEEDS=5

The chapter's cells tagged `long-run` are run in order, in a fresh process for each
seed from 0; there `utils.long_run` computes and writes `data/long-runs/`. Each file
holds the hash of those cells, so that a test can tell when they were changed since.
"""

import json
import os
from pathlib import Path
import subprocess
import sys
import tempfile
import time

import numpy
from utils.data import checksums
from utils.long_runs import CODE_VARIABLE, FOLDER

from book.tools.notebooks import (
    KERNEL_ENVIRONMENT,
    LONG_RUN_NAME,
    ROOT,
    ChapterError,
    chapter_files,
    chapter_names,
    choose_chapters,
    read_source,
    sha256,
)

TAG = "long-run"


def long_cells(name: str, root: Path = ROOT) -> list[str]:
    """The sources of the chapter's cells that carry the tag, in order."""
    cells = read_source(chapter_files(name, root)[0]).cells
    return [c.source for c in cells if TAG in c.metadata.get("tags", [])]


def code_hash(name: str, root: Path = ROOT) -> str:
    """A hash of the cells, and of the data files that they name."""
    cells = long_cells(name, root)
    data = {
        file: digest
        for file, digest in checksums(root / "data").items()
        if file in "".join(cells)
    }
    return sha256(json.dumps([cells, data], sort_keys=True))


def make(name: str, seeds: int, root: Path = ROOT) -> None:
    """Run the chapter's long cells under the seeds 0, 1, ...; list the new files.

    Raises ChapterError where the chapter has no such cells or they fail.
    """
    cells = long_cells(name, root)
    if not cells:
        raise ChapterError(f"chapters/{name}.md has no cell tagged {TAG}")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "long_run.py")
        script.write_text("\n\n".join(cells), encoding="utf-8")
        for seed in range(seeds):
            environment = {
                **os.environ,
                **KERNEL_ENVIRONMENT,
                "BOOK_SEED": str(seed),
                CODE_VARIABLE: code_hash(name, root),
                "PYTHONPATH": str(root),
                "MPLBACKEND": "agg",
            }
            started = time.perf_counter()
            done = subprocess.run([sys.executable, script], env=environment)
            if done.returncode:
                raise ChapterError(f"the long cells of {name} failed, seed {seed}")
            seconds = time.perf_counter() - started
            print(f"{name}, seed {seed}: {seconds:.0f} s", flush=True)
    list_files(root)


def list_files(root: Path = ROOT) -> None:
    """Bring the long runs' lines in data/SHA256SUMS up to date."""
    sums = {
        n: d for n, d in checksums(root / "data").items() if n.split("/")[0] != FOLDER
    }
    for path in (root / "data" / FOLDER).rglob("*.npz"):
        content = path.read_bytes()
        sums[path.relative_to(root / "data").as_posix()] = sha256(content)
    lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
    (root / "data" / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def problems(name: str, root: Path = ROOT) -> list[str]:
    """The chapter's stored runs that were made by other cells than it has today."""
    cells, found = "".join(long_cells(name, root)), []
    for file in checksums(root / "data"):
        match = LONG_RUN_NAME.fullmatch(file)
        if match and match[1] in cells:
            with numpy.load(root / "data" / file) as stored:
                if str(stored["_code"]) != code_hash(name, root):
                    found.append(
                        f"data/{file} was made by other code than the cells tagged "
                        f"{TAG} in chapters/{name}.md; "
                        f"run: make long-runs CHAPTER={name}"
                    )
    return found


def leftovers(root: Path = ROOT) -> list[str]:
    """Stored runs that no chapter reads."""
    cells = "".join("".join(long_cells(name, root)) for name in chapter_names(root))
    runs = {f: LONG_RUN_NAME.fullmatch(f) for f in checksums(root / "data")}
    return [
        f"data/{file} is read by no chapter; remove it"
        for file, match in runs.items()
        if match and match[1] not in cells
    ]


def main() -> None:
    if len(sys.argv) != 3 or not sys.argv[1].isdecimal() or sys.argv[1] == "0":
        sys.exit("usage: make long-runs CHAPTER=topic/name SEEDS=5")
    try:
        make(choose_chapters(sys.argv[2:])[0], int(sys.argv[1]))
    except ChapterError as error:
        sys.exit(f"\n{error}")


if __name__ == "__main__":
    main()
