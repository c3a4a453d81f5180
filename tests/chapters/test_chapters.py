"""What every chapter must have, and that its notebook is what its Markdown says.

Each message names the file and the line, and the command that mends it where there
is one. `make test CHAPTER=topic/name` checks one chapter.
"""

import os

import pytest

from book.tools import rules, sabotage, tightness
from book.tools.chapters import ROOT, chapter_files, choose_chapters
from book.tools.format_chapters import formatted
from book.tools.stale import refreshed

CHAPTERS = choose_chapters([n for n in [os.environ.get("CHAPTER")] if n])
READ_AGAIN = [name for name in CHAPTERS if name not in rules.NOT_READ_AGAIN]


@pytest.mark.parametrize("name", CHAPTERS)
def test_notebook_is_up_to_date(name):
    notebook = ROOT / "chapters" / f"{name}.ipynb"
    stored = notebook.read_bytes() if notebook.exists() else b""
    assert stored == (refreshed(name) or "none").encode(), (
        f"{notebook.relative_to(ROOT)} is not what chapters/{name}.md makes today; "
        f"run: make notebooks CHAPTER={name}"
    )


@pytest.mark.parametrize("name", CHAPTERS)
def test_notebook_was_executed_from_top_to_bottom(name):
    problems = rules.notebook_problems(name, ROOT)
    assert not problems, "\n".join([*problems, f"run: make notebooks CHAPTER={name}"])


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_is_written_as_jupyterlab_saves_it(name):
    path = chapter_files(name)[0]
    assert path.read_text(encoding="utf-8") == formatted(path), (
        f"chapters/{name}.md would change when JupyterLab saves it; "
        f"run: make format CHAPTER={name}"
    )


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_keeps_the_rules(name):
    problems = rules.chapter_problems(name, ROOT)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", [n for n in READ_AGAIN if n not in tightness.NOT_YET])
def test_evidence_bears_out_the_bounds(name):
    problems = tightness.problems(name, ROOT)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", READ_AGAIN)
def test_sabotage_has_a_plan_for_the_chapter(name):
    problems = sabotage.problems(name, ROOT)
    assert not problems, "\n".join(problems)


def test_book_keeps_the_rules():
    problems = rules.book_problems(ROOT)
    assert not problems, "\n".join(problems)
