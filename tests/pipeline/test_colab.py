"""What a chapter needs where only some of the packages are installed."""

from importlib.metadata import packages_distributions
import sys
from types import SimpleNamespace

import pytest

from book.tools import colab
from book.tools.chapters import ROOT, chapter_names
from book.tools.requirements import read_lock

LOCK = read_lock(ROOT / "requirements.txt")
HOLDERS = packages_distributions()  # module -> packages that hold it


def names(modules) -> set[str]:
    return {package.name for package in colab.needed(modules, LOCK)}


@pytest.mark.parametrize("chapter", chapter_names())
def test_each_import_of_a_chapter_is_found_in_the_lock(chapter):
    modules = colab.chapter_imports(chapter)
    others = modules - sys.stdlib_module_names - {"utils"}
    found = names(modules)
    for module in others:
        holders = HOLDERS.get(module, [module])  # MXNet is not everywhere installed
        packages = {p.lower().replace("_", "-") for p in holders}
        peer = module in (
            "surprise",
            "implicit",
            "torch",
        )  # stored figures stand in for them
        assert packages & found or peer, (module, packages)


def test_imports_are_found_wherever_they_stand():
    code = [
        "%matplotlib inline\nimport a.b, c as d\n",
        "def f():\n    from e.g import h",
    ]
    assert colab.imported(code) == {"a", "c", "e"}


def test_a_chapter_needs_what_its_part_of_utils_imports():
    assert "espeakng_loader" in colab.chapter_imports("seq2seq/speech-recognition")
    assert "mxnet" not in colab.chapter_imports("environment/online-learning")


def test_what_a_package_depends_on_comes_with_it():
    found = names(["mxnet", "json"])
    assert {"mxnet", "numpy", "requests", "urllib3", "setuptools"} <= found
    assert not found & {"scipy", "jupyter-book", "pytest"}


def test_only_what_is_missing_is_installed_and_in_the_locked_version(monkeypatch):
    monkeypatch.setattr(colab.environment, "MXNET", True)
    monkeypatch.setattr(colab.environment, "LOCK", "requirements.txt")
    lacking = {"jiwer", "mxnet", "river"}
    taken = []
    there = SimpleNamespace(version="24.1.2")  # as pip on Colab in 2025
    monkeypatch.setattr(colab, "installed", lambda n: None if n in lacking else there)
    monkeypatch.setattr(colab, "install", taken.extend)
    monkeypatch.setattr(sys, "argv", ["colab", "seq2seq/speech-recognition"])
    colab.main()
    assert [package.name for package in taken] == ["jiwer", "mxnet", "pip"]
    assert taken[1].text.startswith("mxnet==1.9.1 --hash=sha256:")


def test_a_python_that_mxnet_does_not_run_on_gets_pytorch(monkeypatch):
    monkeypatch.setattr(colab.environment, "MXNET", False)
    monkeypatch.setattr(colab.environment, "LOCK", "requirements-torch.txt")
    taken = []
    there = SimpleNamespace(version="26.0")
    monkeypatch.setattr(colab, "installed", lambda n: None if n == "torch" else there)
    monkeypatch.setattr(colab, "install", taken.extend)
    monkeypatch.setattr(sys, "argv", ["colab", "regression/contractor"])
    colab.main()
    assert [package.name for package in taken] == ["torch"]


def test_an_unknown_chapter_is_named(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["colab", "regression/nonsense"])
    with pytest.raises(SystemExit, match="there is no chapter 'regression/nonsense'"):
        colab.main()
