"""In which order notebooks are validated (`make test`), several at once.

    python -m book.tools.turns          # prints the notebooks, a line each

Chapters that leave artifacts come first and those that read them half-way, so that
these need not wait; among the others the longest come first.
"""

from pathlib import Path
import time

import nbformat
from utils.artifacts import is_stored, published_path

from book.tools.chapters import ROOT, chapter_files, chapter_names
from book.tools.execute import needed_artifacts
from book.tools.stale import METADATA_KEY

PAUSE = 0.5  # seconds between two looks for an artifact


def turns(names: list[str], root: Path = ROOT) -> list[str]:
    """The chapters in the order in which they are to be validated."""
    needs = {name: needed_artifacts(name, root) for name in names}
    makers = {maker for found in needs.values() for _, maker in found}
    first = [name for name in names if name in makers]
    readers = [name for name in names if needs[name] and name not in makers]
    others = [name for name in names if name not in (*first, *readers)]
    others.sort(key=lambda name: -_seconds(name, root))
    half = len(others) // 2
    return [*first, *others[:half], *readers, *others[half:]]


def wait_for_artifacts(name: str, others: set[str], seconds: float, root=ROOT) -> None:
    """Wait until what the chapter reads of ``others`` is there, for so long at most."""
    until = time.monotonic() + seconds
    for artifact, maker in needed_artifacts(name, root):
        path = published_path(artifact, maker, root / "artifacts", root)
        while maker in others and not is_stored(path) and time.monotonic() < until:
            time.sleep(PAUSE)


def _seconds(name: str, root: Path) -> float:
    """The CPU seconds that the chapter took when it was last executed."""
    path = chapter_files(name, root)[1]
    if not path.exists():
        return 0.0
    metadata = nbformat.read(path, as_version=4).metadata
    return metadata.get(METADATA_KEY, {}).get("cpu_seconds", 0.0)


if __name__ == "__main__":
    for name in turns(chapter_names()):
        print(chapter_files(name)[1].relative_to(ROOT))
