"""Spoil each chapter's training and tell which claims notice.

    python -m book.tools.sabotage                       # every chapter of the list
    python -m book.tools.sabotage fizzbuzz/rules-and-data

A claim about a trained model should fail when the model has learned nothing. So each
chapter is run twice more in a copy of the book: once with its training labels shuffled,
once with a tenth of its training steps. ``book/sabotage.toml`` holds, for each chapter,
the lines that are replaced. What failed is printed and written into the table in
CONTRIBUTING.md. Ends with exit code 1 where nothing failed and the list has no reason
why that is right.
"""

import ast
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
import os
from pathlib import Path
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

from utils.fingerprints import code_cells

from book.tools import options
from book.tools.chapters import (
    ROOT,
    ChapterError,
    chapter_files,
    choose_chapters,
    read_text,
    replace_text,
)
from book.tools.evidence_file import FILE, YES, read_rows

LIST = Path("book", "sabotage.toml")
GUIDE = Path("CONTRIBUTING.md")
KINDS = {"labels": "labels shuffled", "steps": "a tenth of the steps"}
BEGIN, END = "<!-- what make sabotage found -->", "<!-- end -->"
HEAD = "| Chapter | Fails with labels shuffled | Fails with a tenth of the steps |"
KEYS = {"none", *KINDS, *(f"{kind}_why" for kind in KINDS)}


@dataclass(frozen=True)
class Plan:
    """What is replaced in one chapter, by kind, and why some kind is not tried."""

    changes: dict[str, list[tuple[str, str]]]
    why: dict[str, str]


def read_plans(root: Path = ROOT) -> dict[str, Plan]:
    """The list, by chapter. Raises ChapterError where it is not what is expected."""
    try:
        entries = tomllib.loads(read_text(root / LIST))
    except tomllib.TOMLDecodeError as error:
        raise ChapterError(f"{LIST}: {error}") from error
    return {name: _plan(name, entry) for name, entry in entries.items()}


def _plan(name: str, entry: dict) -> Plan:
    if unknown := set(entry) - KEYS:
        raise ChapterError(
            f"{LIST}: {name} has {sorted(unknown)[0]!r}, expected {sorted(KEYS)}"
        )
    changes = {kind: [tuple(pair) for pair in entry.get(kind, [])] for kind in KINDS}
    why = {kind: entry.get(f"{kind}_why") or entry.get("none", "") for kind in KINDS}
    for kind in KINDS:
        if not changes[kind] and not why[kind]:
            raise ChapterError(
                f"{LIST}: {name} has neither {kind} nor {kind}_why nor none"
            )
    return Plan(changes, why)


def spoiled(text: str, changes: Sequence[tuple[str, str]], name: str) -> str:
    """A chapter's text with each change made; ChapterError where one cannot be."""
    for old, new in changes:
        if (count := text.count(old)) != 1:
            raise ChapterError(
                f"{LIST}: {name} holds {old!r} {count} times, expected it once"
            )
        changed = text.replace(old, new)
        if _code(changed) == _code(text):
            raise ChapterError(
                f"{LIST}: {name}: {new!r} computes what {old!r} does, "
                f"expected another code"
            )
        text = changed
    return text


def _code(text: str) -> list[str]:
    """What each code cell of a chapter computes, comments left out."""
    cells = []
    for cell in code_cells(text):
        try:
            cells.append(ast.dump(ast.parse(cell.code)))
        except SyntaxError:  # a line for IPython
            cells.append(cell.code)
    return cells


def problems(name: str, root: Path = ROOT) -> list[str]:
    """Why the list does not fit a chapter."""
    try:
        plan = read_plans(root).get(name)
        if plan is None:
            return [f"{LIST}: {name} is not in it; see *Sabotage* in {GUIDE}"]
        text = read_text(chapter_files(name, root)[0])
        for changes in plan.changes.values():
            spoiled(text, changes, name)
    except ChapterError as error:
        return [str(error)]
    return []


def failing(name: str, changes: Sequence[tuple[str, str]], book: Path) -> list[str]:
    """The claims that fail, or are not reached, in a changed chapter of a copy."""
    path = chapter_files(name, book)[0]
    text = read_text(path)
    path.write_text(spoiled(text, changes, name), encoding="utf-8")
    try:
        run = subprocess.run(
            [sys.executable, "-m", "book.tools.evidence", "0-0", name],
            cwd=book,
            env={**os.environ, "JOBS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        path.write_text(text, encoding="utf-8")
    rows = [
        row
        for row in read_rows(book)
        if row.claim.split("/")[0] == name.split("/")[1] and row.seed == "0"
    ]
    if not rows or "rows held" not in run.stdout:
        raise ChapterError(f"{name} did not run: {(run.stdout + run.stderr)[-800:]}")
    return [row.claim.split("/")[1] for row in rows if row.held != YES]


def copy_of_book(target: Path, root: Path = ROOT) -> Path:
    """The book's files in a folder of their own, so that nothing of it is touched."""
    leave = shutil.ignore_patterns("_build", ".git", ".venv*", "__pycache__")
    shutil.copytree(root, target, ignore=leave)
    (target / FILE).unlink(missing_ok=True)
    return target


def results(names: list[str], plans: dict[str, Plan]) -> dict[str, dict[str, list]]:
    """By chapter and kind, the claims that failed."""
    found = {name: {} for name in names}

    def run(kind):
        with tempfile.TemporaryDirectory() as folder:
            book = copy_of_book(Path(folder, "book"))
            for name in names:
                if changes := plans[name].changes[kind]:
                    found[name][kind] = failing(name, changes, book)
                    listed = ", ".join(found[name][kind]) or "nothing"
                    print(f"{name}, {KINDS[kind]}: {listed} failed", flush=True)

    with ThreadPoolExecutor(min(options.jobs(), len(KINDS))) as pool:
        list(pool.map(run, KINDS))
    return found


def unnoticed(found: dict[str, dict[str, list]], plans: dict[str, Plan]) -> list[str]:
    """The runs that no claim noticed and for which the list gives no reason."""
    return [
        f"{name}: no claim fails with {KINDS[kind]}"
        for name, kinds in found.items()
        for kind, failed in kinds.items()
        if not failed and not plans[name].why[kind]
    ]


def with_rows(guide: str, found: dict[str, dict[str, list]], plans) -> str:
    """The guide with the table's rows of these chapters made anew, others kept."""
    before, rest = guide.split(BEGIN)
    table, after = rest.split(END)
    rows = dict(re.findall(r"^\| `([^`]+)` (\|.*)$", table, re.M))
    for name, kinds in found.items():
        cells = [
            ", ".join(f"`{claim}`" for claim in kinds.get(kind, []))
            or plans[name].why[kind]
            or "**nothing**"
            for kind in KINDS
        ]
        rows[name] = f"| {' | '.join(cells)} |"
    lines = [f"| `{name}` {rows[name]}" for name in plans if name in rows]
    lines = "\n".join(["", HEAD, "|---|---|---|", *lines, ""])
    return f"{before}{BEGIN}{lines}{END}{after}"


def main() -> None:
    try:
        plans = read_plans()
        wanted = choose_chapters(sys.argv[1:]) if sys.argv[1:] else list(plans)
        if missing := [name for name in wanted if name not in plans]:
            sys.exit(f"{LIST} does not list {missing[0]}")
        found = results(wanted, plans)
        guide = read_text(ROOT / GUIDE)
        replace_text(ROOT / GUIDE, with_rows(guide, found, plans))
    except (ChapterError, options.OptionError) as error:
        sys.exit(str(error))
    bad = unnoticed(found, plans)
    print("\n".join(bad) or f"every run was noticed; the table is in {GUIDE}")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
