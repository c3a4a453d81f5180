"""One seed for everything: the environment variable ``BOOK_SEED``."""

from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
import os
import random
import sys

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
    last digits may differ. Where MXNet has not been imported it is not imported now,
    but seeded as soon as it is.

    Raises TypeError for a seed that is no whole number, ValueError for one that is not
    from 0 to 2**32 - 1.
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
    sys.meta_path[:] = [f for f in sys.meta_path if not isinstance(f, _SeedOnImport)]
    if "mxnet" in sys.modules:
        _seed_mxnet(sys.modules["mxnet"], seed)
    else:
        sys.meta_path.insert(0, _SeedOnImport(seed))
    return seed


def _seed_mxnet(mxnet, seed: int) -> None:
    mxnet.random.seed(seed % 2**31)  # MXNet reads a signed 32-bit number


class _SeedOnImport(MetaPathFinder):
    """Seeds MXNet once its import is done.

    Python asks each finder of ``sys.meta_path`` how to import a module. This one gives
    the usual answer for MXNet, with the seeding after the module's own code.
    """

    def __init__(self, seed: int):
        self.seed = seed

    def find_spec(self, name, path, target=None):
        if name != "mxnet":
            return None
        spec = PathFinder.find_spec(name, path)
        if spec is not None:
            run = spec.loader.exec_module

            def run_and_seed(module):
                run(module)
                sys.meta_path.remove(self)
                _seed_mxnet(module, self.seed)

            spec.loader.exec_module = run_and_seed
        return spec
