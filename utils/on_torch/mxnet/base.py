"""The array: a torch tensor with the methods and the manners of ``mxnet.np``.

And what all of this package shares: its errors, and how torch's functions are called.
"""

import difflib
from functools import partial, wraps
import re
from types import ModuleType
import weakref

import numpy
from numpy.lib.mixins import NDArrayOperatorsMixin
import torch

NAMES = ("float64", "float32", "float16", "int64", "int32", "int8", "uint8", "bool")
NUMPY_TYPES = {getattr(torch, name): numpy.dtype(name) for name in NAMES}


class MXNetError(RuntimeError):
    """An operation cannot take what it was given."""


class Known:
    """What says in one sentence which attribute it has not."""

    __slots__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        owner = getattr(self, "__name__", type(self).__name__)
        owner = owner.rpartition("on_torch.")[2].removeprefix("mxnet.")
        near = [known for known in dir(self) if known[0] != "_"]
        found = difflib.get_close_matches(name, near, 3, 0.6)
        hint = f"; near to it: {', '.join(found)}" if found else ""
        here = "is not in the part of MXNet that this book has on PyTorch"
        raise AttributeError(f"{owner}.{name} {here}{hint}")


class Part(Known, ModuleType):
    """A module, or what is used like one."""


def one_of(name: str, value, choices, error=ValueError):
    """``value``, if it is among ``choices``; an error otherwise."""
    if value not in choices:
        listed = ", ".join(map(repr, choices))
        raise error(f"{name} is {value!r}, expected one of {listed}")
    return value


def cpu(device_id: int = 0) -> str:
    """The name of the one place where arrays are kept."""
    return f"cpu({device_id})"


def torch_type(dtype) -> torch.dtype:
    """The torch type of a NumPy type or its name; TypeError for one without."""
    return getattr(torch, one_of("dtype", numpy.dtype(dtype).name, NAMES, TypeError))


def mapped(function, value):
    """``function`` of a value, or of each within lists and tuples."""
    if isinstance(value, (tuple, list)):
        kind = list if isinstance(value, list) else tuple
        return kind(mapped(function, one) for one in value)
    return function(value)


def plain(value):
    """The torch tensor of an array; all else as it is."""
    return value._tensor if isinstance(value, ndarray) else value


def wrapped(result):
    """A tensor as an array; all else as it is."""
    return ndarray(result) if isinstance(result, torch.Tensor) else result


def called(name, function, args, kwargs=None, beside=()):
    """What a function of tensors gives, as arrays.

    What torch refuses becomes an error that names all shapes, those ``beside``, too.
    """
    named = {key: mapped(plain, value) for key, value in (kwargs or {}).items()}
    try:
        return mapped(wrapped, function(*mapped(plain, args), **named))
    except MXNetError:
        raise
    except (RuntimeError, IndexError, TypeError, AttributeError) as error:
        given = [*args, *named.values(), *beside]
        flat = [v for one in given for v in (one if isinstance(one, list) else [one])]
        reason = str(error).strip().splitlines()[0]
        if isinstance(error, (TypeError, AttributeError)):
            kinds = ", ".join(type(v).__name__ for v in flat)
            message = f"{name} cannot take {kinds}, expected an array: {reason}"
            raise TypeError(message) from None
        shapes = " and ".join(str(tuple(v.shape)) for v in flat if hasattr(v, "shape"))
        raise MXNetError(f"{name} cannot take the shapes {shapes}: {reason}") from None


def operation(function):
    """Let a function of tensors take and give arrays, and store them in ``out``."""

    @wraps(function)
    def call(*args, out=None, **kwargs):
        result = called(call.__name__, function, args, kwargs)
        if out is None:
            return result
        if result.dtype.kind == "f" and out.dtype.kind != "f":
            raise TypeError(f"an array of {out.dtype} cannot hold {result.dtype}")
        out[...] = result
        return out

    return call


def picked(names, words):
    """Those of ``names`` that the words tell, where ``a=b`` is b under the name a."""
    pairs = [(word.split("=")[0], word.split("=")[-1]) for word in words.split()]
    return {ours: names[theirs] for ours, theirs in pairs}


def define(kind, functions, into):
    """Operations of one kind, which is called with the name and the function first."""
    for name, function in functions.items():
        into[name] = operation(partial(kind, name, function))
        into[name].__name__, into[name].__doc__ = name, function.__doc__


def fresh(t: torch.Tensor) -> torch.Tensor:
    """A result that shares no memory with what it was made of, as in MXNet.

    While operations are recorded nothing may be written into arrays, so that they may
    share theirs.
    """
    return t if t.requires_grad else t.clone()


def with_gradient(leaf: torch.Tensor, grad_req: str = "write") -> torch.Tensor:
    """``leaf``, whose gradient each backward pass writes (in torch it adds it up)."""
    if one_of("grad_req", grad_req, ("write", "add", "null")) == "null":
        return leaf
    this = weakref.ref(leaf.requires_grad_())
    leaf.fresh = False  # whether a gradient has come since the last step
    leaf.register_post_accumulate_grad_hook(lambda leaf: setattr(leaf, "fresh", True))
    if grad_req == "write":
        leaf.register_hook(lambda _: setattr(this(), "grad", None))
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
        t = self._tensor if torch.is_grad_enabled() else self._tensor.detach()
        try:
            return ndarray(t[_index(mapped(plain, key), t)].contiguous())
        except (RuntimeError, IndexError) as error:
            raise IndexError(f"an array of shape {self.shape}: {error}") from None

    def __setitem__(self, key, value):
        if torch.is_grad_enabled() and self._tensor.requires_grad:
            raise MXNetError("nothing can be written into an array that is recorded")
        called("x[...] = y", _store, (self, key, value))

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


def _store(t, key, value):
    value = torch.as_tensor(numpy.asarray(value) if isinstance(value, list) else value)
    with torch.no_grad():
        t[_index(key, t)] = value.to(t.dtype, copy=True)  # x[1:] = x[:-1]


def _index(key, t):
    """``key`` for torch: arrays as int64, steps backwards as places."""
    parts = [_places(part) for part in (key if isinstance(key, tuple) else (key,))]
    backwards = any(isinstance(p, slice) and (p.step or 1) < 0 for p in parts)
    mixed = {numpy.ndim(p) > 0 for p in parts if isinstance(p, (int, numpy.ndarray))}
    if backwards or len(mixed) == 2:  # torch takes numbers beside arrays otherwise
        places = numpy.arange(t.numel()).reshape(t.shape)[tuple(parts)]
        return numpy.unravel_index(places, t.shape)
    return tuple(torch.as_tensor(p) if hasattr(p, "shape") else p for p in parts)


def _places(part):
    if isinstance(part, (float, str)):
        raise IndexError(f"{part!r} names no part, expected whole numbers")
    if not isinstance(part, (torch.Tensor, numpy.ndarray, list)):
        return part
    places = numpy.asarray(part)
    return places if places.dtype == bool else places.astype("int64")
