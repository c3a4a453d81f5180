"""A chapter that reads what another leaves: in order, anew when that one changes."""

import nbformat
import pytest

from book.tools.chapters import chapter_names
from book.tools.turns import turns

HEAD = """\
---
kernelspec:
  name: python3
  display_name: Python 3
---

# Probe
"""
MAKER = (
    HEAD
    + """
```{code-cell}
from utils import publish

publish("net", "regression/maker", {"answer": 42})
```
"""
)
READER = (
    HEAD
    + """
```{code-cell}
from utils import published

published("net", "regression/maker")["answer"].item()
```
"""
)


@pytest.fixture
def reader(executed):
    """A copy of the project in which the small chapter reads what another leaves."""
    executed.notebook.unlink()
    executed.maker = executed.source.with_name("maker.md")
    executed.maker.write_text(MAKER)
    executed.source.write_text(READER)
    return executed


def answer(project) -> str:
    (cell,) = (
        cell
        for cell in nbformat.read(project.notebook, as_version=4).cells
        if cell.cell_type == "code"
    )
    return cell.outputs[0]["data"]["text/plain"]


def test_what_is_missing_is_made_first(reader):
    code, output = reader.execute()
    assert code == 0, output
    assert "executing regression/maker for its artifacts" in output
    assert answer(reader) == "42"
    assert not reader.maker.with_suffix(".ipynb").exists()
    code, output = reader.execute()
    assert "0 executed, 1 fresh" in output and "for its artifacts" not in output


def test_a_change_of_the_maker_reaches_the_reader(reader):
    reader.execute()
    reader.edit("42", "43", reader.maker)
    code, output = reader.execute()
    assert code == 0, output
    assert answer(reader) == "43"


def test_both_stale_run_in_order(reader):
    code, output = reader.run("book.tools.notebooks", reader.name, "regression/maker")
    assert code == 0, output
    assert "for its artifacts" not in output
    assert reader.maker.with_suffix(".ipynb").exists() and answer(reader) == "42"


def test_a_damaged_artifact_is_made_anew(reader):
    reader.execute()
    (stored,) = (reader.root / "artifacts").glob("net-seed0.*.npz")
    content = stored.read_bytes()
    stored.write_bytes(content[:-1])
    again = ("book.tools.notebooks", "--artifacts", reader.name)
    assert "1 chapters executed" in reader.run(*again)[1]
    assert len(stored.read_bytes()) == len(content)
    assert "0 chapters executed" in reader.run(*again)[1]


def test_what_nobody_leaves_is_named(reader):
    reader.edit('"net"', '"web"', reader.maker)
    code, output = reader.execute()
    assert code != 0
    assert "chapters/regression/maker.md does not publish 'net'" in output


FIRST = (
    HEAD
    + """
```{code-cell}
from utils import publish

publish("seed", "regression/first", {"number": 40})
```
"""
)
MIDDLE = MAKER.replace("import publish", "import publish, published").replace(
    '{"answer": 42}',
    '{"answer": published("seed", "regression/first")["number"] + 2}',
)


def test_makers_of_makers_run_first(reader):
    """Reader, maker and the maker's maker, with one job at a time and with more."""
    first = reader.source.with_name("first.md")
    first.write_text(FIRST)
    reader.maker.write_text(MIDDLE)
    code, output = reader.execute(JOBS="1")
    assert code == 0, output
    lines = [line for line in output.split("\n") if "for its artifacts" in line]
    assert lines == [
        "executing regression/first for its artifacts",
        "executing regression/maker for its artifacts",
    ]
    assert answer(reader) == "42"
    reader.edit('"number": 40', '"number": 50', first)
    names = (reader.name, "regression/maker", "regression/first")
    code, output = reader.run("book.tools.notebooks", *names, JOBS="3")
    assert code == 0, output
    assert "3 executed" in output and "for its artifacts" not in output
    assert answer(reader) == "52"


def test_a_validated_reader_waits_for_its_maker(reader):
    """In a fresh clone nbval finds no artifacts: makers come first, readers wait."""
    names = (reader.name, "regression/maker")
    assert turns(list(names), reader.root) == ["regression/maker", reader.name]
    reader.edit(
        'publish("net"', 'import time\ntime.sleep(9)\npublish("net"', reader.maker
    )
    code, output = reader.run("book.tools.notebooks", *names)
    assert code == 0, output
    for stored in (reader.root / "artifacts").iterdir():
        stored.unlink()
    ways = ["-n2", "--dist=loadfile", "--no-loadscope-reorder"]
    maker = reader.maker.with_suffix(".ipynb")
    code, output = reader.nbval(maker, *ways)  # the reader's is named last
    assert code == 0 and "2 passed" in output, output


def test_a_reader_does_not_wait_for_who_is_not_validated(reader):
    assert reader.execute()[0] == 0
    for stored in (reader.root / "artifacts").iterdir():
        stored.unlink()
    code, output = reader.nbval()
    assert code != 0 and "ArtifactError" in output


def test_the_longest_are_validated_first_and_readers_half_way(reader):
    names = turns(chapter_names(reader.root), reader.root)
    assert sorted(names) == sorted(chapter_names(reader.root))
    assert (
        names.index("regression/maker") < names.index(reader.name) < len(names) / 2 + 3
    )


def test_a_circle_is_named(reader):
    reader.edit("publish(", "published('net', 'x')\npublish(", reader.maker)
    reader.edit("'net', 'x'", '"net", "regression/probe"', reader.maker)
    code, output = reader.execute()
    assert code != 0 and "Traceback" not in output
    assert "artifacts are read in a circle: regression/maker reads" in output


def test_a_maker_that_fails_is_told_once(reader):
    reader.edit("publish(", "1 / 0\npublish(", reader.maker)
    code, output = reader.run("book.tools.notebooks", reader.name, "regression/maker")
    assert code != 0 and "division by zero" in output
    assert output.count("maker.md, cell starting") == 1
