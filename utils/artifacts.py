"""Large intermediate results, kept in ``artifacts/`` and never committed.

What takes a while to make and always comes out the same, such as a corpus of speech,
is made once and read from there later. Deleting the folder loses nothing.
"""

from collections.abc import Callable
import hashlib
import os
from pathlib import Path
import re

import numpy

ARTIFACTS_FOLDER = Path(__file__).resolve().parent.parent / "artifacts"


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
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise ValueError(
            f"name is {name!r}, expected lower-case letters, digits and hyphens"
        )
    path = folder / f"{name}.{hashlib.sha256(key.encode()).hexdigest()[:16]}.npz"
    digest_path = path.with_suffix(".sha256")
    if path.is_file() and digest_path.is_file():
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found == digest_path.read_text(encoding="ascii"):
            with numpy.load(path, allow_pickle=False) as stored:
                return dict(stored)
    arrays = {key: numpy.asarray(value) for key, value in make().items()}
    folder.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            numpy.savez(stream, **arrays)
        with temporary.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        for old in folder.glob(f"{name}.*"):
            if old != temporary:
                old.unlink(missing_ok=True)
        temporary.replace(path)
        digest_path.write_text(digest, encoding="ascii")
    finally:
        temporary.unlink(missing_ok=True)
    return arrays
