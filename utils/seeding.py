"""One seed for everything: the environment variable ``BOOK_SEED``."""

import os
import random

import numpy


def book_seed() -> int:
    """The seed of this run: ``BOOK_SEED``, 0 where it is not set.

    Raises ValueError where ``BOOK_SEED`` is not a whole number from 0 to 2**32 - 1
    (the seeds that NumPy takes).
    """
    text = os.environ.get("BOOK_SEED", "0")
    if not text.isdecimal() or int(text) >= 2**32:
        raise ValueError(
            f"BOOK_SEED is {text!r}, expected a whole number from 0 to {2**32 - 1}"
        )
    return int(text)


def set_seed(seed: int | None = None) -> int:
    """Seed Python's, NumPy's and MXNet's global generators; return the seed.

    ``seed`` is the book's own (``book_seed()``) unless another is given. With the
    same seed a chapter repeats bit for bit on one machine; between processors the
    last digits may differ.
    """
    if seed is None:
        seed = book_seed()
    if isinstance(seed, bool) or not isinstance(seed, (int, numpy.integer)):
        raise TypeError(f"seed is {seed!r}, expected a whole number")
    if not 0 <= seed < 2**32:
        raise ValueError(f"seed is {seed}, expected 0 to {2**32 - 1}")
    seed = int(seed)
    random.seed(seed)
    numpy.random.seed(seed)
    import mxnet  # here, so that who only asks for book_seed() need not wait for it

    mxnet.random.seed(seed % 2**31)  # MXNet reads a signed 32-bit number
    return seed
