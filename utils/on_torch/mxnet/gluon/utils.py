"""Helpers for training loops."""

import torch

from ..array import ndarray
from ..base import module_getattr


def clip_global_norm(arrays, max_norm, check_isfinite=True):
    """Shrink the arrays together until their norm is at most ``max_norm``."""
    norm = torch.stack([a._tensor.norm() for a in arrays]).norm()
    scale = max_norm / (norm + 1e-8)
    for array in arrays if scale < 1 else ():
        array._tensor.mul_(scale)
    return norm.item() if check_isfinite else ndarray(norm)


__getattr__ = module_getattr("gluon.utils", globals())
