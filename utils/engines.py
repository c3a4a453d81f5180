"""Which engine trains the nets: MXNet, or PyTorch under MXNet's names.

MXNet 1.9.1 has builds for Linux on x86-64 and Intel Macs, up to Python 3.12. Where it
is not installed, ``import mxnet`` finds the package in ``utils/on_torch``, which does
the same on PyTorch. ``BOOK_ENGINE=torch`` chooses that one everywhere.
"""

from importlib.machinery import PathFinder
import os
from pathlib import Path
import sys

MIME_TYPE = "application/vnd.programming-with-data.engine+json"
VARIABLE = "BOOK_ENGINE"
ENGINES = ("mxnet", "torch")
FOLDER = Path(__file__).resolve().parent / "on_torch"
NAMES = {"mxnet": "MXNet", "torch": "PyTorch"}


def engine() -> str:
    """The engine of this run: "mxnet" or "torch".

    Raises ValueError where ``BOOK_ENGINE`` is something else.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted not in ("", *ENGINES):
        raise ValueError(f"{VARIABLE} is {wanted!r}, expected {' or '.join(ENGINES)}")
    if wanted:
        return wanted
    found = PathFinder.find_spec("mxnet", [p for p in sys.path if p != str(FOLDER)])
    return "torch" if found is None else "mxnet"


def offer_torch() -> None:
    """Let ``import mxnet`` find the package on PyTorch, last or, if chosen, first."""
    folder = str(FOLDER)
    if folder in sys.path:
        sys.path.remove(folder)
    first = os.environ.get(VARIABLE) == "torch"
    sys.path.insert(0 if first else len(sys.path), folder)


def announce(version: str) -> None:
    """Say in a notebook, in one line, that PyTorch trains the nets here.

    The package on PyTorch calls it when it is imported.
    """
    if "IPython" not in sys.modules:
        return
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is not None:
        text = f"The nets are trained by PyTorch {version}, in place of MXNet."
        display({"text/plain": text, MIME_TYPE: {"engine": "torch"}}, raw=True)
