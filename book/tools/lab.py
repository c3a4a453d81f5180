"""Start JupyterLab with the chapters' Markdown opening as notebooks.

    python -m book.tools.lab [options of jupyter lab]

The settings are in book/tools/jupyter; kernel, seed and threads are those of the build.
"""

import os
from pathlib import Path
import sys

from book.tools.notebooks import KERNEL_ENVIRONMENT, ROOT

FIRST_PAGE = "chapters/fizzbuzz/rules-and-data.md"


def environment() -> dict[str, str]:
    """The environment for the server and its kernels."""
    settings = {
        **os.environ,
        **KERNEL_ENVIRONMENT,
        "BOOK_SEED": os.environ.get("BOOK_SEED", "0"),
        "JUPYTER_CONFIG_PATH": str(ROOT / "book" / "tools" / "jupyter"),
    }
    del settings["TQDM_DISABLE"]  # someone is watching: show progress
    return settings


def command(*options: str, root: Path = ROOT) -> list[str]:
    """The command line that starts JupyterLab on the chapters below ``root``."""
    chapter = os.environ.get("CHAPTER")
    page = f"chapters/{chapter}.md" if chapter else FIRST_PAGE
    lab = [sys.executable, "-m", "jupyterlab"]
    where = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/lab/tree/{page}"]
    return [*lab, *where, *options]


if __name__ == "__main__":
    os.chdir(ROOT)
    line = command(*sys.argv[1:])
    os.execve(line[0], line, environment())
