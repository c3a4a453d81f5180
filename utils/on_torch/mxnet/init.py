"""What parameters are before training."""

from functools import partial
from math import prod, sqrt

import numpy
import torch

from .base import ndarray, one_of


class Initializer:
    """Called with a shape, an initializer gives a torch tensor of float32.

    One of your own writes into ``arr`` in its ``_init_weight(name, arr)``.
    """

    def __call__(self, shape):
        weight = torch.zeros(shape)
        self._init_weight("", ndarray(weight))
        return weight


def Constant(value=0.0):
    """The same number everywhere, or numbers that are there."""
    values = torch.as_tensor(numpy.asarray(value, "float32"))
    return lambda shape: values.expand(shape).clone()


Zero, One = partial(Constant, 0), partial(Constant, 1)


def Uniform(scale=0.07):
    """Uniform from -scale to scale."""
    return lambda shape: torch.empty(shape).uniform_(-scale, scale)


def Normal(sigma=0.01):
    """Normal with mean 0 and standard deviation sigma."""
    return lambda shape: torch.randn(shape) * sigma


def Xavier(rnd_type="uniform", factor_type="avg", magnitude=3):
    """Random, with the variance magnitude / fan (a third of it, if uniform).

    The fan is the mean of the inputs and outputs of a unit, or one of them.
    """
    kinds = {"uniform": Uniform, "gaussian": Normal}
    kind = kinds[one_of("rnd_type", rnd_type, kinds)]
    one_of("factor_type", factor_type, ("avg", "in", "out"))

    def draw(shape):
        if len(shape) < 2:
            raise ValueError(f"a parameter has the shape {shape}, expected two axes")
        units = {"in": shape[1], "out": shape[0], "avg": (shape[0] + shape[1]) / 2}
        return kind(sqrt(magnitude / units[factor_type] / prod(shape[2:])))(shape)

    return draw


def MSRAPrelu(factor_type="avg", slope=0.25):
    """Normal, with the variance 2 / (1 + slope²) / fan: for ReLU (slope 0)."""
    return Xavier("gaussian", factor_type, 2 / (1 + slope**2))


NAMED = {"zeros": Zero, "ones": One, "zero": Zero, "one": One}
NAMED |= {kind.__name__.lower(): kind for kind in (Uniform, Normal, Xavier, MSRAPrelu)}


def as_initializer(given):
    """An initializer from itself or its name; None stays None."""
    if isinstance(given, str):
        return NAMED[one_of("init", given.lower(), NAMED)]()
    return given
