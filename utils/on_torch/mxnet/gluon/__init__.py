"""Blocks, their parameters, losses, data and the trainer."""

from ..base import module_getattr
from . import data, loss, nn, rnn  # noqa: F401
from .block import Block, HybridBlock  # noqa: F401
from .parameter import DeferredInitializationError, Parameter, ParameterDict  # noqa: F401
from .trainer import Trainer  # noqa: F401

__getattr__ = module_getattr("gluon", globals())
