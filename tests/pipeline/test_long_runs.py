"""Results that are stored: made by a chapter's own cells, refused when they change."""

import json

import numpy
import pytest

from book.tools import rules
from tests.pipeline.conftest import PROBE

LONG = """
```{code-cell}
:tags: [long-run]

import os

from utils import book_seed, long_run


def compute():
    return {"twice": [2 * book_seed()], "pid": [os.getpid()]}


stored = long_run("probe/twice", compute)
```

Stored: {eval}`int(stored["twice"][0])`, made under seed {eval}`stored.seed`.
"""
FOLDER = "data/long-runs/probe"


def make(project, seeds=2):
    return project.run("book.tools.long_runs", str(seeds), project.name)


@pytest.fixture
def long(project):
    """A copy whose small chapter has a cell that is run beforehand."""
    project.source.write_text(PROBE + LONG)
    return project


def test_without_the_stored_run_the_chapter_fails_and_says_what_to_do(long):
    code, output = long.execute()
    assert code != 0
    assert "no stored run 'probe/twice' for seed 0" in output
    assert "make long-runs" in output


def test_made_once_for_each_seed_and_read_ever_after(long):
    code, output = make(long)
    assert code == 0, output
    listed = (long.root / "data" / "SHA256SUMS").read_text()
    for seed in (0, 1):
        name = f"{FOLDER}/twice-seed{seed}.npz"
        assert name.removeprefix("data/") in listed
        with numpy.load(long.root / name) as stored:
            assert stored["twice"].tolist() == [2 * seed]
    with numpy.load(long.root / FOLDER / "twice-seed0.npz") as stored:
        made_by = stored["pid"].tolist()
    code, output = long.execute()
    assert code == 0, output
    text = long.notebook.read_text()
    assert "fails" not in output and '"text/plain": "0"' in text
    with numpy.load(long.root / FOLDER / "twice-seed0.npz") as stored:
        assert stored["pid"].tolist() == made_by


def test_a_run_made_by_other_code_is_refused_and_prose_is_free(long):
    make(long, seeds=1)
    assert not [p for p in rules.chapter_problems(long.name, long.root) if "code" in p]
    long.edit("Stored:", "What is stored:")
    assert not [p for p in rules.chapter_problems(long.name, long.root) if "code" in p]
    long.edit("2 * book_seed()", "3 * book_seed()")
    problems = "\n".join(rules.chapter_problems(long.name, long.root))
    assert f"{FOLDER}/twice-seed0.npz was made by other code" in problems
    assert f"make long-runs CHAPTER={long.name}" in problems


def test_another_stored_run_makes_the_chapter_stale(long):
    make(long, seeds=1)
    long.execute()
    before = json.loads(long.notebook.read_text())["metadata"]["programming_with_data"]
    long.edit("2 * book_seed()", "2 * book_seed() + 1")
    make(long, seeds=1)
    long.edit("2 * book_seed() + 1", "2 * book_seed()")
    code, output = long.run("pytest", "tests/chapters", CHAPTER=long.name)
    assert code != 0 and "is not what chapters/regression/probe.md makes" in output
    assert before["seed"] == 0


def test_a_run_that_no_chapter_reads_is_named(long):
    make(long, seeds=1)
    assert not [p for p in rules.book_problems(long.root) if FOLDER in p]
    long.source.write_text(PROBE)
    found = [p for p in rules.book_problems(long.root) if FOLDER in p]
    assert found == [f"{FOLDER}/twice-seed0.npz is read by no chapter; remove it"]


def test_a_chapter_without_such_cells(project):
    code, output = make(project)
    assert code != 0
    assert "chapters/regression/probe.md has no cell tagged long-run" in output


def test_long_cells_that_fail_leave_the_list_as_it_was(long):
    listed = (long.root / "data" / "SHA256SUMS").read_text()
    long.edit("2 * book_seed()", "2 * unknown")
    code, output = make(long)
    assert code != 0 and "the long cells of regression/probe failed, seed 0" in output
    assert (long.root / "data" / "SHA256SUMS").read_text() == listed
