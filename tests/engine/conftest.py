"""MXNet and the book's stand-in for it on PyTorch, side by side in one process.

PyTorch is not in .venv: it comes from the environment that `make engine` makes.
"""

import importlib
from pathlib import Path
import sys

import utils  # noqa: F401  (before MXNet)
import mxnet
import numpy
import pytest

ROOT = Path(__file__).resolve().parents[2]
mxnet.npx.set_np()


def pytest_configure():
    if importlib.util.find_spec("torch") is None:
        packages = list(ROOT.glob(".venv-torch/lib/python3.*/site-packages"))
        if not packages:
            pytest.exit("PyTorch is not there; run: make engine", returncode=1)
        sys.path.append(str(packages[0]))


@pytest.fixture(scope="session")
def engines():
    """MXNet, and the package on PyTorch."""
    pytest_configure()
    assert "on_torch" not in mxnet.__file__
    return mxnet, importlib.import_module("utils.on_torch.mxnet")


def relative(a, b) -> float:
    """The largest difference of two arrays, over the largest number of the first."""
    a, b = (numpy.asarray(v, "float64") for v in (a, b))
    assert a.shape == b.shape, f"{a.shape} and {b.shape}"
    if not a.size:
        return 0.0
    same = (a == b) | (numpy.isnan(a) & numpy.isnan(b))
    away = numpy.where(same, 0, numpy.abs(a - b))
    return float(
        away.max() / max(numpy.abs(a[numpy.isfinite(a)]).max(initial=0), 1e-12)
    )
