"""Arrays cut into batches, and whatever a reader gives turned into MXNet's arrays."""

from collections.abc import Iterable, Iterator
import math

from mxnet import np as mxnp
import numpy
import pandas as pd
from utils.checks import all_finite, kind, number_array, whole_number
from utils.seeding import book_seed

KEPT = ("float32", "int8", "uint8", "int32", "int64")  # types left as they are


class Batches:
    """Arrays cut into batches; each pass over it is one epoch.

    ``X`` is an array of shape (examples, ...), or a tuple of such arrays for a net
    of several inputs; ``y`` has shape (examples, ...). NumPy and MXNet arrays, lists,
    tables and columns of pandas are taken; floating-point numbers and truth values
    become float32, whole numbers stay whole (an ``Embedding`` wants them so). With
    ``shuffle`` the order is new in every epoch and fixed by ``seed`` (the book's own
    unless given). The last batch holds what is left over.

    Raises ValueError where lengths differ, nothing is given, a number is NaN or
    infinite, or ``batch_size`` or ``seed`` is no whole number that fits; TypeError for
    what holds no numbers (text, dates, a sparse matrix) and for another ``shuffle``.
    """

    def __init__(self, X, y, batch_size: int, shuffle: bool = True, seed=None):
        self.X, self.several_inputs = input_arrays(X), isinstance(X, tuple)
        self.y = mx_array("y", y)
        self.batch_size = whole_number("batch_size", batch_size)
        lengths = {len(a) for a in (*self.X, self.y)}
        if len(lengths) != 1 or 0 in lengths:
            raise ValueError(
                f"X has {[len(a) for a in self.X]} examples and y {len(self.y)}, "
                f"expected the same number, at least 1"
            )
        if not isinstance(shuffle, (bool, numpy.bool_)):
            raise TypeError(f"shuffle is {shuffle!r}, expected True or False")
        self.shuffle = shuffle
        seed = book_seed() if seed is None else whole_number("seed", seed, 0)
        self.generator = numpy.random.default_rng(seed)

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        return math.ceil(len(self.y) / self.batch_size)

    def __iter__(self):
        X, y = self.X, self.y
        if self.shuffle:
            order = mxnp.array(self.generator.permutation(len(y)), dtype="int32")
            X, y = tuple(a[order] for a in X), y[order]
        for start in range(0, len(y), self.batch_size):
            part = slice(start, start + self.batch_size)
            inputs = tuple(a[part] for a in X)
            yield (inputs if self.several_inputs else inputs[0]), y[part]


def input_arrays(X) -> tuple:
    """``X``, one array or a tuple of several, as a tuple of MXNet arrays.

    Raises TypeError and ValueError as ``Batches`` does.
    """
    if not isinstance(X, tuple):
        return (mx_array("X", X),)
    if not X:
        raise ValueError("X is an empty tuple, expected an array or several")
    return tuple(mx_array(f"X[{i}]", values) for i, values in enumerate(X))


def mx_array(name: str, values):
    """``values`` as an MXNet array of finite numbers, (examples, ...).

    Raises TypeError and ValueError as ``Batches`` does; they call it ``name``.
    """
    if isinstance(values, mxnp.ndarray) and values.dtype in KEPT:
        array = values
        if array.dtype == "float32" and not mxnp.isfinite(array).all():
            all_finite(name, array.asnumpy())
    else:
        numbers = number_array(name, values)
        if numbers.dtype.kind in "bf":
            with numpy.errstate(over="ignore"):  # too large a number becomes infinite
                numbers = numbers.astype("float32", copy=False)
            all_finite(name, numbers)
        elif numbers.dtype not in KEPT:
            numbers = numbers.astype("int64")
        array = mxnp.array(numbers, dtype=numbers.dtype)
    if not array.ndim:
        raise ValueError(f"{name} is one number, expected an array (examples, ...)")
    return array


def pairs(data_iter: Iterable, what: str) -> Iterator[tuple]:
    """The batches; their NumPy arrays and tables, if any, as MXNet arrays.

    Raises TypeError, in which ``data_iter`` is called ``what``, where it does not yield
    pairs.
    """
    if not hasattr(data_iter, "__iter__") and not hasattr(data_iter, "__getitem__"):
        raise TypeError(
            f"{what} is {kind(data_iter)}, expected batches, as Batches gives them"
        )
    for batch in data_iter:
        if not isinstance(batch, (tuple, list)) or len(batch) != 2:
            raise TypeError(
                f"{what} yields {kind(batch)}, expected pairs (X, y), as "
                f"Batches(X, y, batch_size) does"
            )
        X, y = batch
        yield _converted("X", X), _converted("y", y)


def _converted(name: str, values):
    if isinstance(values, tuple):
        return tuple(_converted(name, one) for one in values)
    if isinstance(values, (numpy.ndarray, pd.DataFrame, pd.Series)):
        return mx_array(name, values)
    return values
