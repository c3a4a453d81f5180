"""Functions for nets that NumPy does not have: ``npx``."""

import torch
from torch.nn import functional

from .array import array_of, cpu, fresh, operation, tensor, torch_type  # noqa: F401
from .base import one_of

ACTIVATIONS = {
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softrelu": lambda t: functional.softplus(t, threshold=30),
    "softsign": functional.softsign,
    None: lambda t: t,
}


def set_np(shape=True, array=True, dtype=False) -> None:
    """Nothing: these arrays are always NumPy's kind."""


def waitall() -> None:
    """Nothing: torch has computed when a call returns."""


@operation
def activation(data, act_type="relu"):
    """A function of each number, by its name."""
    return ACTIVATIONS[one_of("act_type", act_type, ACTIVATIONS)](array_of(data))


def relu(data):
    """What is above 0."""
    return activation(data, "relu")


def sigmoid(data):
    """1 / (1 + exp(-x))."""
    return activation(data, "sigmoid")


@operation
def softmax(data, axis=-1, temperature=None):
    """Shares that add up to 1 along ``axis``."""
    return (array_of(data) / tensor(temperature or 1)).softmax(axis)


@operation
def log_softmax(data, axis=-1, temperature=None):
    """The logarithms of softmax."""
    return (array_of(data) / tensor(temperature or 1)).log_softmax(axis)


@operation
def pick(data, index, axis=-1, mode="clip", keepdims=False):
    """The element of each row that ``index`` names; the nearest, where none is."""
    one_of("mode", mode, ("clip",))
    t = array_of(data)
    places = array_of(index).long().reshape(t.select(axis, 0).shape).unsqueeze(axis)
    picked = t.gather(axis, places.clamp(0, t.shape[axis] - 1))
    return picked if keepdims else picked.squeeze(axis)


@operation
def one_hot(data, depth, on_value=1.0, off_value=0.0, dtype="float32"):
    """Rows with ``on_value`` at the place that ``data`` names, if there is one."""
    hit = array_of(data).long().unsqueeze(-1) == torch.arange(depth)
    return torch.where(hit, on_value, off_value).to(torch_type(dtype))


@operation
def batch_dot(a, b, transpose_a=False, transpose_b=False):
    """The matrix product of each pair in a batch."""
    a, b = array_of(a), array_of(b)
    a, b = a.mT if transpose_a else a, b.mT if transpose_b else b
    return torch.bmm(a, b)


@operation
def reshape(a, newshape, reverse=False, order="C"):
    """As in NumPy; -2 in ``newshape`` keeps the axis that is there."""
    t = array_of(a)
    kept = [t.shape[i] if size == -2 else size for i, size in enumerate(newshape)]
    return fresh(t.reshape(kept))
