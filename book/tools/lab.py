"""Start JupyterLab with the chapters' Markdown opening as notebooks.

    python -m book.tools.lab [options of jupyter lab]

The settings are in book/tools/jupyter; kernels are those of the build.
"""

import os
from pathlib import Path
import subprocess
import sys

from book.tools import options
from book.tools.chapters import ROOT, ChapterError, choose_chapters

FIRST_PAGE = "fizzbuzz/rules-and-data"


def environment() -> dict[str, str]:
    """The environment for the server; its kernels get their own (kernels.py)."""
    return {
        **os.environ,
        "BOOK_SEED": str(options.seed()),
        "JUPYTER_CONFIG_PATH": str(ROOT / "book" / "tools" / "jupyter"),
        "PYTHONPATH": str(ROOT),  # it imports the kernel manager from book.tools
    }


def command(*more: str, root: Path = ROOT) -> list[str]:
    """The command line that starts JupyterLab on the chapters below ``root``.

    Raises ChapterError where the environment's CHAPTER is none.
    """
    chapter = os.environ.get("CHAPTER") or FIRST_PAGE
    choose_chapters([chapter], root)
    lab = [sys.executable, "-m", "jupyterlab"]
    page = f"/lab/tree/chapters/{chapter}.md"
    where = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url={page}"]
    return [*lab, *where, *more]


def main() -> None:
    os.chdir(ROOT)
    try:
        line, variables = command(*sys.argv[1:]), environment()
    except (ChapterError, options.OptionError) as error:
        sys.exit(str(error))
    if os.name == "nt":  # there, a program cannot take another's place
        sys.exit(subprocess.run(line, env=variables).returncode)
    os.execve(line[0], line, variables)


if __name__ == "__main__":
    main()
