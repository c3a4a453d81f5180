"""Damage a copy of the project; the pipeline must see it and say what to do."""

import hashlib
import json
import shutil
import signal
import time

from utils import exam, live
import pytest
from utils.engines import engine
from utils.fingerprints import LOCKS

from book.tools.chapters import ROOT
from book.tools.rules import notebook_problems
from book.tools.stale import refreshed
from book.tools.stored_scripts import renewed


def test_an_undamaged_copy_passes(executed):
    code, output = executed.nbval()
    assert code == 0 and "3 passed" in output
    notebook = json.loads(executed.notebook.read_text())
    kept = notebook["metadata"]["programming_with_data"]
    assert 0 < kept["cpu_seconds"] < 60 and 50 < kept["peak_megabytes"] < 1200
    code, output = executed.check()
    assert "up_to_date" not in output  # only the rules have something to say
    assert "top_to_bottom" not in output


# ---- Markdown and notebook ------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"), [("# Probe", "# Probing"), ("41 + 1", "41 + 2")]
)
def test_markdown_changed_without_its_notebook(executed, old, new):
    executed.edit(old, new)
    code, output = executed.check()
    assert code != 0
    assert "chapters/regression/probe.md" in output
    assert "make notebooks CHAPTER=regression/probe" in output


def test_markdown_without_a_notebook(project):
    code, output = project.check()
    assert code != 0
    assert "chapters/regression/probe.ipynb" in output
    assert "make notebooks CHAPTER=regression/probe" in output


def change_notebook(project, change):
    notebook = json.loads(project.notebook.read_text())
    change([c for c in notebook["cells"] if c["cell_type"] == "code"])
    project.notebook.write_text(json.dumps(notebook, indent=1) + "\n")


def test_notebook_with_a_cell_that_was_not_executed(executed):
    def skip(cells):
        cells[1]["execution_count"], cells[1]["outputs"] = None, []

    change_notebook(executed, skip)
    code, output = executed.check()
    assert code != 0
    assert (
        "code cell 2 ('print(\"the answer is\", x)') has execution count None" in output
    )


def test_notebook_executed_out_of_order(executed):
    def swap(cells):
        cells[0]["execution_count"], cells[1]["execution_count"] = 2, 1

    change_notebook(executed, swap)
    found = "\n".join(notebook_problems(executed.name, executed.root))
    assert "code cell 1" in found and "expected 1" in found


def test_notebook_with_an_error_in_it(executed):
    error = {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "by 0"}

    def fail(cells):
        cells[0]["outputs"] = [{**error, "traceback": []}]

    change_notebook(executed, fail)
    code, output = executed.check()
    assert code != 0 and "code cell 1" in output and "ZeroDivisionError" in output


def test_notebook_with_a_warning_in_it(executed):
    def warn(cells):
        cells[0]["outputs"] = [
            {"output_type": "stream", "name": "stderr", "text": ["UserWarning: oh"]}
        ]

    change_notebook(executed, warn)
    found = "\n".join(notebook_problems(executed.name, executed.root))
    assert "wrote to stderr: UserWarning: oh" in found


def test_altered_output_of_a_checked_cell(executed):
    def alter(cells):
        cells[1]["outputs"][0]["text"] = ["the answer is 43\n"]

    change_notebook(executed, alter)
    code, output = executed.nbval()
    assert code != 0
    assert "the answer is 42" in output and "the answer is 43" in output
    assert "1 failed, 2 passed" in output


# ---- Claims ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "at_least=40",
            "at_least=43",
            "claim probe/answer does not hold: 42, expected >= 43",
        ),
        (
            "baseline=1)",
            "baseline=42)",
            "claim probe/answer (>= 40) does not beat its baseline: 42, 42",
        ),
    ],
)
def test_a_claim_that_fails(executed, old, new, message):
    before = executed.notebook.read_bytes()
    executed.edit(old, new)
    code, output = executed.execute()
    assert code != 0
    assert "chapters/regression/probe.md" in output and message in output
    assert executed.notebook.read_bytes() == before


def test_a_claim_that_fails_when_a_notebook_is_tested(executed):
    """The stored notebook says one thing, the shared code now does another."""
    executed.edit(
        "if not low <= value <= high",
        "if value > 41",
        executed.root / "utils/claims.py",
    )
    code, output = executed.nbval()
    assert code != 0 and "claim probe/answer does not hold: 42" in output


# ---- Data -----------------------------------------------------------------------

DATA = "digits/digits.npz"


def flip_one_byte(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncate(path):
    path.write_bytes(path.read_bytes()[:-100])


def remove(path):
    path.unlink()


@pytest.mark.parametrize("damage", [flip_one_byte, truncate, remove])
def test_damaged_data(project, damage):
    path = project.root / "data" / DATA
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    damage(path)
    found = "no file"
    if path.exists():
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    project.edit("x = 41 + 1", f"from utils import data_file\nx = data_file('{DATA}')")
    code, output = project.execute()
    assert code != 0
    assert str(path) in output and expected in output and found in output
    assert f"git checkout -- data/{DATA}" in output


# ---- What is executed, and when ---------------------------------------------------


def test_prose_alone_executes_nothing(executed):
    before = json.loads(executed.notebook.read_text())
    executed.edit("The answer is {eval}`x`.", "We get\n\nmany words, and {eval}`x`.")
    code, output = executed.execute()
    assert code == 0 and "0 executed, 1 fresh" in output
    after = json.loads(executed.notebook.read_text())
    assert after["metadata"] == before["metadata"]
    assert [c.get("outputs") for c in after["cells"] if c["cell_type"] == "code"] == [
        c.get("outputs") for c in before["cells"] if c["cell_type"] == "code"
    ]
    prose = [c for c in after["cells"] if "many words" in "".join(c["source"])][0]
    value = prose["metadata"]["user_expressions"][0]["result"]["data"]["text/plain"]
    assert value == "42"


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.edit("41 + 1", "40 + 2"),
        lambda p: p.edit("{eval}`x`", "{eval}`x + 1`"),
        lambda p: p.edit('"✓"', '"+"', p.root / "utils/claims.py"),
        lambda p: p.edit("numpy==", "numpy ==", p.root / LOCKS[engine()]),
    ],
    ids=["code", "expression in prose", "utils", "lock"],
)
def test_what_outputs_depend_on_makes_them_stale(executed, change):
    assert refreshed(executed.name, executed.root) is not None
    change(executed)
    assert refreshed(executed.name, executed.root) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.edit('"""', '"""Also: ', p.root / "utils/claims.py"),
        lambda p: p.edit('"#0072B2"', '"#0072B3"', p.root / "utils/plot.py"),
        lambda p: p.edit("    # via", "    # by", p.root / LOCKS[engine()]),
    ],
    ids=["docstring of utils", "utils that it does not use", "comment of the lock"],
)
def test_what_outputs_do_not_depend_on_leaves_them_fresh(executed, change):
    assert refreshed(executed.name, executed.root) is not None
    change(executed)
    assert refreshed(executed.name, executed.root) is not None


def test_data_that_a_chapter_names_makes_it_stale(executed):
    """And data that it does not name leave it as it is."""
    listing = executed.root / "data" / "SHA256SUMS"
    listing.write_text(listing.read_text() + "0" * 64 + "  other/set.csv\n")
    assert refreshed(executed.name, executed.root) is not None
    executed.edit("x = 41 + 1", "x = 41 + 1  # other/set.csv")
    assert executed.execute()[0] == 0
    assert refreshed(executed.name, executed.root) is not None
    executed.edit("0" * 64, "1" * 64, listing)
    assert refreshed(executed.name, executed.root) is None


def test_stored_boxes_and_exams_get_the_scripts_of_today(tmp_path, monkeypatch):
    """Without a run: what a chapter computes does not depend on them."""
    static = tmp_path / "book" / "_static"
    for folder in ("live", "exam"):
        shutil.copytree(ROOT / "book" / "_static" / folder, static / folder)
    own = tmp_path / "chapters" / "regression" / "probe.js"
    own.parent.mkdir(parents=True)
    own.write_text("live.widgets.probe = () => {};")
    monkeypatch.setattr(live, "ROOT", tmp_path)
    monkeypatch.setattr(live, "LIVE", static / "live")
    monkeypatch.setattr(exam, "STATIC", static / "exam")

    def made():
        box = live.box("regression/probe", title="T", text="Do.", instead="No script.")
        questions = [
            exam.choice(f"Which {i}?", right=("A", "so"), wrong=[("B", "not so")])
            for i in range(4)
        ]
        asked = exam.exam(*questions)
        return f"<p>{box.data}</p><p>{asked.data}</p>"

    before = made()
    assert renewed(before, tmp_path) == before
    for path in (own, *(static / "live").iterdir(), *(static / "exam").iterdir()):
        path.write_text(path.read_text() + "\n/* \\1 another */")
    after = made()
    assert after.count("another") >= 7
    assert renewed(before, tmp_path) == after


def test_another_seed_makes_outputs_stale(executed, monkeypatch):
    monkeypatch.setenv("BOOK_SEED", "4")
    assert refreshed(executed.name, executed.root) is None


def test_stale_outputs_are_made_anew(executed):
    executed.edit("41 + 1", "40 + 2")
    code, output = executed.execute()
    assert code == 0 and "1 executed, 0 fresh" in output
    code, output = executed.execute()
    assert code == 0 and "0 executed, 1 fresh" in output


def test_outputs_of_another_hand_do_not_pass(executed):
    """A run in JupyterLab under another seed, saved over our notebook."""
    notebook = json.loads(executed.notebook.read_text())
    for cell in notebook["cells"]:
        for entry in cell["metadata"].get("user_expressions", []):
            entry["result"]["data"]["text/plain"] = "43"
    executed.notebook.write_text(json.dumps(notebook, indent=1) + "\n")
    assert refreshed(executed.name, executed.root) is None
    code, output = executed.check()
    assert code != 0 and "make notebooks CHAPTER=regression/probe" in output


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x = 41 + 1", "x = 41 + 1\nprint(object())"),
        ("x = 41 + 1", "import pandas as pd\nx = 42\npd.DataFrame({'a': [1]}).style"),
    ],
    ids=["address", "random id"],
)
def test_outputs_that_change_from_run_to_run_are_refused(executed, old, new):
    before = executed.notebook.read_bytes()
    executed.edit(old, new)
    code, output = executed.execute()
    assert code != 0 and "which is another in every run" in output
    assert executed.notebook.read_bytes() == before


@pytest.mark.parametrize(
    "later",
    ["x = 43", "values.append(2)"],
    ids=["name used again", "object changed"],
)
def test_a_value_that_is_another_at_the_chapters_end(project, later):
    """JupyterLab evaluates when all cells have run: it would show the later value."""
    project.edit("x = 41 + 1", "x = 41 + 1\nvalues = [1]")
    project.edit("{eval}`x`", "{eval}`x + len(values)`")
    project.edit('print("the answer is", x)', later)
    code, output = project.execute()
    assert code != 0
    assert "{eval}`x + len(values)` gives 43 where it stands and 44" in output
    assert "chapters/regression/probe.md" in output and "JupyterLab" in output


def test_an_expression_that_cannot_be_evaluated(project):
    project.edit("{eval}`x`", "{eval}`y`")
    code, output = project.execute()
    assert code != 0
    assert "chapters/regression/probe.md" in output
    assert "{eval}`y` gave NameError" in output


def test_a_chapter_that_is_not_there(project):
    code, output = project.run("book.tools.notebooks", "regression/nothing")
    assert code != 0
    assert "no chapter 'regression/nothing'" in output and project.name in output


# ---- Interruptions ----------------------------------------------------------------


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_run_leaves_the_old_notebook_whole(executed, stop):
    before = executed.notebook.read_bytes()
    executed.edit(
        "x = 41 + 1",
        "import pathlib, time\n"
        "x = pathlib.Path('started').write_text('yes')\n"
        "time.sleep(120)",
    )
    process = executed.start("book.tools.notebooks", executed.name)
    started = executed.source.parent / "started"
    for _ in range(300):
        if started.exists():
            break
        time.sleep(0.1)
    assert started.exists()
    process.send_signal(stop)
    output, _ = process.communicate(timeout=60)
    assert process.returncode != 0
    assert executed.notebook.read_bytes() == before
    assert [p.name for p in executed.source.parent.glob("*.tmp")] == []
    if stop == signal.SIGINT:
        assert "interrupted" in output and "Traceback" not in output


def test_a_kernel_that_dies_is_named(executed):
    before = executed.notebook.read_bytes()
    executed.edit("x = 41 + 1", "import os\nos._exit(7)")
    code, output = executed.execute()
    assert code != 0 and "Traceback" not in output
    assert "chapters/regression/probe.md, cell starting" in output
    assert executed.notebook.read_bytes() == before


@pytest.mark.parametrize(
    ("variable", "text", "expected"),
    [
        ("BOOK_SEED", "abc", "a whole number from 0 to 4294967295"),
        ("CELL_TIMEOUT", "abc", "a whole number from 1 to"),
        ("CELL_TIMEOUT", "0", "a whole number from 1 to"),
        ("JOBS", "0", "a whole number from 1 to"),
        ("JOBS", "many", "a whole number from 1 to"),
    ],
)
def test_a_variable_that_is_no_number(executed, variable, text, expected):
    code, output = executed.run(
        "book.tools.notebooks", "--all", executed.name, **{variable: text}
    )
    assert code != 0 and "Traceback" not in output
    assert f"{variable} is {text!r}, expected {expected}" in output


def test_a_cell_that_hangs_is_stopped(executed):
    before = executed.notebook.read_bytes()
    executed.edit("x = 41 + 1", "while True:\n    x = 42")
    code, output = executed.execute(CELL_TIMEOUT="3")
    assert code != 0
    assert "chapters/regression/probe.md, cell starting" in output
    assert "'from utils import claim'" in output
    assert "stopped after 3 seconds" in output
    assert executed.notebook.read_bytes() == before
