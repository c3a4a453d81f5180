"""claim(): what it accepts, what it refuses, what it records."""

import math

from utils import claim
from mxnet import np as mxnp
import numpy
import pandas as pd
import pytest
from utils.claims import MIME_TYPE, ClaimError


@pytest.fixture
def shown(monkeypatch):
    """What claim() gives to the notebook, in order."""
    displayed = []
    monkeypatch.setattr(
        "utils.claims.display", lambda data, raw: displayed.append(data)
    )
    return displayed


def test_record_has_the_documented_form(shown, monkeypatch):
    monkeypatch.setenv("BOOK_SEED", "3")
    claim("digits/cnn", numpy.float32(0.5), at_least=0.25, baseline=0.125)
    assert shown[0][MIME_TYPE] == {
        "id": "digits/cnn",
        "value": 0.5,
        "bound": ">= 0.25",
        "baseline": 0.125,
        "seed": 3,
    }


def test_one_readable_line_as_text_and_html(shown):
    claim("digits/cnn", 0.98765, at_least=0.97, baseline=0.1)
    line = shown[0]["text/plain"]
    assert line == "✓ digits/cnn: 0.9877 (must be ≥ 0.97, baseline 0.1)"
    assert "claim-holds" in shown[0]["text/html"]
    assert "must be ≥ 0.97" in shown[0]["text/html"]


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        ({"at_least": 0.5}, ">= 0.5"),
        ({"at_most": 0.5}, "<= 0.5"),
        ({"between": (0.25, 0.75)}, "0.25 to 0.75"),
        ({"between": (0.5, 0.5)}, "= 0.5"),
        ({}, "reported"),
    ],
)
def test_bounds_hold_at_their_very_edge(shown, bounds, text):
    claim("a/b", 0.5, **bounds)
    assert shown[0][MIME_TYPE]["bound"] == text
    assert shown[0][MIME_TYPE]["baseline"] is None


@pytest.mark.parametrize(
    ("value", "bounds", "expected"),
    [
        (0.9, {"at_least": 0.98}, "0.9, expected >= 0.98"),
        (0.9, {"at_most": 0.1}, "0.9, expected <= 0.1"),
        (0.9, {"between": (0.1, 0.2)}, "0.9, expected 0.1 to 0.2"),
    ],
)
def test_a_claim_that_fails_is_recorded_and_raises(shown, value, bounds, expected):
    with pytest.raises(ClaimError, match=f"claim a/b does not hold: {expected}"):
        claim("a/b", value, **bounds)
    assert shown[0][MIME_TYPE]["value"] == value
    assert "claim-fails" in shown[0]["text/html"]


@pytest.mark.parametrize(
    ("bounds", "better", "worse"),
    [
        ({"at_least": 0.1}, 0.4, 0.6),
        ({"at_most": 0.9}, 0.6, 0.4),
        ({"between": (0.3, 0.7)}, 0.2, 0.5),
    ],
)
def test_a_claim_must_beat_its_baseline(shown, bounds, better, worse):
    """0.5 beats the first baseline and not the second, nor one equal to it."""
    claim("a/b", 0.5, baseline=better, **bounds)
    for baseline in (worse, 0.5):
        with pytest.raises(ClaimError, match=rf"claim a/b .*0\.5, {baseline}"):
            claim("a/b", 0.5, baseline=baseline, **bounds)


def test_a_reported_value_need_not_beat_its_baseline(shown):
    claim("a/b", 0.5, baseline=0.6)
    assert shown[0][MIME_TYPE]["baseline"] == 0.6


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_finite_never_holds(value):
    with pytest.raises(ClaimError, match="expected a finite number"):
        claim("a/b", value, at_least=-1)


@pytest.mark.parametrize(
    "value",
    [
        "much", "0.5", None, [1, 2], numpy.array([1, 2]), numpy.array([]), mxnp.ones(2),
        pd.Series([0.5, 0.6]), 1j,
    ],
)  # fmt: skip
def test_a_value_that_is_no_number(value):
    with pytest.raises(TypeError, match="a/b: value is .* expected a number"):
        claim("a/b", value)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("value", "recorded"),
    [
        (numpy.array([0.5]), 0.5),
        (mxnp.array(0.5), 0.5),
        (pd.Series([0.5]), 0.5),
        (numpy.int64(2), 2.0),
        (True, 1.0),
        (numpy.bool_(False), 0.0),
    ],
)
def test_one_number_in_whatever_holds_it(shown, value, recorded):
    claim("a/b", value)
    assert shown[0][MIME_TYPE]["value"] == recorded


@pytest.mark.parametrize(
    "bounds",
    [{"at_least": math.nan}, {"at_most": math.inf}, {"between": (0, math.nan)}],
)
def test_a_bound_that_is_no_number_is_the_authors_mistake(bounds):
    with pytest.raises(ValueError, match="claim a/b: .* expected a finite number"):
        claim("a/b", 0.5, **bounds)


@pytest.mark.parametrize("id", ["b", "A/b", "a/b/c", "a b/c", "", 3, "a/-b"])
def test_malformed_id(id):
    with pytest.raises(ValueError, match="expected 'chapter/name'"):
        claim(id, 1.0)


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"at_least": 1, "at_most": 2}, "give one of .* got 2"),
        ({"between": 3}, "expected \\(low, high\\)"),
        ({"between": (1, 2, 3)}, "expected \\(low, high\\)"),
        ({"between": (2, 1)}, "expected low <= high"),
    ],
)
def test_bounds_that_make_no_sense(bounds, message):
    with pytest.raises(ValueError, match=message):
        claim("a/b", 1.0, **bounds)
