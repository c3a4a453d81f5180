"""Let MXNet 1.9.1 import on the NumPy that is installed, or stand in for it.

MXNet's last release (2022) reads names that NumPy has since dropped: on NumPy
1.26 only ``numpy.bool`` is missing, on NumPy 2 some twenty more. Importing this
module gives NumPy what is missing, and nothing else: a name that NumPy still has
is left as it is. It must run before the first ``import mxnet``; importing
anything from ``utils`` does so. NumPy 2 prints numbers as NumPy 1 does: ``1.0``, not
``np.float64(1.0)``.

Where MXNet is not installed, ``import mxnet`` finds the book's own package of that
name, which runs on PyTorch (``utils.engines``).

The names are those that ``mxnet/numpy/fallback.py`` and ``mxnet/numpy/utils.py``
(release 1.9.1) look up. Their stand-ins follow the replacements that NumPy's own
migration guide gives for each.
"""

import warnings

import numpy
from utils.engines import offer_torch


def _financial(name):
    """A stand-in for a financial function that NumPy moved to numpy-financial."""

    def moved(*args, **kwargs):
        raise NotImplementedError(
            f"numpy.{name} left NumPy in version 1.20; "
            f"use the package numpy-financial instead"
        )

    moved.__name__ = name
    return moved


def missing_names() -> dict:
    """What MXNet reads from NumPy and this NumPy may lack: name -> stand-in."""
    ieee = {"PINF": numpy.inf, "NINF": -numpy.inf, "PZERO": 0.0, "NZERO": -0.0}
    constants = {"NaN": numpy.nan, "NAN": numpy.nan}
    constants |= dict.fromkeys(("Inf", "Infinity", "infty"), numpy.inf)
    functions = {
        "product": numpy.prod,
        "cumproduct": numpy.cumprod,
        "sometrue": numpy.any,
        "alltrue": numpy.all,
        "round_": numpy.round,
        "row_stack": numpy.vstack,
        "in1d": getattr(numpy, "in1d", numpy.isin),
        "trapz": getattr(numpy, "trapezoid", None) or numpy.trapz,
        "msort": lambda a: numpy.sort(a, axis=0),
    }
    moved = ("mirr", "npv", "pmt", "ppmt", "pv", "rate")
    financial = {name: _financial(name) for name in moved}
    return {"bool": bool} | ieee | constants | functions | financial


def patch_numpy() -> list[str]:
    """Give NumPy the names MXNet needs and it lacks; return those it lacked."""
    stand_ins = missing_names()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy 1.26 warns when asked for numpy.bool
        lacking = [name for name in stand_ins if not hasattr(numpy, name)]
    for name in lacking:
        setattr(numpy, name, stand_ins[name])
    return lacking


def print_plain_numbers() -> None:
    """Have NumPy 2 print a number without its type, as NumPy 1 does."""
    if numpy.lib.NumpyVersion(numpy.__version__) >= "2.0.0":
        numpy.set_printoptions(legacy="1.25")


patch_numpy()
print_plain_numbers()
offer_torch()
