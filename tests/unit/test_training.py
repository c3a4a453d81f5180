"""Batches, train, evaluate, predict and accuracy, on problems small enough to check."""

from utils import Batches, accuracy, evaluate, predict, set_seed, train
from mxnet import gluon, init, npx
from mxnet import np as mxnp
import numpy
import pytest

npx.set_np()


@pytest.fixture
def line():
    """Twenty points on y = 2x + 1, exactly."""
    X = numpy.linspace(-1, 1, 20).reshape(-1, 1)
    return X, 2 * X + 1


def linear_net(lr=0.1, optimizer="sgd"):
    set_seed(0)
    net = gluon.nn.Dense(1)
    net.initialize(init.Normal(0.1))
    return net, gluon.Trainer(net.collect_params(), optimizer, {"learning_rate": lr})


# ---- Batches -----------------------------------------------------------------


def test_batches_hold_every_example_once_and_x_stays_with_y():
    data = Batches(numpy.arange(10.0), numpy.arange(10) * 10, batch_size=4)
    assert len(data) == 3
    parts = [(X.asnumpy(), y.asnumpy()) for X, y in data]
    assert [len(y) for _, y in parts] == [4, 4, 2]
    X = numpy.concatenate([X for X, _ in parts])
    y = numpy.concatenate([y for _, y in parts])
    assert sorted(X) == list(range(10))
    assert (y == X * 10).all()


def test_batches_are_shuffled_anew_each_epoch_and_repeat_with_the_seed():
    X = numpy.arange(100.0)

    def epochs():
        data = Batches(X, X, batch_size=100, seed=5)
        return [next(iter(data))[0].asnumpy().tolist() for _ in range(2)]

    first, second = epochs()
    assert first != second != X.tolist()
    assert epochs() == [first, second]


def test_batches_in_order():
    data = Batches(numpy.arange(5), numpy.arange(5), batch_size=2, shuffle=False)
    assert [y.asnumpy().tolist() for _, y in data] == [[0, 1], [2, 3], [4]]


def test_batches_of_several_inputs_and_of_mxnet_arrays():
    data = Batches((mxnp.ones((4, 2)), numpy.zeros(4)), numpy.arange(4), batch_size=4)
    (a, b), y = next(iter(data))
    assert a.shape == (4, 2) and b.shape == y.shape == (4,)
    assert a.dtype == b.dtype == numpy.float32


@pytest.mark.parametrize(
    ("X", "y", "batch_size", "message"),
    [
        ([1.0, 2.0], [1.0], 2, r"X has \[2\] examples and y 1"),
        ([], [], 2, "at least 1"),
        ([1.0], [1.0], 0, "batch_size is 0"),
        ([1.0], [1.0], 2.5, "batch_size is 2.5"),
    ],
)
def test_batches_of_nonsense(X, y, batch_size, message):
    with pytest.raises(ValueError, match=message):
        Batches(X, y, batch_size)


# ---- train -------------------------------------------------------------------


def test_training_finds_the_line_and_says_how_it_went(line):
    net, trainer = linear_net()
    loss = gluon.loss.L2Loss()
    data = Batches(*line, batch_size=5)
    history = train(net, data, loss, trainer, 60, held_out=data)
    assert list(history) == ["loss", "held_out_loss"]
    assert history.index.tolist() == list(range(1, 61))
    assert history.loss.iloc[-1] < 1e-4 < history.loss.iloc[0]
    assert abs(float(net.weight.data()[0, 0]) - 2) < 0.02
    assert abs(float(net.bias.data()[0]) - 1) < 0.02


def test_first_epoch_is_that_of_a_loop_written_by_hand(line):
    """One full batch: the loss before the step, and one step of gradient descent."""
    net, trainer = linear_net(lr=0.1)
    w, b = 0.0, 0.0
    net(mxnp.zeros((1, 1)))
    net.weight.set_data(mxnp.zeros((1, 1)))
    X, y = line
    data = Batches(X, y, batch_size=20)
    history = train(net, data, gluon.loss.L2Loss(), trainer, 1)
    error = w * X + b - y
    assert history.loss[1] == pytest.approx((error**2 / 2).mean(), rel=1e-5)
    w, b = w - 0.1 * (error * X).mean(), b - 0.1 * error.mean()
    assert float(net.weight.data()[0, 0]) == pytest.approx(w, rel=1e-5)
    assert float(net.bias.data()[0]) == pytest.approx(b, rel=1e-5)


def test_metrics_see_all_examples_of_an_epoch(line):
    net, trainer = linear_net()
    sizes = []

    def worst(y, output):
        sizes.append(y.shape)
        return numpy.abs(y - output).max()

    data = Batches(*line, batch_size=6)
    history = train(
        net, data, gluon.loss.L2Loss(), trainer, 2,
        held_out=data, metrics={"worst": worst},
    )  # fmt: skip
    assert list(history) == ["loss", "worst", "held_out_loss", "held_out_worst"]
    assert set(sizes) == {(20, 1)} and len(sizes) == 4


def test_any_optimizer_and_several_inputs(line):
    class Sum(gluon.Block):
        def __init__(self):
            super().__init__()
            self.dense = gluon.nn.Dense(1)

        def forward(self, a, b):
            return self.dense(a + b)

    set_seed(0)
    net = Sum()
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1})
    X, y = line
    data = Batches((X / 2, X / 2), y, batch_size=20)
    history = train(net, data, gluon.loss.L1Loss(), trainer, 80)
    assert history.loss.iloc[-1] < 0.05
    assert predict(net, (X / 2, X / 2)).shape == (20, 1)


def test_early_stopping_puts_the_best_epoch_back(line):
    """Held-out data that ask for the opposite slope get worse as training goes on."""
    X, y = line
    net, trainer = linear_net()
    held_out = Batches(X, -2 * X + 1, batch_size=20)
    loss = gluon.loss.L2Loss()
    history = train(
        net, Batches(X, y, 5), loss, trainer, 100, held_out=held_out, patience=3
    )
    assert len(history) < 100
    best = history.held_out_loss.min()
    assert history.held_out_loss.idxmin() == len(history) - 3
    assert evaluate(net, held_out, loss)["loss"] == pytest.approx(best, rel=1e-6)


def test_without_a_turn_early_stopping_runs_to_the_end(line):
    net, trainer = linear_net()
    data = Batches(*line, batch_size=5)
    history = train(
        net, data, gluon.loss.L2Loss(), trainer, 5, held_out=data, patience=3
    )
    assert len(history) == 5


def test_a_loss_that_explodes_stops_with_advice(line):
    net, trainer = linear_net(lr=1e20)
    with pytest.raises(FloatingPointError, match="smaller learning rate than 1e\\+20"):
        train(net, Batches(*line, 5), gluon.loss.L2Loss(), trainer, 50)


@pytest.mark.parametrize("num_epochs", [0, -1, 2.5, True])
def test_a_number_of_epochs_that_is_none(line, num_epochs):
    net, trainer = linear_net()
    with pytest.raises(ValueError, match="num_epochs is"):
        train(net, Batches(*line, 5), gluon.loss.L2Loss(), trainer, num_epochs)


@pytest.mark.parametrize("patience", [0, 3])
def test_patience_wants_held_out_data_and_at_least_one_epoch(line, patience):
    net, trainer = linear_net()
    data = Batches(*line, 5)
    held_out = data if patience == 0 else None
    with pytest.raises(ValueError, match="patience is"):
        train(
            net, data, gluon.loss.L2Loss(), trainer, 5,
            held_out=held_out, patience=patience,
        )  # fmt: skip


def test_a_loss_that_is_no_number_an_example(line):
    net, trainer = linear_net()
    with pytest.raises(ValueError, match=r"loss has shape \(\) for a batch of 5"):
        train(net, Batches(*line, 5), lambda a, b: ((a - b) ** 2).mean(), trainer, 1)


def test_data_without_batches():
    net, trainer = linear_net()
    with pytest.raises(ValueError, match="no batches"):
        train(net, [], gluon.loss.L2Loss(), trainer, 1)


# ---- evaluate, predict, accuracy ----------------------------------------------


def test_evaluate_changes_nothing_and_turns_dropout_off(line):
    set_seed(0)
    net = gluon.nn.Sequential()
    net.add(gluon.nn.Dense(50), gluon.nn.Dropout(0.5), gluon.nn.Dense(1))
    net.initialize()
    data = Batches(*line, batch_size=7)
    first = evaluate(net, data, gluon.loss.L2Loss())
    assert evaluate(net, data, gluon.loss.L2Loss())["loss"] == pytest.approx(
        first["loss"]
    )


def test_predictions_come_in_order_whatever_the_batch_size(line):
    net, _ = linear_net()
    X, _ = line
    assert numpy.allclose(predict(net, X), predict(net, X, batch_size=3))
    assert numpy.allclose(predict(net, X)[4:5], predict(net, X[4:5]))


def test_accuracy():
    logits = numpy.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]])
    assert accuracy(numpy.array([1, 0, 0]), logits) == pytest.approx(2 / 3)


@pytest.mark.parametrize("y_shape", [(3, 1), (2,)])
def test_accuracy_of_other_shapes(y_shape):
    with pytest.raises(ValueError, match="y has shape"):
        accuracy(numpy.zeros(y_shape), numpy.zeros((3, 2)))
