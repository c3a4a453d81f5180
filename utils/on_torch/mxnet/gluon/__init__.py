"""Blocks, their parameters, losses, data and the trainer."""

from . import data, loss, nn, rnn  # noqa: F401
from .block import Block, HybridBlock, Parameter, ParameterDict, Trainer  # noqa: F401
