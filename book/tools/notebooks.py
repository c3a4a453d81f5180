"""Make the executed notebooks from the chapters' Markdown.

    python -m book.tools.notebooks                 # every chapter that is stale
    python -m book.tools.notebooks fizzbuzz/chain-rule
    python -m book.tools.notebooks --all           # every chapter, stale or not
    python -m book.tools.notebooks --artifacts     # only what chapters read of others

What is stale is executed; around the outputs of the others today's prose is written. A
notebook is replaced whole or not at all, and where somebody has worked in it a copy is
kept.
"""

import argparse
import asyncio
import sys
import time

from tqdm import tqdm
from utils.seeding import book_seed

from book.tools import options
from book.tools.chapters import (
    ROOT,
    ChapterError,
    chapter_files,
    choose_chapters,
    replace_text,
)
from book.tools.execute import execute, in_order, provide_artifacts, quit_at_once
from book.tools.sources import keep_edited
from book.tools.stale import refreshed


async def make_notebooks(
    names: list[str], root=ROOT, execute_all: bool = False
) -> list[str]:
    """Bring notebooks up to date; return the chapters that were executed.

    Every chapter is tried; then ChapterError tells of all that failed. Their old
    notebooks stay as they were, as they do when the run is interrupted.
    """
    stale = []
    for name in names:
        text = None if execute_all else refreshed(name, root)
        if text is None:
            stale.append(name)
        else:
            _store(name, text, root)
    bar = tqdm(total=len(stale), desc="executing", unit="chapter", disable=None)

    async def run(name, seed):
        started = time.perf_counter()
        _store(name, await execute(name, root, seed=seed), root)
        tqdm.write(f"executed {name} in {time.perf_counter() - started:.1f} s")
        bar.update()

    results = await in_order(run, [(name, book_seed()) for name in stale], root)
    bar.close()
    failures = [r for r in results if isinstance(r, BaseException)]
    for failure in failures:
        if not isinstance(failure, ChapterError):
            raise failure
    if failures:
        raise ChapterError("\n\n".join(dict.fromkeys(map(str, failures))))
    return stale


def _store(name: str, text: str, root) -> None:
    if told := keep_edited(name, root):
        tqdm.write(told)
    replace_text(chapter_files(name, root)[1], text)


def provide(names: list[str], execute_all: bool = False) -> None:
    """Bring notebooks up to date and say what was executed; end where that fails."""
    try:
        options.seed()
        executed = asyncio.run(make_notebooks(names, execute_all=execute_all))
    except (ChapterError, options.OptionError) as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:  # before the first kernel has started
        quit_at_once()
    print(f"notebooks: {len(executed)} executed, {len(names) - len(executed)} fresh")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("chapters", nargs="*", help="topic/name; all where none given")
    parser.add_argument("--all", action="store_true", help="execute fresh ones too")
    parser.add_argument(
        "--artifacts",
        action="store_true",
        help="only make what chapters read",
    )
    given = parser.parse_args()
    try:
        names = choose_chapters(given.chapters)
        if not given.artifacts:
            provide(names, given.all)
            return
        options.seed()
        executed = asyncio.run(provide_artifacts(names))
    except (ChapterError, options.OptionError) as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        quit_at_once()
    print(f"artifacts: {len(executed)} chapters executed")


if __name__ == "__main__":
    main()
