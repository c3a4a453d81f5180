"""Random arrays: ``np.random``. Their stream is torch's, not MXNet's."""

import torch

from ..array import ndarray, tensor, torch_type


def _shape(size, *parameters):
    if size is None:
        shapes = [p.shape for p in parameters if hasattr(p, "shape")]
        return torch.broadcast_shapes(*shapes)
    return tuple(size) if isinstance(size, (tuple, list)) else (size,)


def normal(loc=0.0, scale=1.0, size=None, dtype="float32", ctx=None):
    """Normal numbers with mean ``loc`` and standard deviation ``scale``."""
    draws = torch.randn(_shape(size, loc, scale), dtype=torch_type(dtype or "float32"))
    return ndarray(draws * tensor(scale) + tensor(loc))


def uniform(low=0.0, high=1.0, size=None, dtype="float32", ctx=None):
    """Uniform numbers from ``low`` to ``high``."""
    draws = torch.rand(_shape(size, low, high), dtype=torch_type(dtype or "float32"))
    return ndarray(draws * (tensor(high) - tensor(low)) + tensor(low))


def rand(*size):
    """Uniform numbers from 0 to 1."""
    return uniform(size=size)


def randn(*size):
    """Normal numbers with mean 0 and standard deviation 1."""
    return normal(size=size)


def randint(low, high=None, size=None, dtype="int64", ctx=None):
    """Whole numbers from ``low`` (0 where it stands alone) to below ``high``."""
    low, high = (0, low) if high is None else (low, high)
    return ndarray(torch.randint(low, high, _shape(size), dtype=torch_type(dtype)))


def choice(a, size=None, replace=True, p=None, ctx=None):
    """Elements of ``a`` (of 0, ..., a - 1), drawn with probabilities ``p``."""
    count = a if isinstance(a, int) else len(a)
    chances = torch.ones(count) if p is None else torch.as_tensor(tensor(p))
    shape = _shape(size)
    draws = chances.multinomial(torch.Size(shape).numel(), replace).reshape(shape)
    return ndarray(draws) if isinstance(a, int) else a[ndarray(draws)]
