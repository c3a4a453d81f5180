"""When operations are recorded, and whether layers behave as in training."""

from contextlib import contextmanager

import torch

from .base import MXNetError, mapped, ndarray, plain

_training = False


def is_training() -> bool:
    """Whether layers behave as in training."""
    return _training


is_recording = torch.is_grad_enabled


@contextmanager
def _modes(recording, training):
    global _training
    before, _training = _training, training
    try:
        with torch.set_grad_enabled(recording):
            yield
    finally:
        _training = before


def record(train_mode: bool = True):
    """What is computed here can be differentiated; layers behave as in training."""
    return _modes(True, train_mode)


def pause(train_mode: bool = False):
    """What is computed here is not recorded."""
    return _modes(False, train_mode)


def train_mode():
    """Dropout drops, batch normalisation looks at its batch."""
    return _modes(is_recording(), True)


def predict_mode():
    """Dropout is off, batch normalisation uses its running means."""
    return _modes(is_recording(), False)


def backward(heads, head_grads=None, retain_graph=False) -> None:
    """Gradients of the heads' sums, written where a gradient was asked for."""
    tensors, weights = _heads(heads, head_grads)
    try:
        torch.autograd.backward(tensors, weights, retain_graph=retain_graph)
    except RuntimeError as error:
        raise MXNetError(f"no way backward: {str(error).splitlines()[0]}") from None


def grad(heads, variables, head_grads=None, retain_graph=None, create_graph=False):
    """A list: the heads' sums' gradients in ``variables``, which keep their own."""
    tensors, weights = _heads(heads, head_grads)
    leaves, how = _tensors(variables), (retain_graph, create_graph)
    kept = [leaf.grad for leaf in leaves]
    with torch.set_grad_enabled(create_graph):
        found = torch.autograd.grad(tensors, leaves, weights, *how)
    for leaf, own in zip(leaves, kept, strict=True):
        leaf.grad = own
    return [ndarray(t) for t in found]


def _tensors(given):
    return mapped(plain, given if isinstance(given, (list, tuple)) else [given])


def _heads(heads, head_grads):
    tensors = _tensors(heads)
    if not all(t.requires_grad for t in tensors):
        raise MXNetError("nothing was recorded here: there is nothing to differentiate")
    given = [None] * len(tensors) if head_grads is None else _tensors(head_grads)
    pairs = zip(tensors, given, strict=True)
    return tensors, [torch.ones_like(t) if g is None else g for t, g in pairs]
