"""Make the results that a chapter stores because they take too long to run in it.

    make long-runs CHAPTER=classification/cats-and-dogs SEEDS=5
    make long-runs SEEDS=10        # every chapter; what is as it should be stays

The chapter's cells tagged `long-run` are run in order, in a fresh process for each
seed; there `utils.long_run` computes and writes `data/long-runs/`. Each file holds a
hash of those cells and of what they use of `utils` and `data`, so that a test can tell
when they were changed since. (Lock and engine are left out: a new release of some
library need not cost half an hour, and a run that MXNet made serves on PyTorch, too.)
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import subprocess
import sys
import tempfile
import time

import numpy
from utils.data import checksums
from utils.fingerprints import LONG_RUN, code_cells, dependencies, fingerprint
from utils.long_runs import CODE_VARIABLE, FOLDER
from utils.reachable import sha256

from book.tools import options
from book.tools.chapters import (
    ROOT,
    ChapterError,
    chapter_files,
    chapter_names,
    choose_chapters,
    read_text,
    replace_text,
)
from book.tools.kernels import kernel_environment
from book.tools.sources import cell_options

TAG = "long-run"


def long_cells(name: str, root: Path = ROOT) -> list[str]:
    """The sources of the chapter's cells that carry the tag, in order."""
    cells = code_cells(read_text(chapter_files(name, root)[0]))
    return [cell.code for cell in cells if TAG in cell_options(cell).get("tags", [])]


def code_hash(name: str, root: Path = ROOT) -> str:
    """A hash of the cells, and of what they use of ``utils`` and of ``data``."""
    cells = long_cells(name, root)
    used = dependencies(cells, root, engine="mxnet")
    del used["engine"], used["lock"]
    used["data"] = {
        file: digest
        for file, digest in used["data"].items()
        if not LONG_RUN.fullmatch(file)
    }
    return fingerprint({"code": cells, **used})


def make(name: str, seeds: list[int], root: Path = ROOT) -> None:
    """Run the chapter's long cells under these seeds, JOBS at once; list the new files.

    Raises ChapterError where the chapter has no such cells or they fail.
    """
    cells = long_cells(name, root)
    if not cells:
        raise ChapterError(f"chapters/{name}.md has no cell tagged {TAG}")
    code = code_hash(name, root)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "long_run.py")
        script.write_text("\n\n".join(cells), encoding="utf-8")

        def run(seed):
            environment = {CODE_VARIABLE: code, "MPLBACKEND": "agg"}
            environment = kernel_environment(seed, root=root) | environment
            started = time.perf_counter()
            if subprocess.run([sys.executable, script], env=environment).returncode:
                raise ChapterError(f"the long cells of {name} failed, seed {seed}")
            seconds = time.perf_counter() - started
            print(f"{name}, seed {seed}: {seconds:.0f} s", flush=True)

        with ThreadPoolExecutor(options.jobs()) as pool:
            list(pool.map(run, seeds))
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
    replace_text(root / "data" / "SHA256SUMS", "".join(lines))


def stored_runs(name: str, root: Path = ROOT) -> dict[str, int]:
    """The stored runs that the chapter's cells read: file below ``data`` -> seed."""
    cells = "".join(long_cells(name, root))
    runs = {file: LONG_RUN.fullmatch(file) for file in checksums(root / "data")}
    return {f: int(run[2]) for f, run in runs.items() if run and run[1] in cells}


def outdated(name: str, root: Path = ROOT) -> dict[str, int]:
    """Those of them that were made by other code: file below ``data`` -> seed."""
    runs = stored_runs(name, root)
    code, found = code_hash(name, root) if runs else None, {}
    for file, seed in runs.items():
        with numpy.load(root / "data" / file) as stored:
            if str(stored["_code"]) != code:
                found[file] = seed
    return found


def missing_seeds(name: str, seeds: list[int], root: Path = ROOT) -> list[int]:
    """The seeds for which the chapter's long runs are missing or made by other code."""
    if not long_cells(name, root):
        return []
    old = outdated(name, root)
    good = [seed for file, seed in stored_runs(name, root).items() if file not in old]
    wanted = len({LONG_RUN.fullmatch(f)[1] for f in stored_runs(name, root)}) or 1
    return [seed for seed in seeds if good.count(seed) < wanted]


def problems(name: str, root: Path = ROOT) -> list[str]:
    """The chapter's stored runs that were made by other code, each as a sentence."""
    return [
        f"data/{file} was made by other code than the cells tagged {TAG} in "
        f"chapters/{name}.md and what they use of utils and data; "
        f"run: make long-runs CHAPTER={name}"
        for file in outdated(name, root)
    ]


def leftovers(root: Path = ROOT) -> list[str]:
    """Stored runs that no chapter reads."""
    read = {file for name in chapter_names(root) for file in stored_runs(name, root)}
    return [
        f"data/{file} is read by no chapter; remove it"
        for file in checksums(root / "data")
        if LONG_RUN.fullmatch(file) and file not in read
    ]


def main() -> None:
    try:
        seeds = options.seeds(sys.argv[1])
        if names := choose_chapters(sys.argv[2:]) if sys.argv[2:] else []:
            make(names[0], seeds)
        for name in [] if names else chapter_names():
            if missing := missing_seeds(name, seeds):
                make(name, missing)
    except (ChapterError, options.OptionError) as error:
        sys.exit(f"\n{error}")


if __name__ == "__main__":
    main()
