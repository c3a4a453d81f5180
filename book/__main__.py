"""The book's commands, with or without `make`: ``python -m book COMMAND``.

    python -m book                              # lists them
    python -m book lab
    python -m book test regression/contractor   # that chapter's tests

Each command sets up what it needs first, into `.venv`, with the Python that runs this.
The Makefile calls the same commands; where there is no `make` and no `sh`, as on
Windows, this is the way in. What `make` is told by variables (``SEEDS=5``) is an
environment variable here, too.
"""

import os
from pathlib import Path
import subprocess
import sys

from book.tools import environment

ROOT = Path(__file__).resolve().parents[1]


def tool(name: str, *arguments: str) -> list[str]:
    """The command line of one of the book's tools."""
    return ["-m", f"book.tools.{name}", *arguments]


def commands(chapters: list[str]) -> dict[str, tuple[str, list[list[str]]]]:
    """By name: what a command does, and the steps that Python runs for it."""
    seeds = os.environ.get("SEEDS", "5")
    port = os.environ.get("PORT", "8000")
    book = [tool("build", "--execute", *chapters)]
    nbval = [
        "-m", "pytest", "--nbval-lax", "--nbval-current-env",
        "--nbval-kernel-startup-timeout=300", "--nbval-cell-timeout=300",
        *[f"chapters/{name}.ipynb" for name in chapters],
    ]  # fmt: skip
    return {
        "book": ("execute what is stale, build the site in _build/html", book),
        "lab": ("open the chapters in JupyterLab", [tool("lab")]),
        "notebooks": ("execute what is stale", [tool("notebooks", *chapters)]),
        "serve": (
            "build the site and serve it (PORT=8000)",
            [tool("serve", "--check", port), *book, tool("serve", port)],
        ),
        "test": (
            "run the tests of the chapters named",
            [
                ["-m", "pytest", "tests/chapters"],
                tool("notebooks", "--artifacts", *chapters),
                nbval,
            ],
        ),
        "seeds": (
            "run the book under other seeds (SEEDS=5)",
            [tool("seeds", seeds, *chapters)],
        ),
        "evidence": (
            "the same, kept in book/evidence.csv",
            [tool("evidence", seeds, *chapters)],
        ),
    }


def main() -> None:
    name, chapters = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    known = commands(chapters)
    if name not in known:
        lines = [f"  {key:<11}{about}" for key, (about, _) in known.items()]
        said = f"there is no command {name!r}\n" if name else ""
        sys.exit(
            f"{said}python -m book COMMAND [topic/name ...], COMMAND being one of\n"
            + "\n".join(lines)
        )
    if name == "test" and not chapters:
        sys.exit("name the chapters to test; every test of the book: make test")
    os.chdir(ROOT)
    environment.provide()
    chapter = {"CHAPTER": chapters[0]} if chapters else {}
    for step in known[name][1]:
        code = subprocess.run(
            [environment.PYTHON, *step], env={**os.environ, **chapter}
        ).returncode
        if code:
            sys.exit(code)


if __name__ == "__main__":
    main()
