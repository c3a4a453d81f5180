"""Evidence: a row for each claim and seed, made once and told when it is stale."""

import csv
import os

import pytest
from utils.engines import engine

from book.tools import options
from book.tools.evidence import stale_chapters
from tests.pipeline.test_long_runs import LONG

FILE = "book/evidence.csv"
CLAIMS = """
```{code-cell}
from utils import book_seed

claim("probe/below-two", book_seed(), at_most=1)
```

```{code-cell}
claim("probe/after", 1.0)
```
"""


def evidence(project, seeds="2", **environment):
    return project.run("book.tools.evidence", seeds, project.name, **environment)


def rows(project) -> list[dict]:
    with (project.root / FILE).open(encoding="utf-8", newline="") as stream:
        return [r for r in csv.DictReader(stream) if r["claim"].startswith("probe/")]


@pytest.fixture
def book(executed):
    """A copy of the project that holds the small chapter alone, and no evidence."""
    (executed.root / FILE).unlink(missing_ok=True)
    for source in executed.root.glob("chapters/*/*.md"):
        if source != executed.source:
            source.unlink()
    return executed


def test_one_row_for_each_claim_and_seed(book):
    code, output = evidence(book, "0-1")
    assert code == 0, output
    found = rows(book)
    assert list(found[0]) == (
        ["claim", "engine", "seed", "value", "bound", "baseline", "held", "fingerprint"]
    )
    assert [(r["claim"], r["engine"], r["seed"]) for r in found] == [
        ("probe/answer", engine(), "0"),
        ("probe/answer", engine(), "1"),
    ]
    assert {(r["value"], r["bound"], r["baseline"], r["held"]) for r in found} == {
        ("42", ">= 40", "1", "yes")
    }
    assert len({r["fingerprint"] for r in found}) == 2


def test_only_what_is_stale_is_run(book):
    marker = book.source.with_name("runs")
    book.edit("x = 41 + 1", "x = 42\nopen('runs', 'a').write('.')")
    assert book.execute()[0] == 0
    runs = marker.stat().st_size
    assert evidence(book, "3")[0] == 0
    assert marker.stat().st_size == runs + 2  # seed 0 is read off the notebook
    assert evidence(book, "3")[0] == 0
    assert marker.stat().st_size == runs + 2
    assert evidence(book, "2-3")[0] == 0
    assert marker.stat().st_size == runs + 3
    assert stale_chapters(book.root).get(book.name) is None
    book.edit("x = 42", "x = 43")
    assert stale_chapters(book.root)[book.name] == [0, 1, 2, 3]
    code, output = book.run("book.tools.evidence", "--stale")
    assert f"evidence of {book.name} is stale (seeds 0, 1, 2, 3)" in output
    assert f"make evidence CHAPTER={book.name}" in output
    assert evidence(book, "1-1")[0] == 0
    assert stale_chapters(book.root)[book.name] == [0, 2, 3]


def test_a_claim_that_fails_or_is_not_reached_is_a_row(book):
    book.source.write_text(book.source.read_text() + CLAIMS)
    code, output = evidence(book, "3")
    assert code != 0
    assert "probe/below-two, seed 2: 2 (<= 1)" in output
    assert "8 of 9 rows held" in output
    held = {(r["claim"], r["seed"]): r["held"] for r in rows(book)}
    assert held["probe/below-two", "2"] == "no"
    assert held["probe/after", "2"] == "yes"  # the chapter goes on
    book.edit('claim("probe/after", 1.0)', 'claim("probe/after", 1 / (2 - x))')
    book.edit("x = 41 + 1", "x = 2")
    assert evidence(book, "1")[0] != 0
    held = {(r["claim"], r["seed"]): r["held"] for r in rows(book)}
    assert held["probe/after", "0"] == "not reached"


def test_what_a_chapter_writes_to_stderr_is_named(book):
    """As newer packages do on the other engine: the claims hold, and yet it is told."""
    book.edit("x = 41 + 1", "import sys; print('old', file=sys.stderr); x = 42")
    code, output = evidence(book, "1-1")
    assert code != 0
    assert f"{book.name}, seed 1: wrote to stderr: old" in output
    assert [row["held"] for row in rows(book)] == ["yes"]


def test_one_failing_chapter_does_not_hide_the_others(book):
    bad = book.source.with_name("broken.md")
    bad.write_text(
        book.source.read_text().replace("41 + 1", "__import__('os')._exit(3)")
    )
    code, output = book.run("book.tools.seeds", "2-3", "regression/broken", book.name)
    assert code != 0 and "Traceback" not in output
    assert "regression/broken, seed 2: chapters/regression/broken.md" in output
    assert "1 of 1 claims held under all 2 seeds" in output
    assert not (book.root / FILE).exists()


def test_long_runs_are_made_for_the_seeds_that_lack_them(book):
    book.source.write_text(book.source.read_text() + LONG)
    code, output = evidence(book, "6-7")
    assert code == 0, output
    folder = book.root / "data" / "long-runs" / "probe"
    assert sorted(os.listdir(folder)) == ["twice-seed6.npz", "twice-seed7.npz"]
    before = (folder / "twice-seed6.npz").stat().st_mtime_ns
    assert evidence(book, "6-8")[0] == 0
    assert (folder / "twice-seed6.npz").stat().st_mtime_ns == before
    assert len(rows(book)) == 3


def test_a_file_that_is_not_ours_is_named(book):
    (book.root / FILE).write_text("claim,engine\na,b\n")
    code, output = evidence(book)
    assert code != 0 and "Traceback" not in output
    assert f"{FILE}:1: 'claim,engine', expected the columns claim,engine,seed" in output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", [0, 1, 2]),
        ("5-9", [5, 6, 7, 8, 9]),
        ("0,3,7-9", [0, 3, 7, 8, 9]),
        ("7-7", [7]),
    ],
)
def test_seeds_are_a_number_a_range_or_a_list(text, expected):
    assert options.seeds(text) == expected


@pytest.mark.parametrize("text", ["0", "-1", "", "abc", "5-", "9-5", "1,,2", "1.5"])
def test_other_seeds_are_refused(project, text):
    for tool in ("seeds", "evidence", "long_runs"):
        code, output = project.run(f"book.tools.{tool}", text, project.name)
        assert code != 0 and "Traceback" not in output
        assert f"SEEDS is {text!r}, expected" in output
