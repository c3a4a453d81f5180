"""NumPy's functions, on arrays that can be differentiated.

What torch can differentiate stands here; all else that NumPy has is NumPy's own.
"""

from functools import partial
import numbers

import numpy
import torch

from .. import base
from ..base import define, fresh, mapped, ndarray, operation, picked, torch_type
from . import random  # noqa: F401

_names, newaxis = globals(), None


def _is_whole(t) -> bool:
    return not t.is_floating_point() and t.dtype != torch.bool


def _real(t):
    return t if t.is_floating_point() else t.float()


def _counted(t):
    """The type of sums: that of ``t``, but truth values are counted."""
    return torch.int64 if t.dtype == torch.bool else t.dtype


# ---- New arrays ------------------------------------------------------------------


def array(object, dtype=None, ctx=None):
    """A new array; lists and numbers become float32 unless another type is given."""
    if isinstance(object, ndarray):
        return object.copy() if dtype is None else object.astype(dtype)
    dtype = dtype or getattr(object, "dtype", numpy.float32)
    torch_type(dtype)  # raises for a type that is not here
    try:
        return ndarray(torch.from_numpy(numpy.array(object, dtype, order="C")))
    except ValueError as error:  # rows of different lengths
        raise TypeError(str(error)) from None


def _made(name, function, *args, dtype="float32", ctx=None, **kwargs):
    """NumPy's own; its arrays are float32 unless another type is given."""
    if len(args) > 1 and isinstance(args[-1], (str, type, numpy.dtype)):
        *args, dtype = args
    return array(function(*args, **kwargs), dtype or "float32")


_makers = "zeros ones empty full arange linspace logspace eye identity tri"
define(_made, picked(vars(numpy), _makers), _names)

# ---- Element by element ----------------------------------------------------------


def _each(name, function, x, *args, **kwargs):
    """A function of each element; whole numbers stay whole, as in MXNet."""
    if isinstance(x, numbers.Number):
        return getattr(numpy, name)(x, *args, **kwargs)
    result = function(x, *args, **kwargs)
    shortened = _is_whole(x) and result.is_floating_point()
    return result.to(x.dtype) if shortened else result


_own = {
    "cbrt": lambda t: t.sign() * t.abs() ** (1 / 3),
    "clip": lambda t, a_min, a_max: t.clamp(a_min, a_max),
    "round": lambda t, decimals=0: t.round(decimals=0 if _is_whole(t) else decimals),
}
_functions = (
    "abs absolute sign negative square reciprocal exp expm1 log log2 log10 log1p sqrt "
    "sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh floor "
    "ceil trunc fix rint=round isnan isinf isfinite logical_not invert=bitwise_not "
    "bitwise_not degrees=rad2deg radians=deg2rad"
)
define(_each, _own | picked(vars(torch), _functions), _names)

# ---- Two arrays, element by element ----------------------------------------------


def _matched(*values, truth=False):
    """Tensors of one type; a number takes the arrays', as in MXNet.

    Arithmetic of truth values and numbers is done in int64.
    """
    types = [v.dtype for v in values if isinstance(v, torch.Tensor)] or [torch.float32]
    dtype = torch.promote_types(types[0], types[-1])
    if dtype == torch.bool and len(types) == 1 and not truth:
        dtype = torch.int64
    number = partial(torch.full, (), dtype=torch.float64)
    return [(v if isinstance(v, torch.Tensor) else number(v)).to(dtype) for v in values]


def _for_division(a, b):
    a, b = _matched(*(_real(v) if isinstance(v, torch.Tensor) else v for v in (a, b)))
    return a, b.expand(a.shape) if b.ndim == 0 else b  # else torch takes 1 / b times a


def _pairwise(match, name, function, a, b):
    if isinstance(a, numbers.Number) and isinstance(b, numbers.Number):
        return getattr(numpy, name)(a, b)
    if name in ("maximum", "minimum") and not isinstance(a, torch.Tensor):
        a, b = b, a  # at a tie with a number the array has the gradient
    return function(*match(a, b))


def _power(a, b):
    return (a.double() ** b.double()).to(a.dtype) if _is_whole(a) else a**b


_own = {
    "power": _power,
    # of equals, the first has the gradient
    "maximum": lambda a, b: torch.where((a >= b) | a.isnan(), a, b),
    "minimum": lambda a, b: torch.where((a <= b) | a.isnan(), a, b),
}
_functions = "add subtract multiply mod=remainder remainder hypot arctan2 copysign"
define(partial(_pairwise, _matched), _own | picked(vars(torch), _functions), _names)
_functions = "divide true_divide"
define(partial(_pairwise, _for_division), picked(vars(torch), _functions), _names)
_functions = (
    "equal=eq not_equal less less_equal greater greater_equal bitwise_and bitwise_or "
    "bitwise_xor"
)
_as_given = partial(_matched, truth=True)
define(partial(_pairwise, _as_given), picked(vars(torch), _functions), _names)


@operation
def where(condition, x=None, y=None):
    """``x`` where the condition is true, else ``y``; alone, the places of the true."""
    if x is None and y is None:
        return condition.nonzero(as_tuple=True)
    return torch.where(condition.bool(), *_as_given(x, y))


# ---- Along axes ------------------------------------------------------------------


def _along(name, function, t, axis=None, dtype=None, keepdims=False, **more):
    """A function that makes one number of many, along one axis, several or all."""
    t = t if dtype is None else t.to(torch_type(dtype))
    axes = tuple(range(t.ndim)) if axis is None else axis
    return function(t, axes, keepdims, **more) if axes != () else t


def _extreme(function, t, axis, keepdims):
    """The largest or smallest; each of several equals gets the whole gradient."""
    top = function(t.detach(), axis, keepdim=True)
    if t.requires_grad and torch.is_grad_enabled():
        top = top + ((t - t.detach()) * (t == top)).sum(axis, keepdim=True)
    return top if keepdims else top.squeeze(axis)


def _place(function, t, axis, keepdims):
    return function(t, None if isinstance(axis, tuple) else axis, keepdims)


def _prod(t, axis, keepdims):
    for place in sorted([axis] if isinstance(axis, int) else axis, reverse=True):
        t = t.prod(place, keepdims, dtype=t.dtype)
    return t


def _var(t, axis, keepdims, ddof=0):
    return _real(t).var(axis, correction=ddof, keepdim=keepdims).to(t.dtype)


_own = {
    "sum": lambda t, *how: t.sum(*how, dtype=_counted(t)),
    "mean": lambda t, *how: _real(t).mean(*how),
    "any": lambda t, *how: (t != 0).any(*how),
    "all": lambda t, *how: (t != 0).all(*how),
    "var": _var,
    "std": lambda t, *how, **more: _var(_real(t), *how, **more).sqrt().to(t.dtype),
    "prod": _prod,
    "max": partial(_extreme, torch.amax),
    "min": partial(_extreme, torch.amin),
    "argmax": partial(_place, torch.argmax),
    "argmin": partial(_place, torch.argmin),
}
define(_along, _own, _names)


# ---- Products --------------------------------------------------------------------


def _product(name, function, *factors):
    for t in factors:
        if isinstance(t, torch.Tensor) and not t.is_floating_point():
            kind = ndarray(t).dtype
            raise base.MXNetError(f"products of matrices need floats, not {kind}")
    return function(*factors)


def _dot(a, b):
    if not a.ndim * b.ndim:
        return a * b
    return torch.tensordot(a, b, ([-1], [b.ndim - 2])) if b.ndim > 2 else a @ b


_own = {"dot": _dot, "outer": lambda a, b: torch.outer(a.ravel(), b.ravel())}
define(_product, _own | picked(vars(torch), "matmul einsum"), _names)

# ---- Shapes ----------------------------------------------------------------------


def _laid_out(name, function, t, *args, **kwargs):
    """An operation whose result holds the same numbers in other places."""
    return fresh(function(t, *args, **kwargs))


def _one_tuple(given):
    return tuple(given[0] if given and isinstance(given[0], (tuple, list)) else given)


def _reshape(t, *shape, newshape=None, order="C"):
    base.one_of("order", order, ("C",))
    return t.reshape(_one_tuple(shape if newshape is None else (newshape,)))


def _transpose(t, *axes):
    return t.permute(_one_tuple(axes) or tuple(range(t.ndim))[::-1])


def _cumsum(t, axis=None, dtype=None):
    dtype = torch_type(dtype) if dtype else _counted(t)
    return (t.ravel() if axis is None else t).cumsum(axis or 0, dtype=dtype)


def _squeeze(t, axis=None):
    if axis is not None and t.shape[axis] != 1:
        raise RuntimeError(f"axis {axis} has {t.shape[axis]} elements, not one")
    return t.squeeze() if axis is None else t.squeeze(axis)


_own = {
    "reshape": _reshape,
    "transpose": _transpose,
    "squeeze": _squeeze,
    "cumsum": _cumsum,
    "ravel": lambda t, order="C": t.ravel(),
    "flip": lambda t, axis=None: t.flip(tuple(range(t.ndim)) if axis is None else axis),
    "roll": lambda t, shift, axis=None: t.roll(shift, axis),
    "repeat": lambda t, repeats, axis=None: t.repeat_interleave(repeats, axis),
    "tile": lambda t, reps: t.tile(_one_tuple((reps,))),
    "diag": lambda t, k=0: t.diag(k),
    "tril": lambda t, k=0: t.tril(k),
    "sort": lambda t, axis=-1: t.sort(dim=axis, stable=True).values,
}
_functions = "expand_dims=unsqueeze swapaxes moveaxis broadcast_to"
define(_laid_out, _own | picked(vars(torch), _functions), _names)


def _joined(name, function, parts, *axis, **how):
    if len({t.dtype for t in parts}) > 1:
        kinds = ", ".join(str(ndarray(t).dtype) for t in parts)
        raise base.MXNetError(f"{name} takes arrays of one type, not {kinds}")
    return function(parts, *axis, **how)


define(_joined, picked(vars(torch), "concatenate stack vstack hstack"), _names)


@operation
def split(ary, indices_or_sections, axis=0):
    """Parts of equal length, or those that end at the places in a list."""
    size, cut = ary.shape[axis], indices_or_sections
    if isinstance(cut, int) and size % cut:
        raise RuntimeError(f"{size} elements cannot be cut into {cut} parts")
    return [fresh(part) for part in ary.tensor_split(cut, axis)]


@operation
def take(a, indices, axis=None, mode="raise"):
    """The elements at ``indices``; one beyond an end raises, is the end's, or wraps."""
    t, axis = (a.ravel(), 0) if axis is None else (a, axis % a.ndim)
    places, size = torch.as_tensor(indices).long(), t.shape[axis]
    if mode == "raise" and ((places < 0) | (places >= size)).any():
        raise IndexError(f"an index is not among 0 to {size - 1}")
    places = places % size if mode == "wrap" else places.clamp(0, size - 1)
    return t[(slice(None),) * axis + (places,)]


# ---- What NumPy itself does, without gradients -----------------------------------


def _by_numpy(name, function, *args, **kwargs):
    """What NumPy gives; float64 comes only from float64, as in MXNet."""
    doubles = [numpy.dtype("float64") == kwargs.get("dtype", "float32")]

    def lent(value):
        if not isinstance(value, torch.Tensor):
            return value
        recorded = torch.is_grad_enabled() and value.requires_grad
        if recorded and not name.endswith("_like"):
            raise base.MXNetError(f"np.{name} cannot be differentiated here")
        value = value.detach().numpy()
        value.flags.writeable = False  # what would change it has to say so
        doubles.append(value.dtype == "float64")
        return value

    def ours(value):
        if not hasattr(value, "dtype"):
            return value
        short = value.dtype == "float64" and True not in doubles
        return array(value, "float32" if short else value.dtype)

    kwargs = {key: mapped(lent, value) for key, value in kwargs.items()}
    return mapped(ours, function(*mapped(lent, args), **kwargs))


def _complete(ours, theirs):
    """Add what NumPy has and ``ours`` has not: functions, types, constants."""
    others = {n: v for n, v in vars(theirs).items() if n[0] != "_" and n not in ours}
    ours |= {n: v for n, v in others.items() if isinstance(v, (type, float))}
    functions = {n: v for n, v in others.items() if callable(v) and n not in ours}
    define(_by_numpy, functions, ours)


linalg = base.Part("np.linalg")  # of it, only norm can be differentiated
define(_laid_out, {"norm": torch.linalg.norm}, vars(linalg))
_complete(_names, numpy)
_complete(vars(linalg), numpy.linalg)

# ---- The same as methods of an array ---------------------------------------------

_methods = (
    "sum mean max min prod any all var std argmax argmin cumsum argsort round clip dot "
    "reshape transpose swapaxes squeeze repeat take split broadcast_to diag tile "
    "nonzero flatten=ravel __round__=round"
)
for _name, _function in picked(_names, _methods).items():
    setattr(ndarray, _name, _function)
ndarray.__neg__ = lambda self: -1 * self
