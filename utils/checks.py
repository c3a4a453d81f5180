"""What several modules ask of their arguments: a whole number, a number, an array.

Each function returns the value in one fixed form, or raises an exception whose one
sentence names the argument, what was given and what was expected. NumPy alone is used.
"""

import numbers
import operator

import numpy


def whole_number(name: str, value, at_least: int = 1) -> int:
    """``value`` as an int.

    Raises ValueError where it is no whole number (True, 2.0 and "2" are none) or is
    smaller than ``at_least``.
    """
    try:
        number = None if _is_bool(value) else operator.index(value)
    except TypeError:
        number = None
    if number is None:
        raise ValueError(f"{name} is {_short(value)}, expected a whole number")
    if number < at_least:
        raise ValueError(f"{name} is {number}, expected at least {at_least}")
    return number


def number(name: str, value) -> float:
    """``value`` as a float, which may be infinite or NaN.

    Truth values count as 1 and 0, and arrays of one element are welcome, of NumPy and
    MXNet alike. Raises TypeError for all else: text, None, longer arrays.
    """
    if hasattr(value, "asnumpy"):  # MXNet
        value = value.asnumpy()
    one = getattr(value, "size", None) == 1 and hasattr(value, "item")
    plain = value.item() if one else value
    if not isinstance(plain, (numbers.Real, numpy.bool_)):
        raise TypeError(f"{name} is {_short(value)}, expected a number")
    return float(plain)


def number_array(name: str, values) -> numpy.ndarray:
    """``values`` as a NumPy array of truth values, whole or floating-point numbers.

    Taken are arrays of NumPy and MXNet, lists, and tables and columns of pandas. Where
    each element is a number but their types differ, as in a table with columns of
    several types, the result is float64.

    Raises TypeError for what holds something else (text, dates, missing values), and
    for sparse matrices; ValueError for rows of different lengths and for arrays with
    masked elements.
    """
    if hasattr(values, "toarray"):
        raise TypeError(
            f"{name} is a sparse {type(values).__name__}, expected an array that holds "
            f"every number: {name}.toarray()"
        )
    if numpy.ma.is_masked(values):
        raise ValueError(f"{name} has masked elements, expected numbers everywhere")
    if hasattr(values, "asnumpy"):  # MXNet
        values = values.asnumpy()
    try:
        array = numpy.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"{name} has rows of different lengths, expected an array"
        ) from error
    if array.dtype == object:
        array = _from_objects(name, values, array)
    if array.dtype.kind not in "biuf":
        example = f" such as {array.flat[0]!s:.40}" if array.size else ""
        raise TypeError(f"{name} holds {array.dtype}{example}, expected numbers")
    return array


def all_finite(name: str, array: numpy.ndarray) -> None:
    """Raise ValueError where ``array`` holds NaN or infinity; name the first place."""
    finite = numpy.isfinite(array)
    if not finite.all():
        first = numpy.argwhere(~finite)[0]
        raise ValueError(
            f"{name} holds {array[tuple(first)]} at {first.tolist()}, expected numbers "
            f"that are finite in float32"
        )


def kind(value) -> str:
    """What a value is, for a sentence: an array's shape and type, or else its class."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"an array of shape {value.shape} and type {numpy.dtype(value.dtype)}"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _from_objects(name: str, values, array: numpy.ndarray) -> numpy.ndarray:
    if array.ndim == 0:
        raise TypeError(f"{name} is {kind(values)}, expected an array of numbers")
    for place, value in numpy.ndenumerate(array):
        if not (isinstance(value, numbers.Real) or _is_bool(value)):
            where = f"at {list(place)}"
            if hasattr(values, "columns"):
                where = f"in column {values.columns[place[1]]!r}"
            raise TypeError(
                f"{name} holds {_short(value)} ({kind(value)}) {where}; "
                f"expected numbers"
            )
    return array.astype("float64")


def _is_bool(value) -> bool:
    return isinstance(value, (bool, numpy.bool_))


def _short(value) -> str:
    """How ``value`` is shown in a sentence: on one line, and not too long."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
