"""What a user may get wrong on a command line is told in one sentence, and at once."""

import socket

import pytest

from book.__main__ import commands
from book.tools import needs_peers
from book.tools.chapters import ROOT


@pytest.mark.parametrize("port", ["abc", "-1", "70000", "80.5"])
def test_a_port_that_is_none(project, port):
    code, output = project.run("book.tools.serve", "--check", port)
    assert code != 0 and "Traceback" not in output
    assert f"PORT is {port!r}, expected a whole number from 0 to 65535" in output


def test_a_busy_port_is_told_before_anything_is_built(project):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, output = project.run("book.tools.serve", "--check", str(port))
    assert code != 0 and "Traceback" not in output
    assert f"PORT is {port}, and nothing can be served there" in output
    code, output = project.run("book.tools.serve", "--check", str(port))
    assert (code, output) == (0, "")


@pytest.mark.parametrize("tool", ["lab", "notebooks", "format_chapters", "rules"])
def test_a_chapter_that_is_not_there(project, tool):
    arguments = [] if tool == "lab" else ["regression/nonsense"]
    code, output = project.run(
        f"book.tools.{tool}", *arguments, CHAPTER="regression/nonsense"
    )
    assert code != 0 and "Traceback" not in output
    assert "there is no chapter 'regression/nonsense'; expected one of:" in output


@pytest.mark.parametrize("tool", ["notebooks", "format_chapters", "rules"])
def test_a_chapter_that_is_not_utf8(project, tool):
    content = project.source.read_text() + "\nCaf\u00e9 ol\u00e9.\n"
    project.source.write_bytes(content.encode("latin-1"))
    code, output = project.run(f"book.tools.{tool}", project.name)
    assert code != 0 and "Traceback" not in output
    line = content.count("\n", 0, content.index("Caf")) + 1
    assert f"probe.md:{line}: byte 0xe9 is not UTF-8" in output


def test_peers_are_needed_where_a_chapter_names_them(project):
    assert needs_peers.needed_peers(project.name, project.root) == []
    project.edit("x = 41 + 1", 'x = 42\npackages = ("implicit",)')
    assert needs_peers.needed_peers(project.name, project.root) == ["implicit"]


def test_the_commands_without_make(project):
    """`python -m book`: lists its commands, names what is none, hands chapters on."""
    code, output = project.run("book")
    assert code != 0 and "python -m book COMMAND" in output and "  lab " in output
    code, output = project.run("book", "bake")
    assert code != 0 and "there is no command 'bake'" in output
    code, output = project.run("book", "test")
    assert code != 0 and "every test of the book: make test" in output
    known = commands([project.name])
    steps = [step for _, steps in known.values() for step in steps]
    for step in steps:
        module = step[1].replace(".", "/")
        assert step[0] == "-m"
        assert step[1] == "pytest" or (ROOT / f"{module}.py").is_file()
    assert known["notebooks"][1] == [["-m", "book.tools.notebooks", project.name]]
