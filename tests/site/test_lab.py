"""`make lab`: a chapter's Markdown opens as a notebook, runs, and its claims hold."""

import shutil
import subprocess
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from book.tools import lab
from book.tools.chapters import ROOT, chapter_files

CHAPTER = "regression/contractor"
PORT = 8917


@pytest.fixture
def jupyter(tmp_path):
    """JupyterLab, as `make lab` starts it, on a copy of one chapter."""
    source, _ = chapter_files(CHAPTER)
    folder = tmp_path / source.parent.relative_to(ROOT)
    folder.mkdir(parents=True)
    shutil.copy(source, folder)  # without its notebook: nothing is there yet
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    options = ["--no-browser", f"--ServerApp.port={PORT}", "--IdentityProvider.token=t"]
    log = (tmp_path / "lab.log").open("w")
    process = subprocess.Popen(
        lab.command(*options, root=tmp_path),
        env=lab.environment(),
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    base = f"http://localhost:{PORT}"
    for _ in range(120):
        try:
            urlopen(f"{base}/api?token=t")
            break
        except URLError:
            time.sleep(0.5)
    yield f"{base}/lab/tree/chapters/{CHAPTER}.md?token=t&reset", folder
    process.terminate()
    process.wait()


def test_a_chapter_runs_in_jupyterlab(jupyter, browser):
    address, folder = jupyter
    source = (folder / "contractor.md").read_text()
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(address)
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
    page.get_by_text("| Idle").first.wait_for(timeout=60_000)  # the kernel is there
    assert page.locator(".claim-holds").count() == 0
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    first_claim = page.locator(".claim-holds").first
    first_claim.wait_for(state="attached", timeout=240_000)
    page.keyboard.press("Control+s")
    for _ in range(100):  # saving also writes the notebook that is paired with it
        if (folder / "contractor.ipynb").exists():
            break
        page.wait_for_timeout(200)
    assert "claim-holds" in (folder / "contractor.ipynb").read_text()
    assert (folder / "contractor.md").read_text() == source
    page.close()
