"""What MXNet needs from NumPy is there, and nothing that was there has changed."""

import subprocess
import sys

import utils
from utils import engine
import numpy
import pytest
from utils.compat import missing_names, patch_numpy

SCRIPT = """
import numpy, sys, warnings
warnings.simplefilter("error")
before = dict(vars(numpy))
import utils.compat
added = set(vars(numpy)) - set(before)
changed = [n for n in before if before[n] is not vars(numpy)[n]]
warnings.simplefilter("ignore")
import mxnet
print(sorted(added & set(utils.compat.missing_names())), changed)
"""


@pytest.mark.skipif(engine() == "torch", reason="MXNet does not run here")
def test_only_what_was_missing_is_added_and_mxnet_imports():
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == "['bool'] []"  # NumPy 1.26, as locked


def test_patching_again_finds_nothing_to_do():
    assert patch_numpy() == []


def test_a_name_that_numpy_lost_comes_back(monkeypatch):
    monkeypatch.delattr(numpy, "cumproduct", raising=False)
    monkeypatch.delattr(numpy, "msort", raising=False)
    monkeypatch.delattr(numpy, "row_stack", raising=False)
    names = patch_numpy()
    assert {"cumproduct", "msort", "row_stack"} >= set(names) - {"bool"}
    assert numpy.row_stack([[1], [2]]).tolist() == [[1], [2]]


def test_stand_ins_compute_what_their_names_say():
    names = missing_names()
    a = numpy.array([[3, 1], [2, 4]])
    assert names["msort"](a).tolist() == [[2, 1], [3, 4]]
    assert names["product"](a) == 24
    assert names["cumproduct"](a).tolist() == [3, 3, 6, 24]
    assert names["sometrue"](a > 3) and not names["alltrue"](a > 3)
    assert names["trapz"]([1, 2, 3]) == 4
    assert names["in1d"]([1, 5], [5]).tolist() == [False, True]
    assert names["round_"](2.567, 1) == 2.6


def test_financial_functions_say_where_they_went():
    with pytest.raises(NotImplementedError, match="numpy.npv .* numpy-financial"):
        missing_names()["npv"](0.1, [1, 2])


def test_the_package_knows_its_names():
    for name in utils.__all__:
        assert getattr(utils, name)
    with pytest.raises(AttributeError, match="no attribute 'missing'"):
        utils.missing  # noqa: B018
