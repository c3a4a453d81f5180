"""NumPy's functions, on arrays that can be differentiated."""

from math import e, inf, nan, pi  # noqa: F401

import numpy
import torch

from . import np_random as random  # noqa: F401
from .array import array_of, fresh, ndarray, operation, tensor, torch_type
from .base import Known, MXNetError, module_getattr, one_of

_names, _words, newaxis = globals(), str.split, None
for _name in _words("bool_ float16 float32 float64 int8 int32 int64 uint8 finfo"):
    _names[_name] = getattr(numpy, _name)


def _named(name, function):
    """``function`` of tensors as the function ``name`` of this module."""
    function.__name__ = name
    _names[name] = operation(function)


def _is_tensor(value) -> bool:
    return isinstance(value, torch.Tensor)


def _is_whole(t) -> bool:
    return _is_tensor(t) and not t.is_floating_point() and t.dtype != torch.bool


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


def _maker(function):
    """NumPy's own; its arrays are float32 unless another type is given."""

    def make(*args, dtype="float32", ctx=None, **kwargs):
        if len(args) > 1 and isinstance(args[-1], (str, type, numpy.dtype)):
            *args, dtype = args
        return array(function(*args, **kwargs), dtype or "float32")

    make.__doc__ = function.__doc__
    return make


for _name in _words("zeros ones empty full arange linspace logspace eye identity tri"):
    _names[_name] = _maker(getattr(numpy, _name))


def _maker_like(name):
    def make(a, *value, dtype=None):
        return _names[name](a.shape, *value, dtype=dtype or a.dtype)

    return make


for _name in ("zeros", "ones", "full"):
    _names[f"{_name}_like"] = _maker_like(_name)


# ---- Element by element ----------------------------------------------------------


def _each(name, function):
    """A function of each element; whole numbers stay whole, as in MXNet."""

    def call(x):
        value = tensor(x)
        if not _is_tensor(value):
            return getattr(numpy, name)(x)
        result = function(value)
        shortened = _is_whole(value) and result.is_floating_point()
        return result.to(value.dtype) if shortened else result

    _named(name, call)


_EACH = {
    "absolute": torch.abs, "invert": torch.bitwise_not, "rint": torch.round,
    "bitwise_not": torch.bitwise_not, "negative": torch.neg, "fix": torch.trunc,
    "cbrt": lambda t: t.sign() * t.abs() ** (1 / 3),
    "degrees": torch.rad2deg, "radians": torch.deg2rad,
}  # fmt: skip
_SAME_NAME = _words(
    "abs sign square reciprocal exp expm1 log log2 log10 log1p sqrt sin cos tan arcsin "
    "arccos arctan sinh cosh tanh arcsinh arccosh arctanh floor ceil trunc isnan isinf "
    "isfinite logical_not"
)
for _name in _SAME_NAME:
    _EACH[_name] = getattr(torch, _name)
for _name, _function in _EACH.items():
    _each(_name, _function)


@operation
def round(x, decimals=0):
    """The nearest number with so many decimals; halves go to the even one."""
    t = array_of(x)
    return t.clone() if _is_whole(t) else t.round(decimals=decimals)


@operation
def clip(a, a_min, a_max):
    """``a`` with what lies beyond a limit put on it."""
    t = array_of(a)
    low, high = (v if v is None else tensor(v) for v in (a_min, a_max))
    return t.clamp(low, high).to(t.dtype)


# ---- Two arrays, element by element ----------------------------------------------


def _matched(a, b, truth=False):
    """Two tensors of one type; a number takes the array's, as in MXNet.

    Arithmetic of truth values and numbers is done in int64.
    """
    both = [v for v in (a, b) if _is_tensor(v)]
    dtype = torch.promote_types(both[0].dtype, both[-1].dtype)
    if dtype == torch.bool and len(both) == 1 and not truth:
        dtype = torch.int64
    return tuple(torch.as_tensor(v).to(dtype) for v in (a, b))


def _pairwise(name, function, match=_matched):
    def call(x1, x2):
        if name in ("maximum", "minimum") and not isinstance(x1, ndarray):
            x1, x2 = x2, x1  # at a tie with a number the array has the gradient
        a, b = tensor(x1), tensor(x2)
        if not _is_tensor(a) and not _is_tensor(b):
            return getattr(numpy, name)(x1, x2)
        return function(*match(a, b))

    _named(name, call)


def _for_division(a, b):
    real = [v.float() if _is_tensor(v) and not v.is_floating_point() else v
            for v in (a, b)]  # fmt: skip
    a, b = _matched(*real)
    return a, b.expand(a.shape) if b.ndim == 0 else b  # else torch takes 1 / b times a


def _power(a, b):
    return (a.double() ** b.double()).to(a.dtype) if _is_whole(a) else a**b


_PAIRS = {
    "add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "power": _power,
    "mod": torch.remainder, "remainder": torch.remainder, "hypot": torch.hypot,
    "arctan2": torch.arctan2, "copysign": torch.copysign,
    # of equals, the first has the gradient
    "maximum": lambda a, b: torch.where((a >= b) | a.isnan(), a, b),
    "minimum": lambda a, b: torch.where((a <= b) | a.isnan(), a, b),
}  # fmt: skip
_COMPARED = _words(
    "equal not_equal less less_equal greater greater_equal bitwise_and bitwise_or "
    "bitwise_xor"
)
for _name, _function in _PAIRS.items():
    _pairwise(_name, _function)
for _name in _COMPARED:
    _function = torch.eq if _name == "equal" else getattr(torch, _name)
    _pairwise(_name, _function, lambda a, b: _matched(a, b, True))
for _name in ("divide", "true_divide"):
    _pairwise(_name, torch.div, _for_division)


@operation
def where(condition, x=None, y=None):
    """``x`` where the condition is true, else ``y``; alone, the places of the true."""
    if x is None and y is None:
        return nonzero(condition)  # noqa: F821
    x, y = tensor(x), tensor(y)
    if not _is_tensor(x) and not _is_tensor(y):
        x, y = torch.tensor(float(x)), float(y)
    return torch.where(array_of(condition).bool(), *_matched(x, y, True))


# ---- Along axes ------------------------------------------------------------------


def _along(name, function):
    """A function that makes one number of many, along one axis, several or all."""

    def call(a, axis=None, dtype=None, keepdims=False, **more):
        t = array_of(a)
        t = t if dtype is None else t.to(torch_type(dtype))
        axes = tuple(range(t.ndim)) if axis is None else axis
        return function(t, axes, keepdims, **more) if axes != () else t

    _named(name, call)


def _real(t):
    return t if t.is_floating_point() else t.float()


def _sum(t, axis, keepdims):
    return t.sum(
        axis, keepdims, dtype=torch.int64 if t.dtype == torch.bool else t.dtype
    )


def _max(t, axis, keepdims):
    """The largest; each of several that are largest gets the whole gradient."""
    top = t.detach().amax(axis, keepdim=True)
    if t.requires_grad and torch.is_grad_enabled():
        top = top + ((t - t.detach()) * (t == top)).sum(axis, keepdim=True)
    return top if keepdims else top.squeeze(axis)


def _min(t, axis, keepdims):
    negative = torch.logical_not if t.dtype == torch.bool else torch.neg
    return negative(_max(negative(t), axis, keepdims))


def _prod(t, axis, keepdims):
    for place in sorted([axis] if isinstance(axis, int) else axis, reverse=True):
        t = t.prod(place, keepdims, dtype=t.dtype)
    return t


def _var(t, axis, keepdims, ddof=0):
    return _real(t).var(axis, correction=ddof, keepdim=keepdims).to(t.dtype)


def _std(t, *how, **more):
    return _var(_real(t), *how, **more).sqrt().to(t.dtype)


def _place_of(name):
    def first(t, axis, keepdims):
        place = None if isinstance(axis, tuple) else axis
        return getattr(t, name)(place, keepdims)

    return first


_ALONG = {
    "var": _var, "std": _std, "argmax": _place_of("argmax"),
    "argmin": _place_of("argmin"),
    "sum": _sum, "max": _max, "min": _min, "prod": _prod,
    "mean": lambda t, *how: _real(t).mean(*how),
    "any": lambda t, *how: (t != 0).any(*how),
    "all": lambda t, *how: (t != 0).all(*how),
}  # fmt: skip
for _name, _function in _ALONG.items():
    _along(_name, _function)


@operation
def cumsum(a, axis=None, dtype=None):
    """Sums of all that comes before and the element itself."""
    t, place = (array_of(a).ravel(), 0) if axis is None else (array_of(a), axis)
    kept = torch.int64 if t.dtype == torch.bool else t.dtype
    return t.cumsum(place, dtype=torch_type(dtype) if dtype else kept)


# ---- Products --------------------------------------------------------------------


def _factors(*arrays):
    for a in arrays:
        if not array_of(a).is_floating_point():
            raise MXNetError(f"products of matrices need floats, not {a.dtype}")
    return [a._tensor for a in arrays]


@operation
def dot(a, b):
    """Sums of products over the last axis of ``a`` and the last but one of ``b``."""
    a, b = _factors(a, b)
    if not a.ndim * b.ndim:
        return a * b
    return torch.tensordot(a, b, ([-1], [b.ndim - 2])) if b.ndim > 2 else a @ b


@operation
def matmul(a, b):
    """The matrix product of the last two axes."""
    return torch.matmul(*_factors(a, b))


@operation
def einsum(subscripts, *operands):
    """Sums of products in Einstein's notation."""
    return torch.einsum(subscripts, *_factors(*operands))


def outer(a, b):
    """All products of an element of ``a`` and one of ``b``."""
    return a.reshape(-1, 1) * b.reshape(1, -1)


# ---- Shapes ----------------------------------------------------------------------


def _laid_out(name, function):
    """An operation whose result holds the same numbers in other places."""

    def call(a, *args, **kwargs):
        return fresh(function(array_of(a), *args, **kwargs))

    _named(name, call)


def _one_tuple(given):
    return tuple(given[0] if given and isinstance(given[0], (tuple, list)) else given)


def _reshape(t, *shape, newshape=None, order="C"):
    one_of("order", order, ("C",))
    return t.reshape(_one_tuple(shape if newshape is None else (newshape,)))


def _transpose(t, *axes):
    return t.permute(_one_tuple(axes) or tuple(range(t.ndim))[::-1])


def _squeeze(t, axis=None):
    if axis is not None and t.shape[axis] != 1:
        raise RuntimeError(f"axis {axis} has {t.shape[axis]} elements, not one")
    return t.squeeze() if axis is None else t.squeeze(axis)


_LAID_OUT = {
    "reshape": _reshape, "transpose": _transpose, "squeeze": _squeeze,
    "expand_dims": lambda t, axis: t.unsqueeze(axis),
    "swapaxes": lambda t, axis1, axis2: t.swapaxes(axis1, axis2),
    "moveaxis": lambda t, source, destination: t.movedim(source, destination),
    "ravel": lambda t, order="C": t.ravel(),
    "broadcast_to": lambda t, shape: t.broadcast_to(shape),
    "flip": lambda t, axis=None: t.flip(tuple(range(t.ndim)) if axis is None else axis),
    "roll": lambda t, shift, axis=None: t.roll(shift, axis),
    "repeat": lambda t, repeats, axis=None: t.repeat_interleave(repeats, axis),
    "tile": lambda t, reps: t.tile(_one_tuple((reps,))),
    "diag": lambda t, k=0: t.diag(k),
    "tril": lambda t, k=0: t.tril(k),
    "sort": lambda t, axis=-1: t.sort(dim=axis, stable=True).values,
}  # fmt: skip
for _name, _function in _LAID_OUT.items():
    _laid_out(_name, _function)


def _joined(name, function):
    def call(seq, axis=0):
        parts = [array_of(one) for one in seq]
        if len({t.dtype for t in parts}) > 1:
            kinds = ", ".join(str(one.dtype) for one in seq)
            raise MXNetError(f"{name} takes arrays of one type, not {kinds}")
        return function(parts, axis)

    _named(name, call)


_joined("concatenate", torch.cat)
_joined("stack", torch.stack)
_joined("vstack", lambda parts, _: torch.vstack(parts))
_joined("hstack", lambda parts, _: torch.hstack(parts))


@operation
def split(ary, indices_or_sections, axis=0):
    """Parts of equal length, or those that end at the places in a list."""
    t, parts = array_of(ary), indices_or_sections
    if isinstance(parts, int) and t.shape[axis] % parts:
        raise RuntimeError(f"{t.shape[axis]} elements cannot be cut into {parts} parts")
    cut = parts if isinstance(parts, int) else tuple(parts)
    return [fresh(part) for part in t.tensor_split(cut, axis)]


@operation
def take(a, indices, axis=None, mode="raise"):
    """The elements at ``indices``; one beyond an end raises, is the end's, or wraps."""
    t = array_of(a)
    t, axis = (t.ravel(), 0) if axis is None else (t, axis % t.ndim)
    places = torch.as_tensor(tensor(indices)).long()
    if mode == "raise" and ((places < 0) | (places >= t.shape[axis])).any():
        raise IndexError(f"an index is not among 0 to {t.shape[axis] - 1}")
    if mode == "wrap":
        places = places % t.shape[axis]
    rows = t.index_select(axis, places.clamp(0, t.shape[axis] - 1).ravel())
    return rows.reshape(*t.shape[:axis], *places.shape, *t.shape[axis + 1 :])


# ---- What NumPy itself does, without gradients -----------------------------------


def _by_numpy(name, function):
    def plain(value):
        if isinstance(value, (tuple, list)):
            return type(value)(map(plain, value))
        if not isinstance(value, ndarray):
            return value
        if torch.is_grad_enabled() and value._tensor.requires_grad:
            raise MXNetError(f"np.{name} cannot be differentiated here")
        return value.asnumpy()

    def ours(value, double):
        if isinstance(value, (tuple, list)):
            kind = list if isinstance(value, list) else tuple
            return kind(ours(one, double) for one in value)
        if not double and getattr(value, "dtype", None) == "float64":
            return array(value, "float32")  # NumPy's own type, not ours
        return array(value) if hasattr(value, "dtype") else value

    def doubles(value):
        if isinstance(value, (tuple, list)):
            return True in map(doubles, value)
        return isinstance(value, ndarray) and value.dtype == "float64"

    def call(*args, **kwargs):
        double = doubles([*args, *kwargs.values()])
        args, kwargs = plain(args), {k: plain(v) for k, v in kwargs.items()}
        return ours(function(*args, **kwargs), double)

    call.__doc__ = function.__doc__
    return call


_BY_NUMPY = _words(
    "allclose append argsort array_equal array_split average bincount broadcast_arrays "
    "column_stack copy corrcoef cov delete diagonal diff dstack flatnonzero fliplr "
    "histogram inner insert isclose meshgrid nan_to_num ndim nonzero pad percentile "
    "quantile rot90 shape size tensordot trace triu unique vdot"
)
for _name in _BY_NUMPY:
    _names[_name] = _by_numpy(_name, getattr(numpy, _name))


class linalg(Known):
    """``np.linalg``; of it, only ``norm`` can be differentiated."""


linalg = linalg()
for _name in _words("inv solve det eigh cholesky pinv svd slogdet lstsq"):
    setattr(linalg, _name, _by_numpy(f"linalg.{_name}", getattr(numpy.linalg, _name)))
linalg.norm = operation(
    lambda x, *how, **more: torch.linalg.norm(array_of(x), *how, **more)
)


# ---- The same as operators and methods of an array -------------------------------

_OPERATORS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide",
    "pow": "power", "mod": "mod", "matmul": "matmul", "and": "bitwise_and",
    "or": "bitwise_or", "xor": "bitwise_xor",
}  # fmt: skip
_SPECIAL = {
    "eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal",
    "gt": "greater", "ge": "greater_equal", "abs": "abs", "round": "round",
    "invert": "invert",
}  # fmt: skip
_METHODS = _words(
    "sum mean max min prod any all var std argmax argmin cumsum argsort round clip dot "
    "reshape transpose swapaxes squeeze repeat take split broadcast_to diag tile "
    "nonzero"
)


def _add_operator(name, function):
    def in_place(self, other):
        result = function(self, other)
        if result.dtype.kind == "f" and self.dtype.kind != "f":
            raise TypeError(f"an array of {self.dtype} cannot hold {result.dtype}")
        self[...] = result
        return self

    setattr(ndarray, f"__{name}__", function)
    setattr(ndarray, f"__r{name}__", lambda self, other: function(other, self))
    setattr(ndarray, f"__i{name}__", in_place)


for _name, _function in _OPERATORS.items():
    _add_operator(_name, _names[_function])
for _name, _function in _SPECIAL.items():
    setattr(ndarray, f"__{_name}__", _names[_function])
for _name in _METHODS:
    setattr(ndarray, _name, _names[_name])
ndarray.flatten, ndarray.__neg__ = ravel, lambda self: -1 * self  # noqa: F821

__getattr__ = module_getattr("np", _names)
