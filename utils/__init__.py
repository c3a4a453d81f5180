"""What the chapters share and is not the lesson.

Import from here before MXNet: ``utils.compat`` must run first, because it lets
MXNet import on the NumPy that is installed. The names below are loaded when they
are first asked for, so that a chapter without a net does not wait for MXNet.
"""

from importlib import import_module

from utils import compat  # noqa: F401  (its import does the work)

HOMES = {
    "publish": "artifacts",
    "published": "artifacts",
    "claim": "claims",
    "data_file": "data",
    "engine": "engines",
    "long_run": "long_runs",
    "book_seed": "seeding",
    "set_seed": "seeding",
    "Batches": "batches",
    "accuracy": "training",
    "evaluate": "training",
    "predict": "training",
    "train": "training",
}
__all__ = [*HOMES, "plot"]


def __getattr__(name: str):
    if name == "plot":
        return import_module("utils.plot")
    if name not in HOMES:
        raise AttributeError(f"module 'utils' has no attribute {name!r}")
    return getattr(import_module(f"utils.{HOMES[name]}"), name)
