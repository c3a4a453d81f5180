"""Functions for nets that NumPy does not have: ``npx``."""

import torch
from torch.nn import functional

from .base import cpu, define, fresh, one_of, operation, picked, torch_type  # noqa: F401

ACTIVATIONS = picked(vars(torch), "relu sigmoid tanh") | {
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
    return ACTIVATIONS[one_of("act_type", act_type, ACTIVATIONS)](data)


relu, sigmoid = operation(torch.relu), operation(torch.sigmoid)


def _shares(name, function, data, axis=-1, temperature=None):
    return function(data / (temperature or 1), axis)


define(_shares, picked(vars(torch), "softmax log_softmax"), globals())


@operation
def pick(t, index, axis=-1, mode="clip", keepdims=False):
    """The element of each row that ``index`` names; the nearest, where none is."""
    one_of("mode", mode, ("clip",))
    places = index.long().reshape(t.select(axis, 0).shape).unsqueeze(axis)
    found = t.gather(axis, places.clamp(0, t.shape[axis] - 1))
    return found if keepdims else found.squeeze(axis)


@operation
def one_hot(data, depth, on_value=1.0, off_value=0.0, dtype="float32"):
    """Rows with ``on_value`` at the place that ``data`` names, if there is one."""
    hit = data.long().unsqueeze(-1) == torch.arange(depth)
    return torch.where(hit, on_value, off_value).to(torch_type(dtype))


@operation
def batch_dot(a, b, transpose_a=False, transpose_b=False):
    """The matrix product of each pair in a batch."""
    return torch.bmm(a.mT if transpose_a else a, b.mT if transpose_b else b)


@operation
def reshape(a, newshape, reverse=False, order="C"):
    """As in NumPy; -2 in ``newshape`` keeps the axis that is there."""
    kept = [a.shape[i] if size == -2 else size for i, size in enumerate(newshape)]
    return fresh(a.reshape(kept))
