"""Random arrays: ``np.random``. Their stream is torch's, not MXNet's."""

import torch

from ..base import operation, torch_type


def _shape(size, *parameters):
    if size is None:
        return torch.broadcast_shapes(*(getattr(p, "shape", ()) for p in parameters))
    return tuple(size) if isinstance(size, (tuple, list)) else (size,)


@operation
def normal(loc=0.0, scale=1.0, size=None, dtype="float32", ctx=None):
    """Normal numbers with mean ``loc`` and standard deviation ``scale``."""
    kind = torch_type(dtype or "float32")
    return torch.randn(_shape(size, loc, scale), dtype=kind) * scale + loc


@operation
def uniform(low=0.0, high=1.0, size=None, dtype="float32", ctx=None):
    """Uniform numbers from ``low`` to ``high``."""
    kind = torch_type(dtype or "float32")
    return torch.rand(_shape(size, low, high), dtype=kind) * (high - low) + low


def rand(*size):
    """Uniform numbers from 0 to 1."""
    return uniform(size=size)


def randn(*size):
    """Normal numbers with mean 0 and standard deviation 1."""
    return normal(size=size)


@operation
def randint(low, high=None, size=None, dtype="int64", ctx=None):
    """Whole numbers from ``low`` (0 where it stands alone) to below ``high``."""
    low, high = (0, low) if high is None else (low, high)
    return torch.randint(low, high, _shape(size), dtype=torch_type(dtype))


@operation
def choice(a, size=None, replace=True, p=None, ctx=None):
    """Elements of ``a`` (of 0, ..., a - 1), drawn with probabilities ``p``."""
    chances = torch.ones(a if isinstance(a, int) else len(a)) if p is None else p
    shape = torch.Size(_shape(size))
    draws = torch.as_tensor(chances).multinomial(shape.numel(), replace).reshape(shape)
    return draws if isinstance(a, int) else a[draws]
