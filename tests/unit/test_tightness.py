"""The rule about bounds: what is tight, what is exact, what a baseline would pass."""

import pytest

from book.tools import tightness
from book.tools.evidence_file import Row, write_rows


@pytest.mark.parametrize(
    ("bound", "values", "baselines", "expected"),
    [
        (">= 0.9", [0.95, 1.0], [0.5], 0.4 / 0.45),
        (">= 0.5", [0.95, 1.0], [0.5], 0.0),
        ("<= 2", [1, 1.5], [4], 2 / 2.5),
        (">= 0.1", [0.2, 0.3], [0.15, 0.16, 0.1], -1),  # the baselines' median
        ("0.9 to 1.1", [1.05, 1], [2], 0.9 / 0.95),
        (">= 0.9", [0.4, 1.0], [0.5], 0.0),  # a value no better than the baseline
        ("= 2", [2], [1], None),
        ("reported", [2], [1], None),
        (">= 1", [2], [], None),
        ("<= -1e-05", [-3e-5], [1e-5], 2 / 4),
    ],
)
def test_tightness(bound, values, baselines, expected):
    found = tightness.tightness(bound, values, baselines)
    assert found == (expected if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("bound", "baselines", "passes"),
    [
        (">= 0.9", [0.8, 0.9], True),
        (">= 0.9", [0.8, 0.89], False),
        ("<= 2", [2.1, 1.9], True),
        ("<= 2", [2.1], False),
        ("1 to 2", [0, 1.5], True),
        ("1 to 2", [0, 3], False),
        ("= 1", [1], True),
        ("reported", [5], False),
    ],
)
def test_a_bound_that_the_baseline_keeps(bound, baselines, passes):
    assert tightness.lets_baseline_pass(bound, baselines) is passes


def test_exact_is_one_value_or_what_rounding_does():
    assert tightness.is_exact("= 0.53")
    assert tightness.is_exact("<= 0.0001")
    assert not tightness.is_exact("<= 0.005")
    assert not tightness.is_exact("<= -3")
    assert not tightness.is_exact(">= 0.00001")


@pytest.fixture
def book(tmp_path):
    """A book of one chapter; called with columns of rows, writes its evidence."""
    chapter = tmp_path / "chapters" / "topic" / "name.md"
    chapter.parent.mkdir(parents=True)
    chapter.write_text("# Name\n")
    (tmp_path / "book").mkdir()
    (tmp_path / "_toc.yml").write_text("- file: chapters/topic/name\n")

    def write(value="2", bound=">= 1.9", baseline="1", held="yes", mxnet=10, torch=3):
        seeds = [("mxnet", s) for s in range(mxnet)]
        seeds += [("torch", s) for s in range(torch)]
        rows = [
            Row("name/what", engine, str(seed), value, bound, baseline, held, "0")
            for engine, seed in seeds
        ]
        write_rows(rows, tmp_path)
        return tightness.problems("topic/name", tmp_path)

    return write


def test_nothing_is_wrong_with_a_tight_bound(book):
    assert book() == []
    assert book(bound="reported", baseline="") == []
    assert book(value="2", bound="= 2", baseline="") == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"bound": ">= 1.5"}, "tightness 0.50, expected at least 0.75"),
        ({"baseline": ""}, "has no baseline"),
        ({"baseline": "1.95"}, "the baseline keeps"),
        ({"mxnet": 9}, "evidence lacks seeds 9 on mxnet"),
        ({"torch": 0}, "evidence lacks seeds 0, 1, 2 on torch"),
        ({"held": "no"}, "does not hold under seed 0 on mxnet"),
        ({"held": "not reached", "value": ""}, "seed 3 on mxnet (not reached"),
    ],
)
def test_what_is_wrong_is_said(book, given, told):
    assert any(told in problem for problem in book(**given)), book(**given)
