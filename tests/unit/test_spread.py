"""The drawing of a claim over several seeds says what the numbers say."""

import importlib
from pathlib import Path
import re

import pytest

from book.tools.evidence_file import Row

EXTENSIONS = Path(__file__).resolve().parents[2] / "book" / "tools" / "sphinx_ext"


@pytest.fixture
def spread(monkeypatch):
    monkeypatch.syspath_prepend(str(EXTENSIONS))
    return importlib.import_module("spread")


@pytest.mark.parametrize(
    ("bound", "limits", "words"),
    [
        (">= 0.2", (0.2,), "3 seeds: worst 0.25, median 0.5, best 0.9"),
        ("<= 1", (1,), "3 seeds: worst 0.9, median 0.5, best 0.25"),
        ("0.3 to 0.6", (0.3, 0.6), "3 seeds: worst 0.9, median 0.5, best 0.5"),
        ("reported", (), "3 seeds: lowest 0.25, median 0.5, highest 0.9"),
        ("<= 1e-06", (1e-6,), "3 seeds: worst 0.9, median 0.5, best 0.25"),
        ("-1 to 2", (-1, 2), "3 seeds: worst 0.9, median 0.5, best 0.5"),
    ],
)
def test_worst_median_and_best(spread, bound, limits, words):
    one = spread.Spread((0.9, 0.25, 0.5), bound)
    assert one.limits == limits
    assert one.words == words
    assert words in spread.drawing(one)


def places(svg):
    return [float(x) for x in re.findall(r'cx="([\d.]+)"', svg)]


def test_places_are_in_proportion(spread):
    svg = spread.drawing(spread.Spread((1.0, 2.0, 3.0), ">= 1", 0.0))
    first, second, third, median = places(svg)
    assert third - second == pytest.approx(second - first, abs=0.11)
    assert median == second
    assert "spread-baseline" in svg and svg.count("spread-bound") == 1
    assert all(spread.EDGE <= x <= spread.WIDTH - spread.EDGE for x in places(svg))


def test_a_wide_range_is_logarithmic_and_says_so(spread):
    svg = spread.drawing(spread.Spread((1e-9, 1e-6), "<= 0.001"))
    assert "logarithmic" in svg
    assert places(svg)[1] == pytest.approx(spread.WIDTH / 2, abs=0.1)
    assert "logarithmic" not in spread.drawing(spread.Spread((0.0, 1.0), "<= 2000"))


def test_one_value_alone_stands_in_the_middle(spread):
    assert places(spread.drawing(spread.Spread((2.0,), "= 2", None)))[0] == 66


def test_a_failure_under_some_seed_is_told(spread):
    svg = spread.drawing(spread.Spread((0.1, 0.3), ">= 0.2", None, 1))
    assert "fails under 1 of them" in svg and "✗ 1" in svg
    assert "✗" not in spread.drawing(spread.Spread((0.3, 0.3), ">= 0.2"))


def test_what_was_not_reached_is_not_what_failed(spread):
    one = spread.Spread((1.0, 2.0), ">= 1", unreached=3)
    assert one.words.endswith("; not reached under 3 more")
    assert "✗" not in spread.drawing(one) and "? 3" in spread.drawing(one)


def rows(*pairs):
    """Rows of evidence with these values and baselines."""
    return [Row("a/b", "mxnet", "0", v, "", b, "yes", "") for v, b in pairs]


@pytest.mark.parametrize(
    ("comparison", "told"),
    [
        ("a/b > 0", "two of three"),
        ("a/b < 0.5", "two of three"),
        ("a/b > -0.25", "two of three"),
        ("a/b < -1", "none of three"),
        ("a/b > baseline", "one of two"),
    ],
)
def test_how_many_seeds_is_counted(spread, comparison, told):
    evidence = rows(("0.2", "0.1"), ("-0.25", "0.1"), ("0.5", ""), ("", "0.1"))
    assert spread.over_seeds(comparison, {"a/b": evidence}) == told


def test_more_than_ten_seeds_are_told_in_figures(spread):
    assert spread.over_seeds("a/b > 0", {"a/b": rows(*[("1", "")] * 12)}) == "12 of 12"


@pytest.mark.parametrize(
    ("comparison", "complaint"),
    [
        ("a/b", "expected such as 'digits/lead > 0'"),
        ("a/b = 3", "expected such as"),
        ("a/none > 0", "the evidence has nothing for 'a/none > 0'"),
        ("a/b > baseline", "the evidence has nothing for 'a/b > baseline'"),
    ],
)
def test_what_cannot_be_counted_is_told(spread, comparison, complaint):
    with pytest.raises(ValueError, match=complaint):
        spread.over_seeds(comparison, {"a/b": rows(("1", ""))})
