"""What parameters are before training."""

from functools import partial
from math import prod, sqrt

import numpy
import torch

from .array import ndarray
from .base import one_of


class Initializer:
    """Called with a shape, an initializer gives a torch tensor of float32.

    One of your own writes into ``arr`` in its ``_init_weight(name, arr)``.
    """

    def __call__(self, shape):
        weight = torch.zeros(shape)
        self._init_weight("", ndarray(weight))
        return weight


class Constant(Initializer):
    """The same number everywhere."""

    def __init__(self, value=0.0):
        self.value = value

    def __call__(self, shape):
        value = numpy.asarray(self.value, "float32")
        return torch.tensor(numpy.broadcast_to(value, shape))


Zero, One = partial(Constant, 0), partial(Constant, 1)


class Uniform(Initializer):
    """Uniform from -scale to scale."""

    def __init__(self, scale=0.07):
        self.scale = scale

    def __call__(self, shape):
        return torch.empty(shape).uniform_(-self.scale, self.scale)


class Normal(Initializer):
    """Normal with mean 0 and standard deviation sigma."""

    def __init__(self, sigma=0.01):
        self.sigma = sigma

    def __call__(self, shape):
        return torch.randn(shape) * self.sigma


class Xavier(Initializer):
    """Random, with the variance magnitude / fan (a third of it, if uniform).

    The fan is the mean of the inputs and outputs of a unit, or one of them.
    """

    def __init__(self, rnd_type="uniform", factor_type="avg", magnitude=3):
        self.rnd_type = one_of("rnd_type", rnd_type, ("uniform", "gaussian"))
        self.factor_type = one_of("factor_type", factor_type, ("avg", "in", "out"))
        self.magnitude = magnitude

    def __call__(self, shape):
        if len(shape) < 2:
            raise ValueError(
                f"the parameter has the shape {tuple(shape)}, expected two axes or "
                f"more for {type(self).__name__}"
            )
        units = {"in": shape[1], "out": shape[0], "avg": (shape[0] + shape[1]) / 2}
        scale = sqrt(self.magnitude / units[self.factor_type] / prod(shape[2:]))
        return {"uniform": Uniform, "gaussian": Normal}[self.rnd_type](scale)(shape)


class MSRAPrelu(Xavier):
    """Normal, with the variance 2 / (1 + slope²) / fan: for ReLU (slope 0)."""

    def __init__(self, factor_type="avg", slope=0.25):
        super().__init__("gaussian", factor_type, 2 / (1 + slope**2))


NAMED = {"zeros": Zero, "ones": One, "zero": Zero, "one": One} | {
    kind.__name__.lower(): kind for kind in (Uniform, Normal, Xavier, MSRAPrelu)
}


def as_initializer(given):
    """An initializer from itself or its name; None stays None."""
    if isinstance(given, str):
        return NAMED[one_of("init", given.lower(), NAMED)]()
    return given
