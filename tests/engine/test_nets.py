"""Layers and losses from the same weights: outputs, gradients, losses of 20 steps."""

import numpy
import pytest

from tests.engine.conftest import relative

OUTPUTS, GRADIENTS, LOSSES = 1e-6, 2e-6, 1e-5
RANDOM = numpy.random.default_rng(0)


def some(*shape):
    return RANDOM.normal(size=shape).astype("float32")


def whole(top, *shape):
    return RANDOM.integers(top, size=shape).astype("int32")


def net_of(*layers):
    """A maker of a sequence of layers; each is given as a function of ``nn``."""

    def make(mx):
        net = mx.gluon.nn.HybridSequential()
        net.add(*[layer(mx.gluon.nn) for layer in layers])
        return net

    return make


def recurrent(kind, *args, **kwargs):
    return lambda mx: getattr(mx.gluon.rnn, kind)(*args, **kwargs)


def with_states(kind):
    """A recurrent net that is given its first states and returns the last, too."""

    def make(mx):
        class Net(mx.gluon.Block):
            def __init__(self):
                super().__init__()
                self.layer = getattr(mx.gluon.rnn, kind)(6, bidirectional=True)

            def forward(self, x):
                states = self.layer.begin_state(x.shape[1])
                output, ends = self.layer(x, states)
                parts = [part.swapaxes(0, 1) for part in (output, *ends)]
                flat = [part.reshape(part.shape[0], -1) for part in parts]
                return mx.np.concatenate(flat, axis=1)

        return Net()

    return make


def scaled(mx):
    """A block with a parameter of its own, written for F."""

    class Scaled(mx.gluon.HybridBlock):
        def __init__(self):
            super().__init__()
            with self.name_scope():
                self.scale = self.params.get("scale", shape=(1, 5), init="ones")

        def hybrid_forward(self, F, x, scale):
            return F.npx.relu(x * scale)

    net = mx.gluon.nn.HybridSequential()
    net.add(mx.gluon.nn.Dense(5), Scaled())
    return net


PICTURES, ROWS = some(8, 3, 16, 16), some(16, 12)
NETS = {
    **{
        f"dense, {name}": (net_of(lambda nn, a=name: nn.Dense(5, activation=a)), [ROWS])
        for name in (None, "relu", "tanh", "sigmoid", "softrelu")
    },
    "dense flattens": (net_of(lambda nn: nn.Dense(5)), [some(8, 2, 3, 4)]),
    "dense, last axis": (
        net_of(lambda nn: nn.Dense(5, use_bias=False, flatten=False)),
        [some(4, 6, 7)],
    ),
    "convolution": (net_of(lambda nn: nn.Conv2D(6, 5, 2, 2)), [PICTURES]),
    "convolution, groups": (
        net_of(lambda nn: nn.Conv2D(6, 3, groups=3, activation="tanh")),
        [PICTURES],
    ),
    "convolution, dilated": (
        net_of(lambda nn: nn.Conv2D(3, (5, 1), 1, (4, 0), (2, 1), activation="relu")),
        [some(4, 3, 20, 1)],
    ),
    "transposed convolution": (
        net_of(lambda nn: nn.Conv2DTranspose(4, 4, 2, 1, use_bias=False)),
        [some(4, 3, 7, 7)],
    ),
    "batch norm of pictures": (net_of(lambda nn: nn.BatchNorm()), [PICTURES]),
    "batch norm of rows": (
        net_of(lambda nn: nn.BatchNorm(momentum=0.7, epsilon=1e-3)),
        [ROWS],
    ),
    "batch norm, last axis": (net_of(lambda nn: nn.BatchNorm(axis=-1)), [PICTURES]),
    "batch norm, not scaled": (
        net_of(
            lambda nn: nn.Dense(4, use_bias=False),  # its gradient would be 0, but for
            lambda nn: nn.BatchNorm(scale=False),  # rounding, which Adam blows up
        ),
        [ROWS],
    ),
    "layer norm": (net_of(lambda nn: nn.LayerNorm()), [some(4, 6, 7)]),
    "layer norm, axis 1": (
        net_of(lambda nn: nn.LayerNorm(axis=1, center=False)),
        [some(4, 6, 7)],
    ),
    "a small net for pictures": (
        net_of(
            lambda nn: nn.Conv2D(6, 3, padding=1, use_bias=False),
            lambda nn: nn.BatchNorm(),
            lambda nn: nn.Activation("relu"),
            lambda nn: nn.MaxPool2D(2),
            lambda nn: nn.Dense(3),
        ),
        [PICTURES],
    ),
    "max pooling of odd sizes": (
        net_of(lambda nn: nn.Conv2D(4, 3), lambda nn: nn.MaxPool2D(2)),
        [some(4, 1, 13, 13)],
    ),
    "max pooling, strides": (
        net_of(lambda nn: nn.MaxPool2D(3, 2, 1), lambda nn: nn.Dense(2)),
        [PICTURES],
    ),
    "mean pooling": (
        net_of(lambda nn: nn.AvgPool2D(2), lambda nn: nn.Dense(2)),
        [PICTURES],
    ),
    "largest of each channel": (
        net_of(
            lambda nn: nn.Conv2D(4, 3),
            lambda nn: nn.GlobalMaxPool2D(),
            lambda nn: nn.Flatten(),
        ),
        [PICTURES],
    ),
    "mean of each channel": (
        net_of(
            lambda nn: nn.Conv2D(4, 3),
            lambda nn: nn.GlobalAvgPool2D(),
            lambda nn: nn.Flatten(),
        ),
        [PICTURES],
    ),
    "leaky relu": (
        net_of(lambda nn: nn.Dense(8), lambda nn: nn.LeakyReLU(0.2)),
        [ROWS],
    ),
    "embedding": (net_of(lambda nn: nn.Embedding(9, 4)), [whole(9, 6, 5)]),
    "embedding, beyond its ends": (
        net_of(lambda nn: nn.Embedding(5, 4)),
        [numpy.array([[0, 9, -3], [4, 5, -1]], "int32")],
    ),
    "a function as a layer": (
        net_of(
            lambda nn: nn.Dense(12),
            lambda nn: nn.HybridLambda(lambda F, x: F.npx.reshape(x, (-2, 3, 2, 2))),
        ),
        [ROWS],
    ),
    "a block of one's own": (scaled, [ROWS]),
    "GRU": (recurrent("GRU", 6), [some(7, 4, 5)]),
    "GRU, both ways": (
        recurrent("GRU", 6, layout="NTC", bidirectional=True),
        [some(4, 7, 5)],
    ),
    "GRU, two layers": (recurrent("GRU", 6, num_layers=2), [some(7, 4, 5)]),
    "LSTM": (recurrent("LSTM", 6, layout="NTC"), [some(4, 7, 5)]),
    "RNN, tanh": (recurrent("RNN", 6, activation="tanh"), [some(7, 4, 5)]),
    "RNN, relu": (recurrent("RNN", 6), [some(7, 4, 5)]),
    "GRU with states": (with_states("GRU"), [some(7, 4, 5)]),
    "LSTM with states": (with_states("LSTM"), [some(7, 4, 5)]),
}


def parameters(net):
    """The net's parameters, sorted by what comes after the block's number."""
    found = net.collect_params()
    return [found[name] for name in sorted(found, key=lambda n: n.split("_", 1)[1])]


def paired(engines, make, inputs):
    """The net of both engines with the same weights, and the inputs for each."""
    nets, arrays = [], []
    for mx in engines:
        net = make(mx)
        net.initialize(mx.init.Normal(0.3))
        arrays.append([mx.np.array(x, dtype=x.dtype) for x in inputs])
        net(*arrays[-1])
        nets.append(net)
    for one, other in zip(*map(parameters, nets), strict=True):
        assert one.shape == other.shape
        assert one.name.split("_", 1)[1] == other.name.split("_", 1)[1]
        values = one.data().asnumpy()
        if one.name.endswith(("bias", "beta", "mean")):
            values = 0.1 * some(*values.shape)
        if one.name.endswith(("gamma", "var")):
            values = 1 + 0.1 * numpy.abs(some(*values.shape))
        for mx, parameter in zip(engines, (one, other), strict=True):
            parameter.set_data(mx.np.array(values))
    return nets, arrays


def outputs_and_gradients(mx, net, arrays, weights=None):
    arrays = [x.copy() for x in arrays]
    real = [x for x in arrays if x.dtype == "float32"]
    for x in real:
        x.attach_grad()
    with mx.autograd.record():
        output = net(*arrays)
        shape = output.shape
        weights = numpy.random.default_rng(1).normal(size=shape).astype("float32")
        total = (output * mx.np.array(weights)).sum()
    total.backward()
    learned = [p for p in parameters(net) if p.grad_req != "null"]
    gradients = [p.grad() for p in learned] + [x.grad for x in real]
    return output, gradients


@pytest.mark.parametrize("name", NETS)
def test_a_net_is_the_same(engines, name):
    make, inputs = NETS[name]
    nets, arrays = paired(engines, make, inputs)
    before = [net(*x).asnumpy() for net, x in zip(nets, arrays, strict=True)]
    assert relative(*before) <= OUTPUTS
    outputs, gradients = zip(
        *map(outputs_and_gradients, engines, nets, arrays), strict=True
    )
    assert outputs[0].dtype == outputs[1].dtype
    assert relative(*[o.asnumpy() for o in outputs]) <= OUTPUTS
    flat = [numpy.concatenate([g.asnumpy().ravel() for g in gs]) for gs in gradients]
    assert relative(*flat) <= GRADIENTS
    target = some(*before[0].shape)
    losses = [
        trained(mx, net, x, target, "L2Loss", 20)
        for mx, net, x in zip(engines, nets, arrays, strict=True)
    ]
    assert relative(*losses) <= LOSSES
    assert not numpy.allclose(losses[0][0], losses[0][-1], rtol=1e-3)
    after = [net(*x).asnumpy() for net, x in zip(nets, arrays, strict=True)]
    assert relative(*after) <= 1e-4  # running means and all


def trained(mx, net, arrays, target, loss, steps, optimizer="adam", **how):
    how = {"learning_rate": 0.01} | how
    trainer = mx.gluon.Trainer(net.collect_params(), optimizer, how)
    loss = getattr(mx.gluon.loss, loss)() if isinstance(loss, str) else loss(mx)
    losses = []
    for _ in range(steps):
        with mx.autograd.record():
            value = loss(net(*arrays), mx.np.array(target, dtype=target.dtype))
        value.backward()
        trainer.step(len(target))
        losses.append(float(value.mean()))
    return losses


LOSS_CASES = {
    "L1Loss": (2, some(16, 2)),
    "L2Loss": (2, some(16, 2)),
    "SoftmaxCrossEntropyLoss": (5, whole(5, 16)),
    "SigmoidBinaryCrossEntropyLoss": (1, whole(2, 16).astype("float32")),
    "labels beyond the classes": (5, whole(9, 16) - 2),
    "shares as labels": (5, numpy.abs(some(16, 5))),
    "from probabilities": (1, whole(2, 16).astype("float32")),
    "from logarithms": (5, whole(5, 16)),
    "weighted": (2, some(16, 2)),
}
LOSSES_BY_CASE = {
    "labels beyond the classes": lambda mx: mx.gluon.loss.SoftmaxCELoss(),
    "shares as labels": lambda mx: mx.gluon.loss.SoftmaxCrossEntropyLoss(
        sparse_label=False
    ),
    "from probabilities": lambda mx: (
        lambda p, y: mx.gluon.loss.SigmoidBCELoss(from_sigmoid=True)(
            mx.npx.sigmoid(p), y
        )
    ),
    "from logarithms": lambda mx: (
        lambda p, y: mx.gluon.loss.SoftmaxCrossEntropyLoss(from_logits=True)(
            mx.npx.log_softmax(p), y
        )
    ),
    "weighted": lambda mx: (
        lambda p, y: mx.gluon.loss.L2Loss(weight=3.0)(
            p, y, mx.np.arange(16).reshape(16, 1)
        )
    ),
}


@pytest.mark.parametrize("case", LOSS_CASES)
def test_a_loss_is_the_same(engines, case):
    outputs, target = LOSS_CASES[case]
    nets, arrays = paired(engines, net_of(lambda nn: nn.Dense(outputs)), [ROWS])
    loss = LOSSES_BY_CASE.get(case, case)
    losses = [
        trained(mx, net, x, target, loss, 20)
        for mx, net, x in zip(engines, nets, arrays, strict=True)
    ]
    assert relative(*losses) <= LOSSES
    shapes = [
        (getattr(mx.gluon.loss, loss)() if isinstance(loss, str) else loss(mx))(
            net(*x), mx.np.array(target, dtype=target.dtype)
        ).shape
        for mx, net, x in zip(engines, nets, arrays, strict=True)
    ]
    assert shapes == [(16,), (16,)]


def test_ctc_is_the_same(engines):
    scores = some(9, 3, 5)
    label = numpy.array([[0, 1, 1], [2, 0, 0], [3, 3, 0]], "float32")
    lengths = numpy.array([9, 6, 7], "float32"), numpy.array([3, 1, 2], "float32")
    found = []
    for mx in engines:
        x = mx.np.array(scores)
        x.attach_grad()
        others = [mx.np.array(a).as_nd_ndarray() for a in (label, *lengths)]
        with mx.autograd.record():
            losses = mx.nd.CTCLoss(
                x.as_nd_ndarray(),
                *others,
                use_data_lengths=True,
                use_label_lengths=True,
                blank_label="last",
            ).as_np_ndarray()
        losses.backward()
        found.append((losses.asnumpy(), x.grad.asnumpy()))
    assert relative(found[0][0], found[1][0]) <= OUTPUTS
    assert relative(found[0][1], found[1][1]) <= GRADIENTS


def schedule(name, **how):
    return lambda mx: getattr(mx.lr_scheduler, name)(**how)


OPTIMIZERS = {
    "adam": ("adam", {}),
    "adam, decay": ("adam", {"wd": 0.01, "beta1": 0.5, "beta2": 0.9}),
    "adam, clipped": ("adam", {"wd": 0.1, "clip_gradient": 0.05}),
    "adam, epsilon": ("adam", {"epsilon": 1e-2}),
    "sgd": ("sgd", {"learning_rate": 0.1}),
    "sgd, decay": ("sgd", {"learning_rate": 0.1, "wd": 0.01}),
    "sgd, momentum": ("sgd", {"learning_rate": 0.05, "momentum": 0.9, "wd": 0.01}),
    "sgd, clipped": ("sgd", {"learning_rate": 0.1, "clip_gradient": 0.05}),
    "rmsprop": ("rmsprop", {"wd": 0.01}),
    "adagrad": ("adagrad", {"learning_rate": 0.1, "wd": 0.01}),
}
SCHEDULES = {
    "cosine": schedule(
        "CosineScheduler", max_update=15, base_lr=0.02, final_lr=0.001, warmup_steps=5
    ),
    "cosine, by place": lambda mx: mx.lr_scheduler.CosineScheduler(15, 0.02, 0.001),
    "poly": schedule("PolyScheduler", max_update=25, base_lr=0.1, pwr=1),
    "poly, by place": lambda mx: mx.lr_scheduler.PolyScheduler(25, 0.1, 1, 0.01),
    "factor": schedule("FactorScheduler", step=5, factor=0.5, base_lr=0.1),
    "factor, floor": schedule(
        "FactorScheduler", step=2, factor=0.1, base_lr=0.1, stop_factor_lr=0.005
    ),
    "multi-factor": schedule(
        "MultiFactorScheduler", step=[4, 9], factor=0.3, base_lr=0.1
    ),
    "warm-up, constant": schedule(
        "PolyScheduler",
        max_update=30,
        base_lr=0.1,
        warmup_steps=4,
        warmup_begin_lr=0.01,
        warmup_mode="constant",
    ),
}


def small_net(nn):
    net = nn.HybridSequential()
    net.add(nn.Dense(5, activation="tanh"), nn.BatchNorm(), nn.Dense(1))
    return net


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_is_the_same(engines, name):
    optimizer, how = OPTIMIZERS[name]
    nets, arrays = paired(engines, lambda mx: small_net(mx.gluon.nn), [ROWS])
    target = some(16, 1)
    losses = [
        trained(mx, net, x, target, "L2Loss", 20, optimizer, **how)
        for mx, net, x in zip(engines, nets, arrays, strict=True)
    ]
    assert relative(*losses) <= LOSSES


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_is_the_same(engines, name):
    one, other = (SCHEDULES[name](mx) for mx in engines)
    rates = [[rate(step) for step in range(1, 60)] for rate in (one, other)]
    assert numpy.allclose(*rates, rtol=1e-12, atol=0)
    assert len(set(rates[0])) > 1
    nets, arrays = paired(engines, lambda mx: small_net(mx.gluon.nn), [ROWS])
    target = some(16, 1)
    losses = [
        trained(
            mx, net, x, target, "L2Loss", 20, "sgd",
            lr_scheduler=SCHEDULES[name](mx), learning_rate=None,
        )
        for mx, net, x in zip(engines, nets, arrays, strict=True)
    ]  # fmt: skip
    assert relative(*losses) <= LOSSES


def test_a_part_of_a_net_can_be_frozen_or_slowed(engines):
    nets, arrays = paired(engines, lambda mx: small_net(mx.gluon.nn), [ROWS])
    for net in nets:
        net[0].weight.lr_mult = 0
        net[0].bias.grad_req = "null"
        net[2].weight.wd_mult = 3
    before = [net[0].weight.data().asnumpy() for net in nets]
    target = some(16, 1)
    losses = [
        trained(mx, net, x, target, "L2Loss", 20, wd=0.01)
        for mx, net, x in zip(engines, nets, arrays, strict=True)
    ]
    assert relative(*losses) <= LOSSES
    for net, was in zip(nets, before, strict=True):
        assert (net[0].weight.data().asnumpy() == was).all()


def test_running_means_move_in_the_backward_pass(engines):
    values = numpy.linspace(0, 5, 24).reshape(8, 3).astype("float32")
    for mx in engines:
        layer = mx.gluon.nn.BatchNorm()
        layer.initialize()
        x = mx.np.array(values)
        layer(x)

        def moved(layer=layer):
            return layer.running_mean.data().asnumpy().any()

        with mx.autograd.train_mode():
            layer(x)
        assert not moved()
        with mx.autograd.record():
            output = layer(x)
        assert not moved()
        output.backward()
        mean = layer.running_mean.data().asnumpy()
        var = layer.running_var.data().asnumpy()
        assert numpy.allclose(mean, 0.1 * values.mean(axis=0))
        assert numpy.allclose(var, 0.9 + 0.1 * values.var(axis=0))


def test_dropout_and_first_weights_have_the_same_distribution(engines):
    for mx in engines:
        layer = mx.gluon.nn.Dropout(0.3)
        layer.initialize()
        x = mx.np.ones((400, 400))
        assert (layer(x).asnumpy() == 1).all()
        with mx.autograd.record():
            output = layer(x).asnumpy()
        assert abs((output > 0).mean() - 0.7) < 0.01
        assert abs(output.max() - 1 / 0.7) < 1e-6
        for kind, spread, top in (
            (mx.init.Xavier(), (6 / 500) ** 0.5 / 3**0.5, (6 / 500) ** 0.5),
            (mx.init.Xavier("gaussian", "in", 2), 0.1, None),
            (mx.init.Normal(0.05), 0.05, None),
            (mx.init.Uniform(), 0.07 / 3**0.5, 0.07),
            (mx.init.MSRAPrelu("in", 0), 0.1, None),
            (mx.init.Constant(2), 0, 2),
            (mx.init.One(), 0, 1),
            ("zeros", 0, 0),
        ):
            dense = mx.gluon.nn.Dense(300, in_units=200)
            dense.initialize(kind)
            weights = dense.weight.data().asnumpy()
            assert abs(weights.std() - spread) <= 0.02 * spread
            assert not dense.bias.data().asnumpy().any()
            if top is not None:
                assert weights.max() <= top * 1.000001
                assert weights.max() >= 0.99 * top
        for layer in (mx.gluon.nn.Conv2D(64, 5), mx.gluon.nn.Conv2DTranspose(64, 5)):
            layer.initialize(mx.init.Xavier())
            layer(mx.np.zeros((1, 32, 9, 9)))
            top = (3 / ((64 + 32) * 25 / 2)) ** 0.5
            assert 0.99 * top < layer.weight.data().asnumpy().max() <= top * 1.000001
