"""Parameters: tensors that may get their shape from the first batch."""

import warnings

import numpy
import torch

from ..array import array_of, cpu, ndarray, torch_type, with_gradient
from ..base import Known, MXNetError, NotInitialized, one_of
from ..init import Uniform, as_initializer
from ..np import array


class DeferredInitializationError(MXNetError):
    """A parameter was asked for whose shape no batch has told yet."""


class Parameter(Known):
    """A tensor with a name; a 0 in its shape waits for the first batch."""

    lr_mult = wd_mult = 1.0

    def __init__(self, name, grad_req="write", shape=None, dtype="float32", init=None):
        shape = (shape,) if isinstance(shape, int) else shape
        self.name, self.shape = name, None if shape is None else tuple(shape)
        self.dtype, self.init = dtype, as_initializer(init)
        self._tensor = self._waiting = None
        self.grad_req = grad_req

    shaped = property(lambda self: self.shape is not None and 0 not in self.shape)

    def __repr__(self):
        return f"Parameter {self.name} (shape={self.shape}, dtype={self.dtype})"

    @property
    def grad_req(self):
        return self._grad_req

    @grad_req.setter
    def grad_req(self, wanted):
        if wanted == getattr(self, "_grad_req", None):
            return
        self._grad_req = one_of("grad_req", wanted, ("write", "add", "null"))
        if self._tensor is not None:
            self._fill(self._tensor)

    def initialize(self, init=None, ctx=None, default_init=None, force_reinit=False):
        if self._tensor is not None and not force_reinit:
            warnings.warn(
                f"Parameter {self.name!r} is already initialized, ignoring. "
                f"Set force_reinit=True to re-initialize.",
                stacklevel=4,
            )
            return
        own = as_initializer(init) or self.init
        self._waiting = own or as_initializer(default_init) or Uniform()
        self._tensor = None
        if self.shaped:
            self._fill(self._waiting(self.shape))

    def _fill(self, values):
        values = values.detach().to(torch_type(self.dtype))
        self._tensor = with_gradient(values, self._grad_req)

    def tensor(self, *shape):
        """The torch tensor; ``shape`` fills in what was not known before."""
        if self._tensor is None:
            if self._waiting is None:
                raise NotInitialized(
                    f"Parameter {self.name!r} has not been initialized; call "
                    f"initialize() on its block first"
                )
            if not shape:
                raise DeferredInitializationError(
                    f"Parameter {self.name!r} has not been initialized yet: its shape "
                    f"{self.shape} is known once the net has seen a batch"
                )
            self.shape = shape
            self._fill(self._waiting(shape))
        return self._tensor

    def data(self, ctx=None):
        return ndarray(self.tensor())

    def grad(self, ctx=None):
        found = self.data().grad
        if found is None:
            raise RuntimeError(
                f"Parameter {self.name!r} has no gradient: its grad_req is "
                f"{self.grad_req!r}"
            )
        return found

    def list_ctx(self):
        if self._tensor is None and self._waiting is None:
            self.tensor()
        return [cpu()]

    def zero_grad(self):
        if self._tensor is not None and self._tensor.grad is not None:
            self._tensor.grad.zero_()

    def set_data(self, data):
        """Put ``data`` in the parameter's place; its shape must be the same."""
        values = array_of(array(data) if isinstance(data, numpy.ndarray) else data)
        known = values.shape if self.shape is None else self.shape
        filled = [own or new for own, new in zip(known, values.shape, strict=False)]
        if len(known) != values.ndim or tuple(filled) != values.shape:
            raise MXNetError(
                f"Parameter {self.name!r} has the shape {self.shape}, not that of the "
                f"data, {tuple(values.shape)}"
            )
        if self._tensor is None:
            self.shape = tuple(values.shape)
            self._fill(values.clone())
        with torch.no_grad():
            self._tensor.copy_(values)

    def cast(self, dtype):
        self.dtype = dtype
        if self._tensor is not None:
            self._fill(self._tensor)


class ParameterDict(dict):
    """Parameters by name; ``get`` makes one that is not there yet."""

    def __init__(self, prefix="", shared=None):
        super().__init__(shared or {})
        self.prefix = prefix

    def get(self, name, **how):
        name = self.prefix + name
        if name not in self:
            self[name] = Parameter(name, **how)
        return self[name]

    def initialize(self, init=None, ctx=None, verbose=False, force_reinit=False):
        for parameter in self.values():
            parameter.initialize(None, ctx, init, force_reinit)

    def zero_grad(self):
        for parameter in self.values():
            parameter.zero_grad()

    def setattr(self, name, value):
        for parameter in self.values():
            setattr(parameter, name, value)
