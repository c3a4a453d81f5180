"""The array: a torch tensor with the methods and the manners of ``mxnet.np``."""

from contextlib import contextmanager
from functools import partial, wraps
import numbers
import re
import weakref

import numpy
from numpy.lib.mixins import NDArrayOperatorsMixin
import torch

from .base import Known, MXNetError, NotInitialized, one_of

NAMES = ("float64", "float32", "float16", "int64", "int32", "int8", "uint8", "bool")
TORCH_TYPES = {numpy.dtype(name): getattr(torch, name) for name in NAMES}
NUMPY_TYPES = {ours: theirs for theirs, ours in TORCH_TYPES.items()}


def cpu(device_id: int = 0) -> str:
    """The name of the one place where arrays are kept."""
    return f"cpu({device_id})"


def torch_type(dtype) -> torch.dtype:
    """The torch type of a NumPy type or its name; TypeError for one without."""
    found = TORCH_TYPES.get(numpy.dtype(dtype))
    if found is None:
        raise TypeError(f"dtype is {dtype!r}, expected one of {', '.join(NAMES)}")
    return found


def tensor(value):
    """The torch tensor of an array, or a number as Python's; TypeError for all else."""
    if isinstance(value, ndarray):
        return value._tensor
    if isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (numbers.Number, numpy.bool_)):
        return value.item()
    raise TypeError(f"{type(value)} given, expected an array (by np.array) or a number")


def array_of(value) -> torch.Tensor:
    """The torch tensor of an array; TypeError for a number, too."""
    if not isinstance(value, ndarray):
        raise TypeError(f"{type(value)} given, expected an array")
    return value._tensor


def mapped(function, value):
    """``function`` of a value, or of each within lists and tuples."""
    if isinstance(value, (tuple, list)):
        kind = list if isinstance(value, list) else tuple
        return kind(mapped(function, one) for one in value)
    return function(value)


def wrapped(result):
    """A tensor as an array; all else as it is."""
    return ndarray(result) if isinstance(result, torch.Tensor) else result


@contextmanager
def telling(name: str, values: list):
    """What torch refuses within becomes an MXNetError that names all shapes."""
    try:
        yield
    except (MXNetError, NotInitialized):
        raise
    except (RuntimeError, IndexError) as error:
        flat = [v for one in values for v in (one if isinstance(one, list) else [one])]
        shapes = " and ".join(str(tuple(v.shape)) for v in flat if hasattr(v, "shape"))
        reason = str(error).strip().splitlines()[0]
        raise MXNetError(f"{name} cannot take the shapes {shapes}: {reason}") from None


def operation(function):
    """Let a function that gives tensors give arrays, and store them in ``out``."""

    @wraps(function)
    def call(*args, out=None, **kwargs):
        with telling(call.__name__, [*args, *kwargs.values()]):
            result = mapped(wrapped, function(*args, **kwargs))
        if out is None:
            return result
        if result.dtype.kind == "f" and out.dtype.kind != "f":
            raise TypeError(f"an array of {out.dtype} cannot hold {result.dtype}")
        out[...] = result
        return out

    return call


def fresh(t: torch.Tensor) -> torch.Tensor:
    """A result that shares no memory with what it was made of, as in MXNet.

    While operations are recorded nothing may be written into arrays, so that they may
    share theirs.
    """
    return t if t.requires_grad else t.clone()


def _mark(leaf: torch.Tensor) -> None:
    leaf.fresh = True


def with_gradient(leaf: torch.Tensor, grad_req: str = "write") -> torch.Tensor:
    """``leaf``, whose gradient each backward pass writes (in torch it adds it up)."""
    if one_of("grad_req", grad_req, ("write", "add", "null")) == "null":
        return leaf
    this = weakref.ref(leaf.requires_grad_())
    leaf.fresh = False  # whether a gradient has come since the last step
    leaf.register_post_accumulate_grad_hook(_mark)

    def forget(_):
        this().grad = None

    if grad_req == "write":
        leaf.register_hook(forget)
    return leaf


class ndarray(Known, NDArrayOperatorsMixin):
    """An array of ``mxnet.np``; its numbers lie in a torch tensor.

    NumPy lets operators, as its own functions, call those of ``np``; most methods are
    functions of ``np``, too, which puts them here.
    """

    __slots__ = ("_tensor",)
    __hash__ = object.__hash__

    def __init__(self, tensor):
        self._tensor = tensor

    # ---- What it is ----

    shape = property(lambda self: tuple(self._tensor.shape))
    size = property(lambda self: self._tensor.numel())
    ndim = property(lambda self: self._tensor.ndim)
    dtype = property(lambda self: NUMPY_TYPES[self._tensor.dtype])
    T = property(lambda self: self.transpose())
    ctx = context = property(lambda self: cpu())

    def __len__(self):
        return len(self._tensor)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __repr__(self):
        text = re.sub(r",\s+dtype=\w+\)$|\)$", "", repr(self.asnumpy()))
        shown = self.dtype not in ("float32", "bool")
        return f"{text}, dtype={self.dtype})" if shown else f"{text})"

    def __str__(self):
        return str(self.asnumpy())

    def __format__(self, spec):
        return format(str(self) if self.ndim and not spec else self.item(), spec)

    def __array__(self, dtype=None, copy=None):
        return self.asnumpy().astype(dtype or self.dtype, copy=False)

    def __array_ufunc__(self, ufunc, method, *inputs, out=(None,), **kwargs):
        from . import np

        if method != "__call__":
            return NotImplemented
        return getattr(np, ufunc.__name__)(*inputs, out=out[0], **kwargs)

    def __array_function__(self, function, types, args, kwargs):
        from . import np

        names = vars(np.linalg if "linalg" in function.__module__ else np)
        other = partial(np._by_numpy, function.__name__, function)
        return names.get(function.__name__, other)(*args, **kwargs)

    def __bool__(self):
        return bool(self.size and self.asnumpy())  # NumPy refuses several

    def __int__(self):
        return int(self._only())

    def __float__(self):
        return float(self._only())

    def _only(self):
        if self.size != 1:
            raise TypeError("only size-1 arrays can be converted to Python scalars")
        return self._tensor.item()

    def item(self, *where):
        return self.asnumpy().item(*where)

    def tolist(self):
        return self._tensor.tolist()

    def asnumpy(self):
        return self._tensor.detach().numpy().copy()

    # ---- Parts ----

    def __getitem__(self, key):
        try:
            t = self._tensor if torch.is_grad_enabled() else self._tensor.detach()
            part = t[_index(key, t)]
        except (RuntimeError, IndexError) as error:
            raise IndexError(f"an array of shape {self.shape}: {error}") from None
        return ndarray(part if part.is_contiguous() else part.contiguous())

    def __setitem__(self, key, value):
        if torch.is_grad_enabled() and self._tensor.requires_grad:
            raise MXNetError("nothing can be written into an array that is recorded")
        if isinstance(value, (list, numpy.ndarray)):
            value = ndarray(torch.as_tensor(numpy.asarray(value)))
        new = torch.as_tensor(tensor(value))
        new = new.to(self._tensor.dtype, copy=True)  # x[1:] = x[:-1]
        with torch.no_grad(), telling("x[...] = y", [self, value]):
            self._tensor[_index(key, self._tensor)] = new

    # ---- Other types, other places ----

    def astype(self, dtype, copy=True):
        return ndarray(fresh(self._tensor.to(torch_type(dtype))))

    def copy(self):
        return ndarray(self._tensor.clone())

    __copy__ = copy

    def as_in_ctx(self, ctx=None):
        return self

    as_nd_ndarray = as_np_ndarray = as_in_ctx
    wait_to_read = lambda self: None  # noqa: E731

    # ---- Gradients ----

    def detach(self):
        return ndarray(self._tensor.detach())

    def attach_grad(self, grad_req="write"):
        """Make room for a gradient; what came before is forgotten."""
        self._tensor = with_gradient(self._tensor.detach(), grad_req)

    @property
    def grad(self):
        t = self._tensor
        if not (t.requires_grad and t.is_leaf):
            return None
        return ndarray(torch.zeros_like(t) if t.grad is None else t.grad)

    def backward(self, out_grad=None, retain_graph=False):
        """Gradients of this array's sum (weighted by ``out_grad``) in what it needs."""
        from . import autograd

        autograd.backward(self, out_grad, retain_graph)


def _index(key, t):
    """``key`` for torch: arrays as int64, steps backwards as places."""
    parts = [_plain(part) for part in (key if isinstance(key, tuple) else (key,))]
    backwards = any(isinstance(p, slice) and (p.step or 1) < 0 for p in parts)
    mixed = {numpy.ndim(p) > 0 for p in parts if isinstance(p, (int, numpy.ndarray))}
    if backwards or len(mixed) == 2:  # torch takes numbers beside arrays otherwise
        places = numpy.arange(t.numel()).reshape(t.shape)[tuple(parts)]
        return numpy.unravel_index(places, t.shape)
    return tuple(torch.as_tensor(p) if hasattr(p, "shape") else p for p in parts)


def _plain(part):
    if isinstance(part, (float, str)):
        raise IndexError(f"{part!r} names no part, expected whole numbers")
    if not isinstance(part, (ndarray, numpy.ndarray, list)):
        return part
    places = numpy.asarray(part)
    return places if places.dtype == bool else places.astype("int64")
