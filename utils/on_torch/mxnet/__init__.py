"""The part of MXNet's Gluon that this book uses, on PyTorch.

``utils.compat`` puts this package on Python's path behind everything else: where MXNet
is installed, ``import mxnet`` finds MXNet, and this one where it is not. It has the
names, the defaults and the arithmetic of MXNet 1.9.1 for what the chapters and their
exercises call; arrays are those of ``mxnet.np``. What it lacks says so.
"""

import sys

try:
    import torch
except ModuleNotFoundError as error:
    hint = "neither MXNet nor PyTorch is installed for this Python"
    raise ModuleNotFoundError(f"{hint}; run: make environment") from error

torch.set_grad_enabled(False)  # only autograd.record() records, as in MXNet

from utils.engines import announce  # noqa: E402

from . import gluon, init, lr_scheduler, nd, np, random  # noqa: E402, F401
from .base import MXNetError, Part, cpu  # noqa: E402, F401

__version__ = f"1.9.1 (the book's part of it, on PyTorch {torch.__version__})"
for _name, _module in list(sys.modules.items()):
    if _name.startswith(__name__):
        _module.__class__ = Part  # what is missing is said in one sentence
for _name, _module in ("initializer", init), ("ndarray", nd), ("numpy", np):
    globals()[_name] = sys.modules[f"{__name__}.{_name}"] = _module
announce(torch.__version__)
