"""What a curious reader tries: each snippet gives the same on MXNet and on PyTorch.

A snippet leaves what is compared in ``out``: arrays, numbers, lists of them, or texts.
``mx`` is the engine, ``np``, ``npx``, ``nn``, ``gluon`` and ``record`` are its parts.
"""

import numpy
import pytest

NET = "nn.Dense(2, in_units=2, weight_initializer=mx.init.Constant(0.5))"
STEPS = """
w = gluon.Parameter('w', shape=(2,), init=mx.init.One())
w.initialize()
tr = gluon.Trainer([w], {optimizer})
def step(times=1):
  for _ in range(times):
    with record():
      l = (w.data() * np.array([1.0, 3.0])).sum()
    l.backward()
    tr.step(1)
"""
ADAM, SGD = (
    STEPS.format(optimizer=f"'{name}', {{'learning_rate': 0.1}}")
    for name in ("adam", "sgd")
)
SAME = {
    "a batch normalisation is frozen": """
        net = nn.BatchNorm(in_channels=2)
        net.initialize()
        net.gamma.set_data(np.array([2.0, 3.0]))
        net.collect_params().setattr('grad_req', 'null')
        out = net(np.array([[1.0, 2.0], [3.0, 4.0]]))""",
    "a loss of one's own": """
        class Focal(gluon.loss.SoftmaxCrossEntropyLoss):
            def hybrid_forward(self, F, pred, label):
                return (1 - F.npx.pick(F.npx.softmax(pred), label)) ** 2
        out = Focal()(np.array([[1.0, 2.0], [3.0, 1.0]]), np.array([0, 1]))""",
    "a loss that adds to its own": """
        class Double(gluon.loss.L2Loss):
            def hybrid_forward(self, F, pred, label):
                return 2 * super().hybrid_forward(F, pred, label)
        out = Double()(np.array([1.0, 5.0]), np.array([2.0, 3.0]))""",
    "no gradient is asked for": """
        x = np.array([1.0, 2.0])
        x.attach_grad('null')
        out = x * 2""",
    "a loss from nothing": """
        class Third(gluon.loss.Loss):
            def hybrid_forward(self, F, pred, label):
                return F.np.abs(pred - label) ** 3
        out = Third(None, 0)(np.array([1.0, 5.0]), np.array([2.0, 3.0]))""",
    "a way round some layers": """
        class Around(nn.HybridSequential):
            def hybrid_forward(self, F, x):
                return x + super().hybrid_forward(F, x)
        net = Around()
        net.add(nn.Dense(2, in_units=2, weight_initializer=mx.init.Constant(0.5)))
        net.initialize()
        out = net(np.array([[1.0, 2.0]]))""",
    "a layer that adds to its own": """
        class Twice(nn.Dense):
            def hybrid_forward(self, F, x, weight, bias=None):
                return 2 * super().hybrid_forward(F, x, weight, bias)
        net = Twice(2, in_units=2, weight_initializer=mx.init.Constant(0.5))
        net.initialize()
        out = net(np.array([[1.0, 2.0]]))""",
    "thawed, Adam goes on": f"""{ADAM}
        step(2)
        w.grad_req = 'null'
        w.grad_req = 'write'
        step(2)
        out = w.data()""",
    "Adam's beta is changed": f"""{ADAM}
        step(2)
        tr.optimizer.beta1 = 0.1
        step(2)
        out = w.data()""",
    "a beta of 0": STEPS.format(optimizer="'adam', {'learning_rate': 0.1, 'beta1': 0}")
    + "        step(2)\n        out = w.data()",
    "an optimizer by itself": STEPS.format(optimizer="mx.optimizer.Adam(0.1)")
    + "        step(2)\n        out = w.data(), mx.optimizer.SGD(0.2).lr",
    "clipping at 0 is none": STEPS.format(
        optimizer="'sgd', {'learning_rate': 0.1, 'clip_gradient': 0}"
    )
    + "        step(2)\n        out = w.data()",
    "a step without a new gradient": f"""{SGD}
        step()
        other = gluon.Trainer([w], 'sgd', {{'learning_rate': 0.1}})
        try:
            other.step(1)
            out = 'moved'
        except UserWarning:
            out = 'refused'""",
    "gradients that add up, stepped twice": f"""{SGD}
        w.grad_req = 'add'
        step(2)
        try:
            tr.step(1)
            out = 'moved'
        except UserWarning:
            out = 'refused'""",
    "writing into what Flatten gives": """
        x = np.array([[1.0, 2.0]])
        h = nn.Flatten()(x)
        h[:, 0] = 9
        out = x""",
    "writing into what Dropout gives": """
        x = np.array([[1.0, 2.0]])
        h = nn.Dropout(0.3)(x)
        h *= 2
        out = x""",
    "writing into a part's copy while recording": """
        x = np.arange(4.0).reshape(2, 2)
        with record():
            z = x.reshape(4)
            z[0] = 9
        out = x, z""",
    "doubles stay doubles": """
        a = np.array([[1 / 3, 0.2], [0.1, 0.7]], dtype='float64')
        out = [np.linalg.inv(a), np.trace(a), np.diff(a)]""",
    "a type in its place": """
        out = [np.zeros((2,), 'int32'), np.ones(3, 'int64'), np.eye(2, 2, 0, 'int8')]
        """,
    "a place for new arrays": "out = np.zeros(3, ctx=mx.cpu())",
    "two doubles make one": """
        a = np.array([1 / 3, 0.2], dtype='float64')
        out = np.inner(a, a)""",
    "a ReLU by hand, at 0": """
        x = np.array([-1.0, 0.0, 1.0])
        x.attach_grad()
        with record():
            y = np.maximum(0, x) + np.minimum(1, x)
        y.backward()
        out = y, x.grad""",
    "not a number is the largest": "out = np.maximum(np.array([np.nan, 1.0]), 0)",
    "a number beside a list of places": """
        x = np.arange(24).reshape(2, 3, 4)
        out = x[0, :, [0, 1]]""",
    "moved by one in place": """
        x = np.arange(5)
        x[1:] = x[:-1]
        out = x""",
    "what is written stays when a gradient is asked for": """
        x = np.arange(3)
        part = x[0:1]
        x.attach_grad()
        part[:] = 5
        out = x""",
    "a temperature in an array": """
        out = npx.softmax(np.array([1.0, 2.0]), temperature=2.0)""",
    "NumPy's norm and more": """
        x = np.array([[1.0, 2.0], [3.0, 4.0]])
        out = [float(numpy.linalg.norm(x)), float(numpy.median(x))]""",
    "rows that fill their line": "out = repr(np.arange(30) / 7)",
    "the smallest of bytes": """
        x = np.array([[0, 1], [3, 2]], dtype='uint8')
        out = x.min(axis=1), x.max()""",
    "functions that only NumPy has": """
        x = np.array([3.0, 1.0, 2.0])
        out = np.take_along_axis(x, np.argsort(x), 0), np.count_nonzero(x > 1)""",
    "softsign": "out = nn.Activation('softsign')(np.array([-1.0, 2.0]))",
    "an initializer of one's own": """
        class Seven(mx.init.Initializer):
            def _init_weight(self, name, arr):
                arr[:] = 7
        net = nn.Dense(2, in_units=2, weight_initializer=Seven())
        net.initialize()
        out = net.weight.data()""",
    "vectors that are ready": """
        table = numpy.arange(6).reshape(3, 2)
        net = nn.Embedding(3, 2, weight_initializer=mx.init.Constant(table))
        net.initialize()
        out = net.weight.data()""",
    "data from NumPy": f"""
        net = {NET}
        net.initialize()
        net.weight.set_data(numpy.ones((2, 2), 'float32'))
        out = net.weight.data()""",
    "a row of doubles": """
        net = nn.Embedding(3, 2, 'float64', mx.init.Zero())
        net.initialize()
        out = str(net(np.array([1])).dtype)""",
    "a mean of all but the first axis": """
        out = gluon.loss.L2Loss(batch_axis=1)(np.ones((2, 3)), np.zeros((2, 3)))""",
    "heads with and without weights": """
        x = np.array([1.0, 2.0])
        x.attach_grad()
        with record():
            y, z = x * 2, x * 3
        mx.autograd.backward([y, z], [np.array([1.0, 10.0]), None])
        out = x.grad""",
    "two losses, one step between": f"""
        first, second = {NET}, {NET}
        first.initialize(), second.initialize()
        tr = gluon.Trainer(second.collect_params(), 'sgd', {{'learning_rate': 0.1}})
        x = np.array([[1.0, 2.0]])
        with record():
            h = first(x)
            one, two = second(h.detach()).sum(), second(h).sum()
        one.backward()
        tr.step(1)
        two.backward()
        out = first.weight.grad(), second.weight.data()""",
    "an import by its long name": """
        import importlib
        out = importlib.import_module(mx.__name__ + '.numpy').ones(2)""",
    "a copy of its own": """
        import copy
        x = np.array([1.0, 2.0])
        y = copy.copy(x)
        y[0] = 9
        out = x""",
}
REFUSED = {
    "a number without a place": ("np.take(np.arange(3), np.array([-1]))", "among"),
    "halves in whole numbers": (
        "x = np.array([1, 2], dtype='int32'); x /= 2",
        "cannot hold",
    ),
    "another order": ("np.ones((2, 2)).reshape(4, order='F')", "'F'"),
    "picking round the end": (
        "npx.pick(np.ones((1, 2)), np.array([3]), mode='wrap')",
        "'wrap'",
    ),
    "backward twice": (
        "x = np.ones(2); x.attach_grad()\n"
        "with record(): y = (x * x).sum()\ny.backward(); y.backward()",
        "no way backward",
    ),
    "layers in brackets": ("nn.Sequential(nn.Dense(2))", "add blocks by add"),
    "a function that F lacks": ("nn.HybridBlock._F.relu", "is not in the part"),
    "settings of an optimizer that is there": (
        "gluon.Trainer([], mx.optimizer.SGD(), {'learning_rate': 1})",
        "given by its name",
    ),
    "a kind of gradient": ("np.ones(2).attach_grad('sum')", "'sum'"),
    "another function of pairs": ("numpy.multiply.outer(np.ones(2), np.ones(2))", ""),
}


def names_of(mx) -> dict:
    mx.nn = mx.gluon.nn
    found = {"mx": mx, "np": mx.np, "npx": mx.npx, "nn": mx.gluon.nn, "numpy": numpy}
    return found | {"gluon": mx.gluon, "record": mx.autograd.record}


def plain(value):
    """Arrays as (type, numbers), so that they can be compared."""
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if hasattr(value, "asnumpy"):
        return str(value.dtype), value.asnumpy().astype("float64")
    return value


def compare(one, other) -> None:
    if isinstance(one, list):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            compare(*pair)
    elif isinstance(one, tuple):
        assert one[0] == other[0]
        tolerance = 1e-12 if one[0] == "float64" else 2e-6
        numpy.testing.assert_allclose(one[1], other[1], tolerance, tolerance)
    else:
        assert one == other or numpy.isclose(float(one), float(other), 1e-6)


@pytest.mark.parametrize("name", SAME)
def test_a_snippet_gives_the_same(engines, name):
    lines = [line.removeprefix("        ") for line in SAME[name].splitlines()]
    found = []
    for mx in engines:
        space = names_of(mx)
        exec("\n".join(lines), space)
        found.append(plain(space["out"]))
    compare(*found)


@pytest.mark.parametrize("name", REFUSED)
def test_a_snippet_is_refused(engines, name):
    code, words = REFUSED[name]
    with pytest.raises(Exception, match=words) as refused:
        exec(code, names_of(engines[1]))
    assert type(refused.value).__name__ in (
        "MXNetError", "IndexError", "TypeError", "ValueError", "AttributeError",
    )  # fmt: skip
