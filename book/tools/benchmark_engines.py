"""Print the CPU seconds of chapters on both engines, and their ratio.

    python -m book.tools.benchmark_engines [topic/name ...]     # make benchmark-engines

Each chapter is executed once with MXNet (.venv) and once with PyTorch (.venv-torch),
one at a time and in turns, so that other work on the machine disturbs both alike.
Nothing is stored. Chapters that run peers run them on MXNet's side only.
"""

import argparse
import asyncio
import json
import os
from pathlib import Path
import subprocess
import sys

from utils.engines import NAMES, VARIABLE

from book.tools.chapters import ChapterError, choose_chapters
from book.tools.execute import execute
from book.tools.stale import METADATA_KEY

MODULE = "book.tools.benchmark_engines"
PYTHONS = {"mxnet": Path(".venv/bin/python"), "torch": Path(".venv-torch/bin/python")}


def cpu_seconds(name: str, engine: str) -> float:
    """What the chapter takes on an engine, in a process of its own.

    What it reads of earlier chapters is there before, so that it does not count.
    """
    run = None
    for module, option in ("book.tools.notebooks", "--artifacts"), (MODULE, "--one"):
        run = subprocess.run(
            [PYTHONS[engine], "-m", module, option, name],
            env={**os.environ, VARIABLE: engine},
            capture_output=True,
            text=True,
        )
        if run.returncode:
            raise ChapterError(f"{name} on {NAMES[engine]}:\n{run.stderr.strip()}")
    return float(run.stdout.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("chapters", nargs="*", help="topic/name; all where none given")
    parser.add_argument("--one", help="execute this chapter here, print its seconds")
    given = parser.parse_args()
    if given.one:
        text = asyncio.run(execute(given.one))
        print(json.loads(text)["metadata"][METADATA_KEY]["cpu_seconds"])
        return
    sums = dict.fromkeys(PYTHONS, 0.0)
    try:
        for turn, name in enumerate(choose_chapters(given.chapters)):
            engines = list(PYTHONS)[:: 1 - 2 * (turn % 2)]
            took = {engine: cpu_seconds(name, engine) for engine in engines}
            for engine, seconds in took.items():
                sums[engine] += seconds
            print(
                f"{took['mxnet']:7.1f} s {took['torch']:7.1f} s "
                f"{took['torch'] / took['mxnet']:6.2f}  {name}",
                flush=True,
            )
    except ChapterError as error:
        sys.exit(str(error))
    ratio = sums["torch"] / sums["mxnet"]
    print(f"{sums['mxnet']:7.1f} s {sums['torch']:7.1f} s {ratio:6.2f}  all of these")


if __name__ == "__main__":
    main()
