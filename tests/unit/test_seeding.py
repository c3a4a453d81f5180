"""BOOK_SEED and set_seed()."""

import random

from utils import book_seed, set_seed
import mxnet
import numpy
import pytest


def draws():
    return (
        random.random(),
        numpy.random.rand(),
        float(mxnet.nd.random.uniform().asscalar()),
    )


def test_the_same_seed_repeats_all_three_generators():
    assert set_seed(7) == 7
    first = draws()
    set_seed(7)
    assert draws() == first
    set_seed(8)
    assert all(a != b for a, b in zip(draws(), first, strict=True))


def test_the_book_seed_is_the_default(monkeypatch):
    monkeypatch.setenv("BOOK_SEED", "41")
    assert set_seed() == book_seed() == 41
    first = draws()
    set_seed(41)
    assert draws() == first


def test_the_book_seed_is_zero_where_not_set(monkeypatch):
    monkeypatch.delenv("BOOK_SEED", raising=False)
    assert book_seed() == 0


@pytest.mark.parametrize("text", ["", "-1", "1.5", "one", str(2**32)])
def test_a_book_seed_that_is_no_seed(monkeypatch, text):
    monkeypatch.setenv("BOOK_SEED", text)
    with pytest.raises(ValueError, match="BOOK_SEED is .* expected a whole number"):
        book_seed()


@pytest.mark.parametrize("seed", [1.5, "1", True])
def test_a_seed_of_another_type(seed):
    with pytest.raises(TypeError, match="expected a whole number"):
        set_seed(seed)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_range(seed):
    with pytest.raises(ValueError, match="expected 0 to"):
        set_seed(seed)
