"""Which engine runs, how the other is chosen, and what a reader is told."""

import subprocess
import sys

from utils import engine, engines
import pytest
from utils.artifacts import published_path
from utils.fingerprints import LOCKS, dependencies, engine_key

from book.tools.chapters import ROOT


@pytest.mark.skipif(engine() == "torch", reason="MXNet does not run here")
def test_mxnet_wins_where_it_is_installed(monkeypatch):
    monkeypatch.delenv("BOOK_ENGINE", raising=False)
    assert engine() == "mxnet"


def test_pytorch_where_mxnet_is_not_or_where_it_is_chosen(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(engines.FOLDER)])
    monkeypatch.delenv("BOOK_ENGINE", raising=False)
    assert engine() == "torch"
    monkeypatch.setenv("BOOK_ENGINE", "torch")
    assert engine() == "torch"
    engines.offer_torch()
    assert sys.path == [str(engines.FOLDER), str(tmp_path)]
    monkeypatch.delenv("BOOK_ENGINE")
    engines.offer_torch()
    assert sys.path == [str(tmp_path), str(engines.FOLDER)]


def test_another_engine_is_named(monkeypatch):
    monkeypatch.setenv("BOOK_ENGINE", "jax")
    with pytest.raises(
        ValueError, match="BOOK_ENGINE is 'jax', expected mxnet or torch"
    ):
        engine()


def test_without_either_one_sentence_says_what_to_do():
    code = "import sys; sys.modules['torch'] = None; import utils, mxnet"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"BOOK_ENGINE": "torch", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    last = run.stderr.strip().splitlines()[-1]
    assert last == (
        "ModuleNotFoundError: neither MXNet nor PyTorch is installed for this Python; "
        "run: make environment"
    )


def test_a_notebook_says_that_pytorch_runs(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.get_ipython", lambda: object())
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    engines.announce("2.13")
    assert "PyTorch 2.13" in shown[0]["text/plain"]
    assert shown[0][engines.MIME_TYPE] == {"engine": "torch"}
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    engines.announce("2.13")
    assert len(shown) == 1


def test_results_name_the_engine_and_its_code(tmp_path, monkeypatch):
    code = ["from utils import train"]
    one, other = (dependencies(code, engine=name) for name in engines.ENGINES)
    assert one["utils"] == other["utils"] and one["data"] == other["data"]
    assert one["engine"] == "mxnet" != other["engine"]
    assert one["lock"] != other["lock"]
    folder = tmp_path / "utils" / "on_torch"
    folder.mkdir(parents=True)
    (folder / "a.py").write_text("x = 1  # a comment\n")
    before = engine_key(tmp_path, "torch")
    (folder / "a.py").write_text('"""A docstring."""\nx = 1\n')
    assert engine_key(tmp_path, "torch") == before
    (folder / "a.py").write_text("x = 2\n")
    assert engine_key(tmp_path, "torch") != before
    assert engine_key(tmp_path, "mxnet") == "mxnet"
    assert all((ROOT / lock).is_file() for lock in LOCKS.values())


def test_an_artifact_of_one_engine_is_not_the_others(monkeypatch):
    paths = []
    for name in engines.ENGINES:
        monkeypatch.setenv("BOOK_ENGINE", name)
        paths.append(published_path("recogniser", "seq2seq/speech-recognition"))
    assert paths[0] != paths[1]
