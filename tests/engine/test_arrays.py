"""``np``, ``npx`` and the array: values, gradients, types, shapes, what is refused."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
import numpy
import pytest

from tests.engine.conftest import relative

TYPES = ("float32", "float64", "int32", "int64", "uint8", "bool")
VALUES, GRADIENTS = 1e-6, 2e-6
RANDOM = numpy.random.default_rng(0)
X = RANDOM.normal(size=(4, 5)).astype("float32")
Y = RANDOM.normal(size=(4, 5)).astype("float32")
HALVES, OTHER_HALVES = numpy.round(2 * X) / 2, numpy.round(2 * Y) / 2
PLACES = RANDOM.integers(5, size=4).astype("int32")


def both(engines, function, *arrays):
    """What ``function(mx, *arrays)`` gives on both engines; or the errors' types."""
    found = []
    for mx in engines:
        own = [mx.np.array(a, dtype=a.dtype) for a in arrays]
        try:
            result = function(mx, *own)
            mx.npx.waitall()  # MXNet tells what went wrong when it is waited for
            found.append(result)
        except Exception as error:
            found.append(error)
    return found


def same(found) -> None:
    """Assert equal kinds, types, shapes and (nearly) values."""
    one, other = found
    if isinstance(one, (tuple, list)):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            same(pair)
        return
    assert not isinstance(one, Exception), one
    assert not isinstance(other, Exception), other
    if not hasattr(one, "asnumpy"):
        assert one == other
        return
    assert one.dtype == other.dtype
    assert one.shape == other.shape
    limit = VALUES if one.dtype == "float32" else 1e-12
    assert relative(one.asnumpy(), other.asnumpy()) <= max(limit, VALUES)


# ---- With gradients --------------------------------------------------------------

FUNCTIONS = {
    "exp log tanh": (lambda mx, a: mx.np.log(mx.np.exp(mx.np.tanh(a)) + 1), [X]),
    "sqrt square": (lambda mx, a: mx.np.sqrt(mx.np.square(a) + 1), [X]),
    "sin cos arctan": (lambda mx, a: mx.np.arctan(mx.np.sin(a) * mx.np.cos(a)), [X]),
    "abs at 0": (lambda mx, a: mx.np.abs(a), [HALVES]),
    "sign round": (lambda mx, a: mx.np.sign(a) + mx.np.round(a), [3 * X]),
    "clip at its edges": (lambda mx, a: mx.np.clip(a, -0.5, 0.5), [HALVES]),
    "powers": (lambda mx, a: a**2 + 2**a, [X]),
    "both ways": (lambda mx, a, b: (1 - a) * (2 / (b + 9)) - a / 3 + b, [X, Y]),
    "maximum, ties": (lambda mx, a, b: mx.np.maximum(a, b), [HALVES, OTHER_HALVES]),
    "maximum of zeros": (lambda mx, a: mx.np.maximum(a, -a), [0 * X]),
    "minimum, ties with a number": (lambda mx, a: mx.np.minimum(a, 0.5), [HALVES]),
    "max along an axis, ties": (lambda mx, a: a.max(axis=1), [numpy.round(X)]),
    "max of all, ties": (lambda mx, a: a.max(), [numpy.round(X)]),
    "min along axes, ties": (
        lambda mx, a: a.min(axis=(0, 1), keepdims=True),
        [numpy.round(X)],
    ),
    "sum mean": (lambda mx, a: a.sum(axis=0) * a.mean(axis=0), [X]),
    "prod": (lambda mx, a: a.prod(axis=1), [X]),
    "cumsum": (lambda mx, a: mx.np.cumsum(a, axis=1), [X]),
    "where": (lambda mx, a, b: mx.np.where(a > 0, a, b), [X, Y]),
    "comparison as a factor": (lambda mx, a: a * (a > 0), [X]),
    "whole numbers as factors": (lambda mx, a, b: a * b.reshape(-1, 1), [X, PLACES]),
    "float64 as well": (lambda mx, a, b: a + b, [X, Y.astype("float64")]),
    "repeat": (lambda mx, a: a.repeat(3, axis=0), [X]),
    "tile": (lambda mx, a: mx.np.tile(a, (2, 1)), [X]),
    "roll": (lambda mx, a: mx.np.roll(a, 2, axis=1), [X]),
    "flip": (lambda mx, a: mx.np.flip(a, 1) * a, [X]),
    "parts": (lambda mx, a: a[:, :-1] + a[:, 1:], [X]),
    "steps backwards": (lambda mx, a: a[::-1, ::-2] * a[:, ::2], [X]),
    "rows by number": (lambda mx, a, b: a[b], [X, numpy.array([1, 1, 3], "int32")]),
    "columns by list": (lambda mx, a: a[:, [0, 2, 2]], [X]),
    "by truth": (lambda mx, a: a[a > 0], [X]),
    "take": (lambda mx, a, b: mx.np.take(a, b, axis=1), [X, PLACES]),
    "joined": (lambda mx, a, b: mx.np.concatenate([a, b], axis=-1), [X, Y]),
    "stacked": (lambda mx, a, b: mx.np.stack([a, b], axis=1), [X, Y]),
    "on top": (lambda mx, a, b: mx.np.vstack([a, b]) * 2, [X, Y]),
    "side by side": (lambda mx, a, b: mx.np.hstack([a, b]) * 2, [X, Y]),
    "split": (lambda mx, a: mx.np.split(a, 2, axis=0)[1], [X]),
    "split at": (lambda mx, a: mx.np.split(a, [1, 3], axis=1)[1], [X]),
    "dot": (lambda mx, a, b: mx.np.dot(a, b.T), [X, Y]),
    "matrix product": (lambda mx, a, b: a @ b.swapaxes(0, 1), [X, Y]),
    "einsum": (lambda mx, a, b: mx.np.einsum("ij,ij->i", a, b), [X, Y]),
    "outer": (lambda mx, a, b: mx.np.outer(a[0], b[0]), [X, Y]),
    "norm": (lambda mx, a: mx.np.linalg.norm(a, axis=1), [X]),
    "shapes": (
        lambda mx, a: mx.np.expand_dims(a, 1).transpose(2, 1, 0).squeeze(1).flatten(),
        [X],
    ),
    "broadcast": (lambda mx, a: mx.np.broadcast_to(a[:1], (4, 5)), [X]),
    "diagonal": (lambda mx, a: mx.np.diag(a[:, :4]), [X]),
    "lower triangle": (lambda mx, a: mx.np.tril(a), [X]),
    "softmax": (lambda mx, a: mx.npx.softmax(a, axis=-1), [10 * X]),
    "softmax, warm": (lambda mx, a: mx.npx.softmax(a, axis=0, temperature=3.0), [X]),
    "log_softmax": (lambda mx, a: mx.npx.log_softmax(a), [X]),
    "relu at 0": (lambda mx, a: mx.npx.relu(a), [HALVES]),
    "sigmoid": (lambda mx, a: mx.npx.sigmoid(a), [X]),
    "softrelu": (lambda mx, a: mx.npx.activation(a, "softrelu"), [15 * X]),
    "pick": (lambda mx, a, b: mx.npx.pick(a, b), [X, PLACES]),
    "pick beyond the ends": (
        lambda mx, a, b: mx.npx.pick(a, b, keepdims=True),
        [X, numpy.array([-1, 7, 2, 4], "float32")],
    ),
    "batch_dot": (
        lambda mx, a, b: mx.npx.batch_dot(
            a.reshape(2, 2, 5), b.reshape(2, 2, 5), transpose_b=True
        ),
        [X, Y],
    ),
    "npx.reshape": (lambda mx, a: mx.npx.reshape(a, (-2, 5, 1)), [X]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_the_same(engines, name):
    function, arrays = FUNCTIONS[name]
    found = []
    for mx in engines:
        own = [mx.np.array(a, dtype=a.dtype) for a in arrays]
        for one in own:
            if one.dtype == "float32":
                one.attach_grad()
        with mx.autograd.record():
            result = function(mx, *own)
            weights = numpy.random.default_rng(1).normal(size=result.shape)
            total = (result * mx.np.array(weights, dtype=result.dtype)).sum()
        total.backward()
        gradients = [one.grad for one in own if one.dtype == "float32"]
        found.append((result, gradients))
    same([result for result, _ in found])
    for one, other in zip(*[gradients for _, gradients in found], strict=True):
        assert relative(one.asnumpy(), other.asnumpy()) <= GRADIENTS


@pytest.mark.parametrize(
    "function",
    [
        lambda mx, a: mx.np.where(a > 0, a, 0.1),
        lambda mx, a: a.var(axis=1),
        lambda mx, a: a.std(axis=1),
    ],
)
def test_where_mxnet_differentiates_wrongly_ours_does_not(engines, function):
    """Values are the same; the gradient is that of small differences here only."""
    _, torch = engines
    same(both(engines, function, X))
    x = torch.np.array(X.astype("float64"))
    x.attach_grad()
    with torch.autograd.record():
        total = function(torch, x).sum()
    total.backward()
    step = 1e-6 * numpy.eye(5)[:, None, :]
    for column in range(5):
        plus, minus = (
            function(torch, torch.np.array(X + sign * step[column])).asnumpy()
            for sign in (1, -1)
        )
        slope = (plus - minus) / 2e-6
        slope = slope[:, column] if slope.ndim == 2 else slope
        assert numpy.allclose(x.grad.asnumpy()[:, column], slope, atol=1e-6)


# ---- Over shapes and types -------------------------------------------------------

SAFE = {
    "float32": st.floats(-8, 8, width=32),
    "float64": st.floats(-8, 8),
    "int32": st.integers(-8, 8),
    "int64": st.integers(-8, 8),
    "uint8": st.integers(0, 8),
    "bool": st.booleans(),
}


@st.composite
def arrays(draw, types=TYPES, least=0, most=3):
    dtype = draw(st.sampled_from(types))
    shape = draw(hnp.array_shapes(min_dims=least, max_dims=most, max_side=4))
    return draw(hnp.arrays(dtype, shape, elements=SAFE[dtype]))


@st.composite
def pairs(draw, types=TYPES):
    shapes = draw(
        hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=4)
    )
    found = []
    for shape in shapes.input_shapes:
        dtype = draw(st.sampled_from(types))
        found.append(draw(hnp.arrays(dtype, shape, elements=SAFE[dtype])))
    return found


UNARY = (
    "exp log sqrt square sin cos tanh arctan abs sign floor ceil trunc negative isnan "
    "isinf isfinite log1p expm1 cbrt degrees radians reciprocal"
)
BINARY = (
    "add subtract multiply divide maximum minimum equal not_equal less less_equal "
    "greater greater_equal mod power"
)
# The same examples each time: what is red for one is red for all.
many = settings(max_examples=150, deadline=None, derandomize=True)


@many
@given(st.sampled_from(UNARY.split()), arrays())
def test_each_element(engines, name, x):
    one, other = both(engines, lambda mx, a: getattr(mx.np, name)(a), x)
    if isinstance(one, Exception):  # MXNet cannot, for truth values
        return
    if x.dtype.kind in "iu" and name in ("log", "reciprocal"):
        return  # of 0: nothing that whole numbers can hold
    same([one, other])


@many
@given(st.sampled_from(BINARY.split()), pairs())
def test_two_arrays(engines, name, two):
    if name == "power":
        two = [numpy.abs(two[0].astype("float32")), two[1].astype("float32")]
    if name == "mod":  # of a remainder the last digit may decide
        two = [numpy.round(two[0].astype("float32")), two[1].astype("float32")]
        two[1] = numpy.round(numpy.abs(two[1])) + 1
    one, other = both(engines, lambda mx, a, b: getattr(mx.np, name)(a, b), *two)
    if isinstance(one, Exception):  # two types that MXNet does not take together
        return
    same([one, other])


@many
@given(
    st.sampled_from(["+", "-", "*", "/", "**", "<", ">=", "==", "r-", "r/"]),
    arrays(),
    st.one_of(st.integers(-3, 3), st.sampled_from([0.5, -1.5, 2.0, True])),
)
def test_an_array_and_a_number(engines, sign, x, number):
    def compute(mx, a):
        names = {"a": a, "number": number}
        code = f"number {sign[1]} a" if sign[0] == "r" else f"a {sign} number"
        return eval(code, {}, names)

    one, other = both(engines, compute, x)
    if isinstance(one, Exception):
        return
    if x.dtype.kind in "iub" and (sign in ("**", "r/") or x.dtype == "bool"):
        assert one.dtype == other.dtype  # the values overflow, or divide by 0
        return
    same([one, other])


@many
@given(
    st.sampled_from(["sum", "mean", "max", "min", "prod", "std", "var"]),
    arrays(types=("float32", "float64", "int32", "int64"), least=1),
    st.data(),
)
def test_along_axes(engines, name, x, data):
    axis = data.draw(
        st.one_of(st.none(), st.integers(-x.ndim, x.ndim - 1)), label="axis"
    )
    keepdims = data.draw(st.booleans(), label="keepdims")
    if x.dtype.kind == "i" and name in ("std", "var"):
        x = x.astype("float32")
    one, other = both(
        engines, lambda mx, a: getattr(a, name)(axis=axis, keepdims=keepdims), x
    )
    assert one.dtype == other.dtype
    assert one.shape == other.shape
    scale = max(1, float(numpy.abs(x.astype("float64")).max()))
    difference = one.asnumpy().astype("float64") - other.asnumpy()
    assert numpy.abs(difference).max() <= 1e-5 * scale ** (3 if name == "prod" else 1)


@many
@given(arrays(least=1), st.data())
def test_parts(engines, x, data):
    key = data.draw(hnp.basic_indices(x.shape, allow_newaxis=True), label="key")
    one, other = both(engines, lambda mx, a: a[key], x)
    if isinstance(one, Exception):  # MXNet has no part of length 0
        return
    same([one, other])


@many
@given(arrays(types=("float32", "int32"), least=2, most=3), st.data())
def test_shapes(engines, x, data):
    axes = data.draw(st.permutations(range(x.ndim)), label="axes")
    new = data.draw(st.sampled_from([(-1,), (x.shape[0], -1), (1, *x.shape)]))
    axis = data.draw(st.integers(0, x.ndim - 1), label="axis")

    def compute(mx, a):
        return [
            a.transpose(*axes),
            a.T,
            a.reshape(new),
            a.reshape(*new),
            mx.np.expand_dims(a, axis),
            a.repeat(2, axis=axis),
            mx.np.flip(a, axis),
            mx.np.roll(a, 1, axis),
            mx.np.swapaxes(a, 0, axis),
            mx.np.moveaxis(a, 0, axis),
            mx.np.stack([a, a], axis),
            mx.np.concatenate([a, a], axis),
            a.argmax(axis),
            mx.np.sort(a, axis),
            mx.np.zeros_like(a),
            mx.np.ones_like(a),
            mx.np.full_like(a, 3),
        ]

    same(both(engines, compute, x))
