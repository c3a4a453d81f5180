"""Sabotage: a chapter is spoiled in a copy, and what notices it is told."""

import pytest

from book.tools import sabotage
from book.tools.chapters import ROOT, ChapterError
from tests.pipeline.test_evidence import book  # noqa: F401

PLAN = """
["regression/probe"]
labels = [["x = 41 + 1", "x = 4"]]
steps = [["x = 41 + 1", "x = 42 + 0"]]
"""
TABLE = f"before\n{sabotage.BEGIN}\n{sabotage.END}\nafter\n"


@pytest.fixture
def listed(book):  # noqa: F811
    """The project with one chapter in the list; called, runs the tool."""
    (book.root / "CONTRIBUTING.md").write_text(TABLE)

    def run(plan):
        (book.root / sabotage.LIST).write_text(plan)
        return book.run("book.tools.sabotage")

    return run


def test_what_fails_is_told_and_what_nothing_notices_is_refused(listed, book):  # noqa: F811
    source = book.source.read_text()
    code, output = listed(PLAN)
    assert code == 1, output
    assert "regression/probe, labels shuffled: answer failed" in output
    assert "regression/probe: no claim fails with a tenth of the steps" in output
    guide = (book.root / "CONTRIBUTING.md").read_text()
    assert "| `regression/probe` | `answer` | **nothing** |" in guide
    assert guide.startswith("before") and guide.endswith("after\n")
    assert book.source.read_text() == source  # the book itself is not touched
    assert not (book.root / "book" / "evidence.csv").exists()


def test_a_reason_stands_for_a_failure(listed, book):  # noqa: F811
    code, output = listed(PLAN + 'steps_why = "one step is enough"\n')
    assert code == 0, output
    guide = (book.root / "CONTRIBUTING.md").read_text()
    assert "| `regression/probe` | `answer` | one step is enough |" in guide


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"labels": [["a", "b"]]}, "neither steps nor steps_why nor none"),
        ({"none": "it trains nothing", "label": []}, "'label'"),
    ],
)
def test_an_entry_that_says_too_little_is_refused(entry, told):
    with pytest.raises(ChapterError, match=told):
        sabotage._plan("topic/name", entry)


CELL = "```{code-cell} ipython3\nx = a  # a comment\n```\n"


def test_a_change_that_fits_nowhere_or_twice_is_refused():
    assert sabotage.spoiled(CELL, [("= a", "= c")], "topic/name") == CELL.replace(
        "= a", "= c"
    )
    for text in ("nothing", CELL * 2):
        with pytest.raises(ChapterError, match="times, expected it once"):
            sabotage.spoiled(text, [("= a", "= c")], "topic/name")


@pytest.mark.parametrize("to", ["comment\\nx = 2", "comment twice"])
def test_a_change_that_computes_the_same_is_refused(to):
    """As where a line break is written in a TOML string that knows none."""
    with pytest.raises(ChapterError, match="expected another code"):
        sabotage.spoiled(CELL, [("comment", to)], "topic/name")


def test_rows_of_other_chapters_are_kept():
    plans = {
        "a/one": sabotage.Plan({"labels": [("x", "y")], "steps": []}, {"steps": "no"}),
        "a/two": sabotage.Plan({"labels": [("x", "y")], "steps": []}, {"steps": "no"}),
    }
    guide = sabotage.with_rows(TABLE, {"a/two": {"labels": ["q"]}}, plans)
    guide = sabotage.with_rows(guide, {"a/one": {"labels": ["p"]}}, plans)
    lines = [line for line in guide.split("\n") if line.startswith("| `a/")]
    assert lines == ["| `a/one` | `p` | no |", "| `a/two` | `q` | no |"]


def test_the_list_can_be_read():
    assert isinstance(sabotage.read_plans(ROOT), dict)
