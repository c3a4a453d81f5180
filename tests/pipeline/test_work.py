"""What somebody has written is never lost, and damaged notebooks are made anew."""

import nbformat
import pytest

from book.tools.sources import stored_notebook


def add_cell(project, source, kind="code", at=2):
    """As VS Code or plain Jupyter add one to the notebook, which knows no Markdown."""
    nb = nbformat.read(project.notebook, as_version=4)
    make = (
        nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    )
    nb.cells.insert(at, make(source))
    nbformat.write(nb, project.notebook)


def copies(project):
    return sorted(p.name for p in project.source.parent.glob("probe.edited*.ipynb"))


@pytest.mark.parametrize("kind", ["code", "markdown"])
def test_a_cell_added_to_the_notebook_is_kept(executed, kind):
    add_cell(executed, "my_own = 'idea'", kind)
    edited = executed.notebook.read_bytes()
    code, output = executed.execute()
    assert code == 0
    assert copies(executed) == ["probe.edited.ipynb"]
    assert executed.source.with_name("probe.edited.ipynb").read_bytes() == edited
    assert "my_own = 'idea'" in output and "probe.md" in output
    assert "jupytext --to md:myst --output - chapters/regression/probe.ed" in output
    assert "my_own" not in executed.notebook.read_text()
    code, output = executed.execute()  # and now there is nothing more to keep
    assert "edited" not in output and copies(executed) == ["probe.edited.ipynb"]


def test_a_cell_changed_in_the_notebook_is_kept(executed):
    nb = nbformat.read(executed.notebook, as_version=4)
    cell = next(cell for cell in nb.cells if "the answer is" in cell.source)
    cell.source += "  # my note"
    nbformat.write(nb, executed.notebook)
    assert executed.execute()[0] == 0
    assert copies(executed) == ["probe.edited.ipynb"]


def test_several_copies_have_names_of_their_own(executed):
    for idea in ("first", "second"):
        add_cell(executed, f"idea = {idea!r}")
        assert executed.execute()[0] == 0
    assert copies(executed) == ["probe.edited-2.ipynb", "probe.edited.ipynb"]


def test_changed_markdown_alone_keeps_no_copy(executed):
    """What an execution wrote from older Markdown is nobody's work."""
    executed.edit("# Probe", "# Probing")
    executed.edit("41 + 1", "40 + 2")
    code, output = executed.execute()
    assert code == 0 and not copies(executed) and "kept" not in output


def test_a_cell_that_the_markdown_has_too_keeps_no_copy(executed):
    """As after a save in JupyterLab, which writes both files."""
    add_cell(executed, "both = 1")
    executed.edit("```{code-cell}", "```{code-cell}\nboth = 1\n```\n\n```{code-cell}")
    assert executed.execute()[0] == 0
    assert not copies(executed)


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"null",
        b"",
        b"[1, 2]",
        b"\xff\xfe not utf-8",
        b'{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}',
        b'{"nbformat": 9, "nbformat_minor": 0, "metadata": {}, "cells": []}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"x": 1}]}',
        b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> theirs\n",
    ],
)
def test_a_notebook_that_cannot_be_read_is_made_anew(executed, content):
    good = executed.notebook.read_bytes()
    executed.notebook.write_bytes(content)
    code, output = executed.check()
    assert code != 0 and "make notebooks CHAPTER=regression/probe" in output
    assert "Traceback" not in output and "INTERNALERROR" not in output
    code, output = executed.execute()
    assert code == 0 and "1 executed" in output and "Traceback" not in output
    first, second = (
        nbformat.reads(t.decode(), 4) for t in (good, executed.notebook.read_bytes())
    )
    assert [c.source for c in first.cells] == [c.source for c in second.cells]
    assert stored_notebook(executed.notebook) is not None
