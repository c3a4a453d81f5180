"""What readers meet: what is missing, wrong shapes, printing, saving, modes, data."""

import re
import runpy
import subprocess
import sys

import numpy
import pytest

from tests.engine.conftest import ROOT


@pytest.fixture(scope="module")
def torch(engines):
    """The package on PyTorch."""
    return engines[1]


def dense(mx, units=3, width=2):
    net = mx.gluon.nn.Dense(units, in_units=width)
    net.initialize()
    return net


MISSING = {
    "np.medain": (lambda mx: mx.np.medain, "near to it: median"),
    "np.fft": (lambda mx: mx.np.fft, ""),
    "npx.topk": (lambda mx: mx.npx.topk, ""),
    "nd.array": (lambda mx: mx.nd.array, ""),
    "gluon.nn.Conv3D": (lambda mx: mx.gluon.nn.Conv3D, "near to it: Conv2D"),
    "gluon.loss.L3Loss": (lambda mx: mx.gluon.loss.L3Loss, "near to it: L.Loss"),
    "gluon.rnn.GRUCell": (lambda mx: mx.gluon.rnn.GRUCell, "near to it: GRU"),
    "init.Bilinear": (lambda mx: mx.init.Bilinear, ""),
    "mxnet.gpu": (lambda mx: mx.gpu, "near to it: cpu"),
    "ndarray.asscalar": (lambda mx: mx.np.ones(1).asscalar, ""),
    "Dense.export": (lambda mx: dense(mx).export, ""),
    "Trainer.save_states": (
        lambda mx: mx.gluon.Trainer([], "sgd").save_states,
        "",
    ),
}


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_says_so(torch, name):
    use, near = MISSING[name]
    with pytest.raises(AttributeError) as caught:
        use(torch)
    text = str(caught.value)
    assert text.startswith(f"{name} is not in the part of MXNet that this book has on ")
    assert re.search(near, text)
    assert not hasattr(torch.np, "__wrapped__")


WRONG = {
    "add": (lambda mx, x: x + mx.np.ones(4), "add .*(2, 3) and (4,)"),
    "dot": (lambda mx, x: mx.np.dot(x, x), "dot .*(2, 3) and (2, 3)"),
    "reshape": (lambda mx, x: x.reshape(4, 2), "reshape .*(2, 3)"),
    "concatenate": (
        lambda mx, x: mx.np.concatenate([x, mx.np.ones((2, 2))]),
        "concatenate .*(2, 3) and (2, 2)",
    ),
    "split": (lambda mx, x: mx.np.split(x, 2, axis=1), "split .*(2, 3)"),
    "squeeze": (lambda mx, x: x.squeeze(0), "squeeze .*(2, 3)"),
    "sum": (lambda mx, x: x.sum(axis=5), "sum .*(2, 3)"),
    "where": (lambda mx, x: mx.np.where(x, x, mx.np.ones(4)), "where .*(2, 3)"),
    "pick": (lambda mx, x: mx.npx.pick(x, mx.np.ones(5)), "pick .*(2, 3) and (5,)"),
    "a layer": (lambda mx, x: dense(mx)(x), "dense.* .*(2, 3) and (3, 2)"),
    "a convolution": (
        lambda mx, x: _ready(mx, mx.gluon.nn.Conv2D(1, 2, in_channels=1))(x),
        "conv2d.* .*(2, 3) and (1, 1, 2, 2)",
    ),
    "a recurrent layer": (
        lambda mx, x: _ready(mx, mx.gluon.rnn.GRU(4))(x),
        "gru.* .*(2, 3)",
    ),
    "a recurrent layer's states": (
        lambda mx, x: _ready(mx, mx.gluon.rnn.GRU(4))(
            x.reshape(1, 2, 3), [mx.np.ones((1, 2, 9))]
        ),
        "gru.* .*(1, 2, 3) and (1, 2, 9)",
    ),
    "a loss": (
        lambda mx, x: mx.gluon.loss.L2Loss()(x, mx.np.ones(4)),
        "l2loss.* .*(2, 3) and (4,)",
    ),
    "set_data": (
        lambda mx, x: dense(mx).weight.set_data(x),
        "weight.* .*(3, 2).*(2, 3)",
    ),
    "x[...] = y": (lambda mx, x: x.__setitem__(0, mx.np.ones(2)), "(2, 3) and (2,)"),
    "types": (
        lambda mx, x: mx.np.stack([x, x.astype("int32")]),
        "stack takes arrays of one type, not float32, int32",
    ),
    "whole numbers": (
        lambda mx, x: mx.np.dot(x.astype("int32"), x.T.astype("int32")),
        "floats, not int32",
    ),
    "nothing recorded": (lambda mx, x: x.backward(), "nothing to differentiate"),
}


def _ready(mx, net):
    net.initialize()
    return net


@pytest.mark.parametrize("name", WRONG)
def test_both_shapes_are_named(torch, name):
    use, pattern = WRONG[name]
    escaped = re.escape(pattern).replace(r"\.\*", ".*").replace(r"\ ", " ")
    with pytest.raises(torch.MXNetError, match=escaped):
        use(torch, torch.np.arange(6).reshape(2, 3))


REFUSED = {
    "a part that is not there": (lambda mx, x: x[5], IndexError, "(2, 3)"),
    "a part by a float": (lambda mx, x: x[1.0], IndexError, "1.0"),
    "a list": (lambda mx, x: x + [1, 2, 3], TypeError, "expected an array"),
    "a NumPy array": (lambda mx, x: numpy.ones(3) * x, TypeError, "expected an array"),
    "a number alone": (lambda mx, x: mx.npx.relu(3.0), TypeError, "expected an array"),
    "a type": (lambda mx, x: x.astype("complex64"), TypeError, "expected one of"),
    "ragged rows": (lambda mx, x: mx.np.array([[1, 2], [3]]), TypeError, "shape"),
    "the truth of many": (lambda mx, x: bool(x), ValueError, "ambiguous"),
    "many as a number": (lambda mx, x: float(x), TypeError, "size-1"),
    "the length of none": (lambda mx, x: len(x.sum()), TypeError, "0-d"),
    "an activation": (
        lambda mx, x: mx.gluon.nn.Dense(1, activation="step"),
        ValueError,
        "'step', expected one of 'relu', ",
    ),
    "an optimizer": (
        lambda mx, x: mx.gluon.Trainer([], "adamw"),
        ValueError,
        "'adamw', expected one of ",
    ),
    "a setting of an optimizer": (
        lambda mx, x: mx.gluon.Trainer([], "sgd", {"beta1": 0.9}),
        TypeError,
        "SGD has no setting ['beta1']",
    ),
    "an initializer": (
        lambda mx, x: mx.gluon.nn.Dense(1, weight_initializer="best"),
        ValueError,
        "'best', expected one of ",
    ),
    "Xavier for a vector": (
        lambda mx, x: mx.init.Xavier()((3,)),
        ValueError,
        "expected two axes",
    ),
    "parameters": (
        lambda mx, x: mx.gluon.Trainer([x], "sgd"),
        ValueError,
        "expected parameters",
    ),
    "a net not initialised": (
        lambda mx, x: mx.gluon.nn.Dense(1)(x),
        RuntimeError,
        "initialize()",
    ),
    "a place of none": (
        lambda mx, x: mx.gluon.Parameter("w").list_ctx(),
        RuntimeError,
        "has not been initialized",
    ),
    "a shape not known yet": (
        lambda mx, x: _ready(mx, mx.gluon.nn.Dense(1)).weight.data(),
        RuntimeError,
        "seen a batch",
    ),
    "no gradient": (
        lambda mx, x: _ready(
            mx, mx.gluon.nn.BatchNorm(in_channels=3)
        ).running_mean.grad(),
        RuntimeError,
        "'null'",
    ),
    "nothing to do forwards": (
        lambda mx, x: mx.gluon.Block()(x),
        NotImplementedError,
        "must define forward",
    ),
    "a schedule without a rule": (
        lambda mx, x: mx.lr_scheduler.LRScheduler()(1),
        NotImplementedError,
        "must define",
    ),
    "data of two lengths": (
        lambda mx, x: mx.gluon.data.ArrayDataset([1, 2], [1]),
        ValueError,
        "[2, 1]",
    ),
    "a rate beside a schedule": (
        lambda mx, x: mx.gluon.Trainer(
            [], "sgd", {"lr_scheduler": mx.lr_scheduler.PolyScheduler(9)}
        ).set_learning_rate(1),
        UserWarning,
        "lr_scheduler",
    ),
    "no gradient of NumPy's own": (
        lambda mx, x: _differentiated(mx, x, mx.np.pad),
        RuntimeError,
        "np.pad cannot be differentiated",
    ),
    "writing by way of NumPy": (
        lambda mx, x: mx.np.fill_diagonal(x, 0),
        ValueError,
        "read-only",
    ),
    "writing into what is recorded": (
        lambda mx, x: _written(mx, x),
        RuntimeError,
        "recorded",
    ),
}


def _differentiated(mx, x, function):
    x.attach_grad()
    with mx.autograd.record():
        return function(x, 1)


def _written(mx, x):
    x.attach_grad()
    with mx.autograd.record():
        x[0] = 1


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused(torch, name):
    use, error, text = REFUSED[name]
    with pytest.raises(error, match=re.escape(text)):
        use(torch, torch.np.arange(6).reshape(2, 3))


SHOWN = [
    "x", "x.astype('int32')", "x.astype('float64')", "x > 1", "x[0, 1]",
    "(x > 1).sum()",
    "str(x)", "f'{x[0, 1]:.2f}'", "f'{x[0]}'", "list(x[0])", "x.tolist()", "x.item(2)",
    "x.shape", "x.size", "x.ndim", "len(x)", "x.dtype", "bool(x[0, 1])", "int(x[1, 1])",
    "1.0 in x[0]", "np.unique(x)", "np.where(x > 1)", "np.array(3)", "np.zeros(2)",
    "np.full((2,), 7, dtype='int32')", "np.arange(2, 8, 2)", "np.linspace(0, 1, 3)",
    "np.eye(2)", "np.abs(-3)", "np.maximum(1, 2)", "-x", "abs(-x)", "round(x[0, 1])",
    "~(x > 1)", "(x > 1) & (x < 4)", "x.astype('int32') ^ 1", "onp.exp(x[0] * 0)",
    "onp.concatenate([x, x])", "onp.mean(x)", "x.as_in_ctx(mx.cpu()) is x",
    "x.copy() is x", "np.array([True, False])", "x.detach()", "x.grad", "np.pi",
    "np.newaxis", "np.linalg.det(np.eye(2) * 2)", "x % 2", "divide(x)",
    "np.quantile(x, 0.5)", "np.split(x, 3, axis=1)", "np.round(x / 4, 1)",
    "np.meshgrid(x[0], x[0])", "x.wait_to_read()", "added(x)", "stored(x)",
]  # fmt: skip


@pytest.mark.parametrize("code", SHOWN)
def test_it_looks_the_same(engines, code):
    texts = []
    for mx in engines:

        def added(x):
            x = x.copy()
            x += 1
            x[0, :2] = [5, 6]
            x[1] *= numpy.float64(2)
            return x

        def stored(x, mx=mx):
            out = mx.np.zeros_like(x)
            mx.np.exp(x * 0, out=out)
            return out

        names = {"np": mx.np, "mx": mx, "x": mx.np.arange(6).reshape(2, 3)}
        names |= {"onp": numpy, "added": added, "stored": stored}
        names |= {"divide": lambda x: x / 2}
        texts.append(repr(eval(code, names)))
    assert texts[0] == texts[1]


def test_random_arrays_have_the_distribution_that_they_say(torch):
    random = torch.np.random
    torch.random.seed(1)
    normal = random.normal(3, 2, size=(100, 200)).asnumpy()
    assert abs(normal.mean() - 3) < 0.05 and abs(normal.std() - 2) < 0.05
    uniform = random.uniform(-1, 3, (100, 200)).asnumpy()
    assert -1 <= uniform.min() < -0.99 and 2.99 < uniform.max() < 3
    assert random.rand(2, 3).shape == random.randn(2, 3).shape == (2, 3)
    assert random.normal().shape == ()
    assert random.normal(torch.np.zeros((4, 1)), torch.np.ones(3)).shape == (4, 3)
    whole = random.randint(2, 5, (1000,)).asnumpy()
    assert set(whole) == {2, 3, 4} and whole.dtype == "int64"
    assert set(random.randint(2, size=50).asnumpy()) == {0, 1}
    chosen = random.choice(5, 5, replace=False).asnumpy()
    assert sorted(chosen) == list(range(5))
    one = random.choice(torch.np.array([7, 8]), p=torch.np.array([0, 1]))
    assert one.item() == 8
    torch.random.seed(1)
    again = random.normal(3, 2, size=(100, 200)).asnumpy()
    assert (again == normal).all()


def test_a_net_is_printed_summed_up_and_listened_to(torch, capsys):
    nn = torch.gluon.nn
    net = nn.HybridSequential()
    net.add(nn.Dense(4, activation="relu"), nn.Dropout(0.5), nn.Dense(2))
    text = (
        "HybridSequential(\n  (0): Dense(4, activation='relu')\n"
        "  (1): Dropout(0.5)\n  (2): Dense(2)\n)"
    )
    assert repr(net) == text
    net.initialize()
    net.hybridize()
    heard = []
    handle = net[0].register_forward_hook(lambda block, x, y: heard.append(y.shape))
    net.summary(torch.np.ones((5, 3)))
    lines = capsys.readouterr().out.splitlines()
    counts = [line.split()[-1] for line in lines]
    assert counts == ["parameters", "16", "0", "10", "0", "26"]
    assert "(5, 4)" in lines[1]
    assert heard == [(5, 4)]
    handle.detach()
    net(torch.np.ones((5, 3)))
    assert heard == [(5, 4)]
    assert len(net) == 3 and [type(b).__name__ for b in net][1] == "Dropout"
    assert [type(b).__name__ for b in net[:2]] == ["Dense", "Dropout"]
    names = list(net.collect_params(".*weight"))
    assert len(names) == 2 and all(n.endswith("_weight") for n in names)
    assert "shape=(4, 3)" in repr(net[0].weight)


def test_parameters_are_saved_and_read(torch, tmp_path):
    nn, path = torch.gluon.nn, tmp_path / "net.params"
    net, other = nn.HybridSequential(), nn.HybridSequential()
    net.add(nn.Dense(4), nn.BatchNorm(), nn.Dense(2))
    other.add(nn.Dense(4), nn.BatchNorm(), nn.Dense(2))
    for one in (net, other):
        one.initialize(torch.init.Normal(1))
    x = torch.np.ones((5, 3))
    wanted = net(x).asnumpy()
    net.save_parameters(path)
    other.load_parameters(path)
    assert (other(x).asnumpy() == wanted).all()
    small = nn.HybridSequential()
    small.add(nn.Dense(4))
    with pytest.raises(AssertionError, match="has, unlike the net,.*2.weight"):
        small.load_parameters(path)
    small.load_parameters(path, ignore_extra=True)
    path.write_bytes(b"something else")
    with pytest.raises(ValueError, match="expected a file that save_parameters wrote"):
        net.load_parameters(path)


def test_parameters_are_initialised_once_unless_forced(torch):
    net = dense(torch)
    before = net.weight.data().asnumpy()
    with pytest.warns(UserWarning, match="already initialized"):
        net.initialize()
    assert (net.weight.data().asnumpy() == before).all()
    net.initialize(torch.init.One(), force_reinit=True)
    assert (net.weight.data().asnumpy() == 1).all()
    net.collect_params().setattr("grad_req", "null")
    assert net.weight.grad_req == "null" and net.weight.list_ctx() == ["cpu(0)"]
    net.cast("float64")
    assert net(torch.np.ones((1, 2), dtype="float64")).dtype == "float64"
    assert torch.gluon.nn.Dense(2, dtype="float64").weight.dtype == "float64"


def test_gradients_are_written_or_added_up(engines):
    found = []
    for mx in engines:
        net = mx.gluon.nn.Dense(1, in_units=2, use_bias=False)
        net.initialize(mx.init.One())
        x = mx.np.array([[1, 2]])
        seen = []
        for req in ("write", "write", "add", "add"):
            net.weight.grad_req = req
            with mx.autograd.record():
                y = net(x)
            y.backward()
            seen.append(net.weight.grad().asnumpy().tolist())
        net.collect_params().zero_grad()
        seen.append(net.weight.grad().asnumpy().tolist())
        found.append(seen)
    assert found[0] == found[1]
    assert found[0][3] == [[2, 4]]


def test_modes(engines):
    for mx in engines:
        ag = mx.autograd
        assert (ag.is_recording(), ag.is_training()) == (False, False)
        with ag.record():
            assert (ag.is_recording(), ag.is_training()) == (True, True)
            with ag.pause():
                assert (ag.is_recording(), ag.is_training()) == (False, False)
            with ag.predict_mode():
                assert (ag.is_recording(), ag.is_training()) == (True, False)
        with ag.record(train_mode=False):
            assert (ag.is_recording(), ag.is_training()) == (True, False)
        with ag.train_mode():
            assert (ag.is_recording(), ag.is_training()) == (False, True)
        x = mx.np.array([1.0, 2.0])
        x.attach_grad()
        with ag.record():
            y = x**3
        y.backward(mx.np.array([1.0, 10.0]))
        assert x.grad.asnumpy().tolist() == [3, 120]
        if mx is not engines[0]:  # MXNet has hardly any second derivatives
            with ag.record():
                slope = ag.grad(x**3, [x], create_graph=True)[0]
            slope.backward()
            assert x.grad.asnumpy().tolist() == [6, 12]
        with ag.record():
            y = x**2
        slope = x.grad.asnumpy().tolist()
        assert ag.grad(y, x)[0].asnumpy().tolist() == [2, 4]
        assert x.grad.asnumpy().tolist() == slope  # as it was


def test_a_trainer_wants_fresh_gradients(engines):
    for mx in engines:
        net = dense(mx)
        how = {"learning_rate": 0.5}
        trainer = mx.gluon.Trainer(net.collect_params(), "sgd", how)
        assert trainer.learning_rate == 0.5
        trainer.set_learning_rate(0.25)
        assert trainer.learning_rate == 0.25
        with mx.autograd.record():
            y = net(mx.np.ones((1, 2)))
        y.backward()
        trainer.allreduce_grads()
        trainer.step(4)
        assert net.weight.grad().asnumpy().tolist() == [[1, 1]] * 3  # as it was
        with pytest.raises(UserWarning, match="has not been updated by"):
            trainer.step(4)
        before = net.weight.data().asnumpy()
        trainer.step(4, ignore_stale_grad=True)
        assert (net.weight.data().asnumpy() == before).all()


def test_data_come_in_batches(engines):
    for mx in engines:
        data = mx.gluon.data
        X, y = mx.np.arange(10).reshape(5, 2), numpy.arange(5)
        dataset = data.ArrayDataset(X, y)
        assert len(dataset) == 5
        loader = data.DataLoader(dataset, 2)
        parts = [(a.shape, b.asnumpy().tolist()) for a, b in loader]
        assert len(loader) == 3
        assert parts == [((2, 2), [0, 1]), ((2, 2), [2, 3]), ((1, 2), [4])]
        short = data.DataLoader(dataset, 2, last_batch="discard")
        assert len(list(short)) == len(short) == 2
        shuffled = data.DataLoader(data.ArrayDataset(y), 5, shuffle=True)
        (batch,) = shuffled
        assert sorted(batch.asnumpy().tolist()) == [0, 1, 2, 3, 4]


def test_results_share_no_memory(engines):
    ways = [
        lambda a: a.reshape(3, 2), lambda a: a.T, lambda a: a[:, 0], lambda a: a[0],
        lambda a: a[0:1], lambda a: a.squeeze(), lambda a: a.flatten(),
        lambda a: a[[0, 1]], lambda a: a.astype("float32"), lambda a: a.detach(),
    ]  # fmt: skip
    found = []
    for mx in engines:
        shared = []
        for way in ways:
            a = mx.np.arange(6).reshape(2, 3)
            way(a)[:] = -1
            shared.append(bool((a.asnumpy() < 0).any()))
        found.append(shared)
    assert found[0] == found[1]


def test_values_of_a_script_outlive_training(torch):
    """Frozen parts may stay without gradients, and a block may be applied to all."""
    net = torch.gluon.nn.HybridSequential()
    net.add(torch.gluon.nn.Dense(2, in_units=2))
    seen = []
    net.apply(lambda block: seen.append(type(block).__name__))
    assert seen == ["Dense", "HybridSequential"]
    pre = net.register_forward_pre_hook(lambda block, inputs: seen.append(len(inputs)))
    net.initialize()
    net(torch.np.ones((1, 2)))
    pre.detach()
    assert seen[-1] == 1
    assert "PyTorch" in torch.__version__
    assert numpy.asarray(torch.np.arange(3)).tolist() == [0, 1, 2]


def test_a_rate_given_beside_a_schedule_becomes_its_first(engines):
    for mx in engines:
        rate = mx.lr_scheduler.FactorScheduler(5, 0.5, base_lr=0.1)
        how = {"learning_rate": 0.3, "lr_scheduler": rate}
        trainer = mx.gluon.Trainer(dense(mx).collect_params(), "sgd", how)
        assert rate.base_lr == trainer.learning_rate == 0.3


def test_a_warm_up_must_climb(engines):
    for mx in engines:
        with pytest.raises(ValueError, match="(?i)warmup|base"):
            mx.lr_scheduler.PolyScheduler(9, base_lr=0.1, warmup_begin_lr=0.2)


def test_one_hot_and_other_types(engines):
    found = []
    for mx in engines:
        places = mx.np.array([0, 2, 7], dtype="int32")
        found.append(
            [
                mx.npx.one_hot(places, 3).asnumpy().tolist(),
                mx.npx.one_hot(places, 3, 5, -1, dtype="int32").asnumpy().tolist(),
                mx.np.array(mx.np.ones(2), dtype="int32").dtype,
                mx.np.cumsum(mx.np.arange(6).reshape(2, 3)).asnumpy().tolist(),
                mx.np.cumsum(mx.np.array([1, 2]), dtype="float64").dtype,
                mx.np.take(mx.np.arange(5), mx.np.array([-1, 6]), mode="wrap").tolist(),
                mx.np.squeeze(mx.np.ones((1, 2, 1))).shape,
                float(mx.np.sqrt(4.0)),
                (mx.np.ones(2) * numpy.float32(3)).tolist(),
                mx.np.dot(mx.np.ones(2), mx.np.ones(())).tolist(),
                mx.np.where(mx.np.array([1, 0]), 2, 3).tolist(),
            ]
        )
    assert found[0] == found[1]


def test_numbers_are_printed_as_by_numpy_1():
    """NumPy 2, which comes with PyTorch, would print np.float64(1.0)."""
    code = (
        "import utils, numpy\n"
        "print(numpy.__version__[0], [numpy.float64(1), numpy.str_('a')])"
    )
    python = next(ROOT.glob(".venv-torch/bin/python"))
    run = subprocess.run(
        [python, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert run.stdout == "2 [1.0, 'a']\n"


def test_without_pytorch_one_sentence_says_what_to_do(torch, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModuleNotFoundError, match="run: make environment"):
        runpy.run_path(torch.__file__)
