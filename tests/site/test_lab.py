"""`make lab`: a chapter's Markdown opens as a notebook and shows the site's values.

LAB_CHAPTERS="topic/name ..." tries other chapters than the one below.
"""

import os
import shutil
import socket
import subprocess
import time
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest

from book.tools import lab
from book.tools.chapters import ROOT, chapter_files
from book.tools.sources import expressions, stored_notebook
from book.tools.stale import refreshed

NEEDED = (
    "utils",
    "data/SHA256SUMS",
    "pyproject.toml",
    "requirements.txt",
    "book/_static/live",
    "book/_static/exam",
)
CHAPTERS = os.environ.get("LAB_CHAPTERS", "regression/contractor").split()


@pytest.fixture
def jupyter(tmp_path, monkeypatch):
    """Start JupyterLab, as `make lab` does, on a copy of what one chapter needs."""
    processes = []

    def start(name, seed, files=None):
        for path in NEEDED:
            copy = shutil.copytree if (ROOT / path).is_dir() else shutil.copy
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            copy(ROOT / path, tmp_path / path)
        if files is None:
            files = {p.relative_to(ROOT): p.read_text() for p in chapter_files(name)}
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        (tmp_path / "_toc.yml").write_text("root: book/index\n")
        with socket.socket() as free:  # a port of its own: two may run side by side
            free.bind(("localhost", 0))
            port = free.getsockname()[1]
        monkeypatch.setenv("BOOK_SEED", str(seed))
        monkeypatch.setenv("CHAPTER", name)
        options = [
            "--no-browser",
            "--ServerApp.port_retries=0",
            f"--ServerApp.port={port}",
            "--IdentityProvider.token=t",
        ]
        log = (tmp_path / "lab.log").open("w")
        processes.append(
            subprocess.Popen(
                lab.command(*options, root=tmp_path),
                env=lab.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        )
        monkeypatch.delenv("BOOK_SEED")
        base = f"http://localhost:{port}"
        for _ in range(240):
            try:
                urlopen(f"{base}/api?token=t")
                break
            except URLError:
                time.sleep(0.5)
        return f"{base}/lab/tree/chapters/{name}.md?token=t&reset"

    yield start
    for process in processes:
        process.terminate()
        process.wait()


def values(nb) -> list[tuple[str, str]]:
    """The expressions in the prose of a saved notebook, each with its value."""
    found = []
    for cell in nb.cells:
        stored = cell.metadata.get("user_expressions", [])
        results = {e["expression"].strip(): e["result"] for e in stored}
        for expression in expressions(cell):
            result = results.get(expression.strip(), {})
            found.append((expression, result.get("data", {}).get("text/plain")))
    return found


def run_all_and_save(page, address, notebook):
    """Run All Cells; save when all have run and every expression has its value."""
    page.goto(address)
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=120_000)
    page.get_by_text("| Idle").first.wait_for(timeout=120_000)  # the kernel is there
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    wanted = list(range(1, len(code_cells(stored_notebook(notebook))) + 1))
    for _ in range(150):
        nb = saved(page, notebook)
        counts = [cell.execution_count for cell in code_cells(nb)]
        if counts == wanted:
            break
        page.wait_for_timeout(1000)
    assert counts == wanted, "the chapter did not come to its end"
    for _ in range(60):  # its expressions follow
        if all(value for _, value in values(nb)):
            return nb
        page.wait_for_timeout(1000)
        nb = saved(page, notebook)
    raise AssertionError(f"values that never came: {values(nb)}")


def code_cells(nb) -> list:
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def saved(page, notebook):
    """The notebook after Ctrl-S; the last that could be read while it is written."""
    page.keyboard.press("Control+s")
    for _ in range(100):
        page.wait_for_timeout(500)
        if nb := stored_notebook(notebook):
            return nb
    raise AssertionError(f"{notebook} cannot be read")


@pytest.mark.parametrize("name", CHAPTERS)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_chapter_runs_in_jupyterlab(jupyter, browser, tmp_path, name, seed):
    """The values are those of the site, the Markdown stays as it was; and what another
    seed gave does not pass for the book's own."""
    site = nbformat.read(chapter_files(name)[1], as_version=4)
    source, notebook = chapter_files(name, tmp_path)
    address = jupyter(name, seed)
    assert refreshed(name, tmp_path) is not None
    before = source.read_text(encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    nb = run_all_and_save(page, address, notebook)
    page.close()
    assert source.read_text(encoding="utf-8") == before
    assert "claim-holds" in notebook.read_text()
    assert len(values(nb)) > 5
    if seed == 0:
        assert values(nb) == values(site)
    else:
        assert values(nb) != values(site)
        assert refreshed(name, tmp_path) is None


PROBE = """---
jupytext:
  formats: ipynb,md:myst
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3 (ipykernel)
  language: python
---

# A box and an exam

```{code-cell} ipython3
from pathlib import Path

from utils import live
from mxnet import gluon, np, npx

live.ROOT = Path.cwd().parents[1]  # where the script lies
npx.set_np()
net = gluon.nn.HybridSequential()
net.add(gluon.nn.Dense(3, activation="tanh"))
net.initialize()
net(np.ones((1, 4)))
X = np.random.normal(size=(5, 4)).asnumpy()
texts = {"title": "T", "text": "What to do.", "instead": "What one would see."}
live.box("regression/probe", net=net, check=X, **texts)
```

```{code-cell} ipython3
from utils.exam import choice, exam, number

exam(
    number("What costs $5 and $6?", answer=11, within=0.5, why="they add up"),
    *[
        choice(text, right=("Yes", "it is"), wrong=[("No", "it is"), ("So", "no")])
        for text in ("Is it?", "Is it so?", "Was it?")
    ],
)
```
"""
SCRIPT = """live.widgets.probe = (root, data, tell) => {
  const net = live.net(data.net);
  root.append(live.element("p", {}, "It is open."));
  root.check = () => live.difference(data.check, (x) => net(live.tensor([4], x)).data);
  tell("It runs.");
};
"""


def test_a_box_and_an_exam_work_in_jupyterlab(jupyter, browser):
    """From the cell's output, without the site's files; nothing is kept."""
    files = {
        "chapters/regression/probe.md": PROBE,
        "chapters/regression/probe.js": SCRIPT,
    }
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto(jupyter("regression/probe", 0, files))
    page.get_by_text("| Idle").first.wait_for(timeout=120_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    box = page.locator("#live-probe")
    box.get_by_role("button", name="Try it").click(timeout=60_000)
    box.get_by_text("It runs.").wait_for()
    assert box.get_by_text("It is open.").is_visible()
    assert box.locator(".live-open").evaluate("inside => inside.check()") <= 1e-6
    asked = page.locator(".exam")
    field = asked.get_by_label("What costs $5 and $6?")
    field.fill("11")
    field.press("Enter")
    asked.locator(".exam-said", has_text="✓ Right. 11. They add up").wait_for()
    for choice in asked.get_by_role("group").all():
        choice.get_by_role("radio").first.focus()
        for _ in range(3):  # the arrows choose, and do not lead to another cell
            page.keyboard.press("ArrowDown")
            if choice.locator(":checked[data-right]").count():
                break
        assert choice.locator(".exam-why", has_text="✓ Right.").is_visible()
    asked.get_by_text("You have answered every question rightly.").wait_for()
    assert "contents" not in asked.locator(".exam-end").inner_text()
    kept = page.evaluate("Object.keys(localStorage).filter(k => k.includes('exam'))")
    assert not kept and not errors
    page.close()
