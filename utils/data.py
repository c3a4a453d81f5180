"""Data files, checked against their SHA-256 before anyone reads them."""

from collections.abc import Mapping
import hashlib
import io
from pathlib import Path
import re
import zipfile

import numpy
from utils.checks import kind
from utils.packages import LIST, PackageError, fetch, is_fetched

DATA_FOLDER = Path(__file__).resolve().parent.parent / "data"
LINE_PATTERN = re.compile(r"([0-9a-f]{64})  (\S.*)")


class DataError(RuntimeError):
    """A data file that is missing or is not the file the book was written with."""


def checksums(folder: Path = DATA_FOLDER) -> dict[str, str]:
    """The files of ``data/SHA256SUMS`` and their SHA-256 in hexadecimal.

    The list has the format of the ``sha256sum`` command, with names relative to
    ``folder``. Raises DataError where it is missing or not UTF-8, a line is malformed,
    or a file is listed twice.
    """
    listing = folder / "SHA256SUMS"
    try:
        lines = listing.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise DataError(
            f"{listing} is missing; restore it with: git checkout -- data/SHA256SUMS"
        ) from error
    except UnicodeDecodeError as error:
        raise DataError(f"{listing} is not UTF-8: {error}") from error
    sums = {}
    for number, line in enumerate(lines, start=1):
        match = LINE_PATTERN.fullmatch(line)
        if not match:
            raise DataError(
                f"{listing}:{number}: {line!r}, expected a SHA-256, two spaces, a name"
            )
        if match[2] in sums:
            raise DataError(f"{listing}:{number}: {match[2]} is listed a second time")
        sums[match[2]] = match[1]
    return sums


def data_file(name: str, folder: Path = DATA_FOLDER) -> Path:
    """The path of a data file, after its SHA-256 was found to be as listed.

    ``name`` is relative to ``data/``, such as ``"digits/digits.npz"``. Read the
    file with whatever library reads its format. A file that comes from a package
    (utils.packages) is fetched where it is missing. Raises KeyError for a name that is
    not listed, and DataError for a file that is missing or damaged; the message
    names the file, the expected and the found checksum, and the mending command.
    Raises TypeError for a ``name`` that is no text.
    """
    if not isinstance(name, str):
        raise TypeError(
            f"name is {kind(name)}, expected a text such as 'digits/digits.npz'"
        )
    sums = checksums(folder)
    if name not in sums:
        known = ", ".join(sorted(sums)) or "none"
        raise KeyError(f"no data file {name!r}; files listed in SHA256SUMS: {known}")
    path = folder / name
    mend = f"git checkout -- data/{name}"
    reason = ""
    if is_fetched(name, folder):
        mend = f"rm -f data/{name} && make data"
        try:
            fetch(path.parent)
        except PackageError as error:
            reason = f"\n  {error}"
            mend = "make data, when there is a network"
    found = "no file"
    if path.is_file():
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != sums[name]:
        raise DataError(
            f"{path} is not the file this book was written with.\n"
            f"  expected SHA-256: {sums[name]}\n"
            f"  found SHA-256:    {found}\n"
            f"  restore it with:  {mend}{reason}"
        )
    return path


def fetch_all(folder: Path = DATA_FOLDER) -> None:
    """Fetch and check every file that comes from a package (``make data``).

    Raises DataError as ``data_file`` does.
    """
    for data_set in sorted(path.parent for path in folder.glob(f"*/{LIST}")):
        for name in checksums(folder):
            if folder / name.rsplit("/", 1)[0] == data_set:
                data_file(name, folder)


def write_npz(path: Path, arrays: dict[str, numpy.ndarray]) -> None:
    """Write an NPZ whose bytes depend on the arrays alone: no times, no user.

    ``arrays`` holds arrays by name; they are checked before the file is touched. Raises
    TypeError where a name is no text, or where an array holds objects: such a file
    could not be read without running code in it.
    """
    arrays = plain_arrays("arrays", arrays)
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            buffer = io.BytesIO()
            numpy.lib.format.write_array(buffer, array, version=(1, 0))
            archive.writestr(member, buffer.getvalue(), compresslevel=9)


def plain_arrays(what: str, arrays) -> dict[str, numpy.ndarray]:
    """A dict of NumPy arrays by name, fit to be stored.

    Raises TypeError, in which ``arrays`` is called ``what``, where it is another thing
    or holds something that is no array of numbers, truth values or text.
    """
    if not isinstance(arrays, Mapping) or not all(isinstance(n, str) for n in arrays):
        raise TypeError(f"{what} is {kind(arrays)}, expected a dict of arrays by name")
    plain = {}
    for name, values in arrays.items():
        if hasattr(values, "asnumpy"):  # MXNet
            values = values.asnumpy()
        try:
            plain[name] = numpy.asarray(values)
        except ValueError as error:
            raise TypeError(
                f"{what}: {name!r} has rows of different lengths, expected an array"
            ) from error
        if plain[name].dtype.hasobject:
            raise TypeError(
                f"{what}: {name!r} is {kind(values)}, expected an array of numbers or "
                f"text"
            )
    return plain
