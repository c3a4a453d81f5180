"""Large intermediate results, kept in ``artifacts/`` and never committed.

What takes a while to make and always comes out the same, such as a corpus of speech,
is made once and read from there later. Deleting the folder loses nothing. A chapter may
also leave something there for a later one, such as a net's trained weights: chapters
import nothing from each other.
"""

from collections.abc import Callable
import hashlib
import os
from pathlib import Path
import re
import time

import numpy
from utils.fingerprints import chapter_key
from utils.reachable import sha256
from utils.seeding import book_seed

ROOT = Path(__file__).resolve().parent.parent
ARTIFACTS_FOLDER = ROOT / "artifacts"
LONGEST_WRITE = 3600  # seconds


class ArtifactError(RuntimeError):
    """What an earlier chapter should have left in the store is not there."""


def artifact(
    name: str,
    key: str,
    make: Callable[[], dict[str, numpy.ndarray]],
    folder: Path = ARTIFACTS_FOLDER,
) -> dict[str, numpy.ndarray]:
    """The arrays that ``make()`` gives, from the store where they are in it.

    ``name`` consists of lower-case letters, digits and hyphens; ``key`` is a text that
    tells of all that the arrays depend on: another key makes them anew, and removes the
    old ones. A stored file whose SHA-256 is not the one written down beside it is made
    anew too. Raises ValueError for another kind of name.
    """
    path = _path(name, key, folder)
    arrays = _read(path)
    return _write(path, make()) if arrays is None else arrays


def publish(name: str, chapter: str, arrays, folder: Path = ARTIFACTS_FOLDER) -> None:
    """Leave ``arrays`` (a dict) in the store, for the chapters after ``chapter``.

    ``chapter`` is "topic/name". What is left counts for this seed and for the present
    code of that chapter, what it uses of ``utils`` and ``data``, and the lock. Raises
    ValueError for another kind of name.
    """
    _write(published_path(name, chapter, folder), arrays)


def published(
    name: str, chapter: str, folder: Path = ARTIFACTS_FOLDER, root: Path = ROOT
) -> dict[str, numpy.ndarray]:
    """What ``chapter`` has left in the store as ``name``.

    Raises ArtifactError, with the command that mends it, where it is missing or
    damaged, or was left under another seed or by other code.
    """
    arrays = _read(published_path(name, chapter, folder, root))
    if arrays is None:
        raise ArtifactError(
            f"artifacts/ does not hold {name!r} of chapters/{chapter} in its present "
            f"form for seed {book_seed()}; run that chapter to its end, or: "
            f"make artifacts"
        )
    return arrays


def published_path(
    name: str,
    chapter: str,
    folder: Path = ARTIFACTS_FOLDER,
    root: Path = ROOT,
    seed: int | None = None,
) -> Path:
    """Where what ``chapter`` leaves as ``name`` lies, in the chapter's present form.

    Raises ArtifactError where there is no such chapter, or chapters read each other's
    artifacts in a circle.
    """
    seed = book_seed() if seed is None else seed
    try:
        key = chapter_key(chapter, root)
    except FileNotFoundError as error:
        raise ArtifactError(
            f"there is no chapter {chapter!r} to leave an artifact"
        ) from error
    except ValueError as error:
        raise ArtifactError(str(error)) from error
    return _path(f"{name}-seed{seed}", key, folder)


def _path(name: str, key: str, folder: Path) -> Path:
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise ValueError(
            f"name is {name!r}, expected lower-case letters, digits and hyphens"
        )
    return folder / f"{name}.{sha256(key)[:16]}.npz"


def is_stored(path: Path) -> bool:
    """Whether a stored file is there and is what was written."""
    digest_path = path.with_suffix(".sha256")
    if not (path.is_file() and digest_path.is_file()):
        return False
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    return found == digest_path.read_text(encoding="ascii")


def _read(path: Path) -> dict[str, numpy.ndarray] | None:
    """The arrays in a stored file; None where it is missing or damaged."""
    if not is_stored(path):
        return None
    with numpy.load(path, allow_pickle=False) as stored:
        return dict(stored)


def _is_being_written(path: Path) -> bool:
    """Whether a process is at it; what one that was killed has left is old."""
    try:
        age = time.time() - path.stat().st_mtime
    except FileNotFoundError:  # another process has finished it, or removed it
        return False
    return path.suffix == ".tmp" and age < LONGEST_WRITE


def _write(path: Path, arrays) -> dict[str, numpy.ndarray]:
    """Store the arrays, whole or not at all, in place of those with another key."""
    arrays = {key: numpy.asarray(value) for key, value in arrays.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            numpy.savez(stream, **arrays)
        with temporary.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        for old in path.parent.glob(f"{path.name.partition('.')[0]}.*"):
            if not _is_being_written(old):
                old.unlink(missing_ok=True)
        temporary.replace(path)
        path.with_suffix(".sha256").write_text(digest, encoding="ascii")
    finally:
        temporary.unlink(missing_ok=True)
    return arrays
