"""Blocks, their parameters, losses, data and the trainer."""

from ..base import module_getattr
from . import data, loss, nn, rnn
from .block import Block, HybridBlock
from .parameter import DeferredInitializationError, Parameter, ParameterDict
from .trainer import Trainer

__all__ = [
    "Block", "DeferredInitializationError", "HybridBlock", "Parameter",
    "ParameterDict", "Trainer", "data", "loss", "nn", "rnn",
]  # fmt: skip
__getattr__ = module_getattr("gluon", globals())
