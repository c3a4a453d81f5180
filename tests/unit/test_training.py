"""Batches, train, evaluate, predict and accuracy, on problems small enough to check."""

from utils import Batches, accuracy, engine, evaluate, predict, set_seed, train
import mxnet
from mxnet import gluon, init, npx
from mxnet import np as mxnp
import numpy
import pandas as pd
import pytest
import scipy.sparse

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


NUMBERS = numpy.arange(8.0).reshape(4, 2)
TABLE = pd.DataFrame(NUMBERS, columns=["a", "b"], index=[5, 6, 7, 8])


@pytest.mark.parametrize(
    "X",
    [
        NUMBERS.tolist(),
        NUMBERS.astype(object),
        NUMBERS.astype("float16"),
        mxnp.array(NUMBERS, dtype="float64"),
        mxnet.nd.array(NUMBERS) if engine() == "mxnet" else mxnp.array(NUMBERS),
        TABLE,
        TABLE.astype({"a": "int64"}),
        TABLE.astype({"a": "Int64", "b": "Float32"}),
    ],
)
def test_numbers_in_whatever_holds_them_become_float32(X):
    (batch, y), *_ = Batches(X, TABLE["a"], batch_size=4, shuffle=False)
    assert batch.dtype == y.dtype == numpy.float32
    assert batch.asnumpy().tolist() == NUMBERS.tolist()
    assert y.asnumpy().tolist() == [0, 2, 4, 6]


def test_truth_values_become_float32_also_beside_numbers():
    X = TABLE.assign(a=TABLE["a"] > 2)
    (batch, y), *_ = Batches(X, mxnp.array([0, 1, 1, 0]) > 0, 4, shuffle=False)
    assert batch.dtype == y.dtype == numpy.float32
    assert batch.asnumpy().tolist() == [[0, 1], [0, 3], [1, 5], [1, 7]]
    assert y.asnumpy().tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("given", "kept"), [("int32", "int32"), ("uint8", "uint8"), ("uint16", "int64")]
)
def test_whole_numbers_stay_whole(given, kept):
    (X, _), *_ = Batches(NUMBERS.astype(given), NUMBERS, 4, shuffle=False)
    assert X.dtype == kept and X.asnumpy().tolist() == NUMBERS.tolist()


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (NUMBERS.astype(str), "X holds <U32 such as 0.0, expected numbers"),
        (NUMBERS.astype(complex), "X holds complex128"),
        (NUMBERS.astype("datetime64[s]"), "X holds datetime64"),
        (TABLE.assign(a="x"), r"X holds 'x' \(a str\) in column 'a'"),
        (TABLE.assign(a=pd.array([1, None, 2, 3])), r"X holds <NA> .* in column 'a'"),
        (pd.Series(list("abcd")), r"X holds 'a' \(a str\) at \[0\]"),
        (scipy.sparse.csr_matrix(NUMBERS), "X is a sparse csr_matrix.*X.toarray"),
        (None, "X is a NoneType, expected an array of numbers"),
        ({"a": NUMBERS}, "X is a dict, expected an array of numbers"),
        ((row for row in NUMBERS), "X is a generator, expected an array"),
        (object(), "X is an object, expected an array of numbers"),
        ((NUMBERS, list("abcd")), r"X\[1\] holds <U1 such as a"),
    ],
)
def test_what_holds_no_numbers_is_refused(X, message):
    with pytest.raises(TypeError, match=message):
        Batches(X, NUMBERS, 2)
    with pytest.raises(TypeError, match=message):
        predict(linear_net()[0], X)


def changed(place, value):
    values = NUMBERS.copy()
    values[place] = value
    return values


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (changed((2, 1), numpy.nan), r"X holds nan at \[2, 1\], expected .*finite"),
        (mxnp.array(changed((2, 1), numpy.inf), "float32"), r"X holds inf at \[2, 1\]"),
        (changed((0, 1), -1e300), r"X holds -inf at \[0, 1\]"),
        ((NUMBERS, changed(3, numpy.nan)), r"X\[1\] holds nan at \[3, 0\]"),
        (numpy.ma.masked_greater(NUMBERS, 3), "X has masked elements"),
        ([[1, 2], [3], [4], [5]], "X has rows of different lengths"),
        (3.0, "X is one number, expected an array"),
        ((), "X is an empty tuple"),
        (NUMBERS[:0], r"X has \[0\] examples"),
        ((NUMBERS, NUMBERS[:3]), r"X has \[4, 3\] examples"),
    ],
)
def test_numbers_that_no_net_can_use_are_refused(X, message):
    with pytest.raises(ValueError, match=message):
        Batches(X, NUMBERS, 2)
    with pytest.raises(ValueError, match=message):
        predict(linear_net()[0], X)


@pytest.mark.parametrize(
    ("error", "message", "how"),
    [
        (ValueError, "y holds nan at", {"y": changed((0, 0), numpy.nan)}),
        (ValueError, "y is one number", {"y": 1}),
        (TypeError, "y holds <U1 such as a", {"y": list("abcd")}),
        (ValueError, "batch_size is '2', expected a whole number", {"batch_size": "2"}),
        (TypeError, "shuffle is 7, expected True or False", {"shuffle": 7}),
        (ValueError, "seed is 'a', expected a whole number", {"seed": "a"}),
        (ValueError, "seed is -1, expected at least 0", {"seed": -1}),
    ],
)
def test_other_arguments_of_batches(error, message, how):
    with pytest.raises(error, match=message):
        Batches(**{"X": NUMBERS, "y": NUMBERS, "batch_size": 2, **how})


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


def test_training_goes_on_where_only_one_epoch_is_asked_of_a_generator(line):
    net, trainer = linear_net()
    once = (batch for batch in Batches(*line, 5))
    assert len(train(net, once, gluon.loss.L2Loss(), trainer, 1)) == 1


def test_batches_of_numpy_and_pandas_are_taken(line):
    net, trainer = linear_net()
    X, y = line
    data = [(pd.DataFrame(X), pd.DataFrame(y)), (X, y)]
    history = train(net, data, gluon.loss.L2Loss(), trainer, 30)
    assert history["loss"].iloc[-1] < 0.05


@pytest.mark.parametrize(
    ("error", "message", "how"),
    [
        (TypeError, "train_iter is an int, expected batches", {"train_iter": 3}),
        (TypeError, "train_iter is a NoneType", {"train_iter": None}),
        (TypeError, r"train_iter yields an array of shape", {"train_iter": NUMBERS}),
        (TypeError, "train_iter yields a dict", {"train_iter": [{"X": NUMBERS}]}),
        (TypeError, r"expected pairs \(X, y\)", {"train_iter": [(NUMBERS,) * 3]}),
        (ValueError, "train_iter is a generator, .* used up after one epoch of 2",
         {"train_iter": (batch for batch in [])}),
        (ValueError, "held_out is a map, .* used up", {"held_out": map(tuple, [])}),
        (ValueError, "held_out gave no batches", {"held_out": []}),
        (TypeError, r"loss is the class L2Loss, expected L2Loss\(...\)",
         {"loss": gluon.loss.L2Loss}),
        (TypeError, "loss is a NoneType", {"loss": None}),
        (TypeError, "loss gives a float, expected an", {"loss": lambda o, y: 1.0}),
        (TypeError, "loss gives an array .*, expected an MXNet array",
         {"loss": lambda o, y: numpy.ones(len(y))}),
        (TypeError, "net is a str", {"net": "net"}),
        (TypeError, "trainer is a str, expected a gluon.Trainer", {"trainer": "sgd"}),
        (ValueError, "patience is '3'", {"patience": "3", "held_out": []}),
        (ValueError, "patience is 2.5", {"patience": 2.5, "held_out": []}),
        (TypeError, "metrics is <function", {"metrics": accuracy}),
        (TypeError, "metrics is {'a': 3}", {"metrics": {"a": 3}}),
        (ValueError, "a metric has the name 'loss'", {"metrics": {"loss": accuracy}}),
        (TypeError, "metric 'a' is None, expected a number",
         {"metrics": {"a": lambda y, o: None}}),
        (TypeError, "metric 'a' is array.*, expected a number",
         {"metrics": {"a": lambda y, o: o}}),
        (TypeError, "metric 'a' is 'good'", {"metrics": {"a": lambda y, o: "good"}}),
    ],
)  # fmt: skip
def test_arguments_that_make_no_sense(line, error, message, how):
    net, trainer = linear_net()
    good = {
        "net": net,
        "train_iter": Batches(*line, 5),
        "loss": gluon.loss.L2Loss(),
        "trainer": trainer,
        "num_epochs": 2,
    }
    with pytest.raises(error, match=message):
        train(**good | how)


def test_a_trainer_of_another_net_is_refused_before_anything_changes(line):
    net, _ = linear_net()
    other, trainer = linear_net()
    data, loss = Batches(*line, 5), gluon.loss.L2Loss()
    before = evaluate(net, data, loss)["loss"]
    evaluate(other, data, loss)
    with pytest.raises(ValueError, match="trainer holds none of net's parameters"):
        train(net, data, loss, trainer, 3)
    assert evaluate(net, data, loss)["loss"] == pytest.approx(before)


def test_a_trainer_with_parameters_that_the_net_does_not_use(line):
    net, _ = linear_net()
    other, _ = linear_net()
    data, loss = Batches(*line, 5), gluon.loss.L2Loss()
    both = {}
    for one in (net, other):
        evaluate(one, data, loss)
        both |= one.collect_params()
    trainer = gluon.Trainer(both, "sgd", {"learning_rate": 0.1})
    with pytest.raises(ValueError, match="trainer holds a parameter that the loss"):
        train(net, data, loss, trainer, 3)


def test_part_of_a_net_may_be_trained(line):
    net = gluon.nn.Sequential()
    net.add(gluon.nn.Dense(3), gluon.nn.Dense(1))
    net.initialize()
    data, loss = Batches(*line, 5), gluon.loss.L2Loss()
    evaluate(net, data, loss)
    kept = net[0].weight.data().asnumpy()
    trainer = gluon.Trainer(net[1].collect_params(), "sgd", {"learning_rate": 0.1})
    history = train(net, data, loss, trainer, 20)
    assert history["loss"].iloc[-1] < history["loss"].iloc[0]
    assert (net[0].weight.data().asnumpy() == kept).all()


def test_a_net_that_was_not_initialised(line):
    with pytest.raises(ValueError, match=r"net has no values .* net.initialize\(\)"):
        predict(gluon.nn.Dense(1), line[0])


def test_a_net_that_cannot_take_the_examples(line):
    net, trainer = linear_net()
    X, y = line
    predict(net, X)
    message = r"net cannot take X, an array of shape \(20, 2\) and type float32 \("
    with pytest.raises(ValueError, match=message):
        predict(net, numpy.hstack([X, X]))
    whole = Batches(numpy.arange(20).reshape(-1, 1), y, 5)
    with pytest.raises(ValueError, match=r'int64; .*X.astype\("float32"\)'):
        train(net, whole, gluon.loss.L2Loss(), trainer, 1)


def test_an_error_of_the_net_itself_stays_as_it_is(line):
    def broken(X):
        raise RuntimeError("my own mistake")

    with pytest.raises(RuntimeError, match="my own mistake"):
        predict(broken, line[0])


def test_a_loss_that_cannot_take_the_labels(line):
    net, trainer = linear_net()
    X, _ = line
    message = (
        r"output, an array of shape \(5, 1\) .*, with y, an array of shape \(5, 3\)"
    )
    with pytest.raises(ValueError, match=message):
        train(net, Batches(X, numpy.zeros((20, 3)), 5), gluon.loss.L2Loss(), trainer, 1)


# ---- Labels outside the classes ------------------------------------------------


@pytest.fixture
def classes():
    """A net of two classes, its trainer, and twenty examples with labels 0 and 1."""
    set_seed(0)
    net = gluon.nn.Dense(2)
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    X = numpy.random.default_rng(0).normal(size=(20, 3))
    return net, trainer, X, (X[:, 0] > 0).astype("int32")


@pytest.mark.parametrize("label", [5, 2, -1, 0.5])
@pytest.mark.parametrize("as_list", [False, True])
def test_a_label_outside_the_classes_does_not_train(classes, label, as_list):
    net, trainer, X, y = classes
    y = y.astype("float32" if label == 0.5 else "int32")
    y[13] = label
    data = Batches(X, y, 5)
    data = list(data) if as_list else data
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    message = rf"y holds the label {label}, expected whole numbers from 0 to 1"
    with pytest.raises(ValueError, match=message):
        train(net, data, loss, trainer, 2)
    with pytest.raises(ValueError, match=message):
        evaluate(net, data, loss)
    with pytest.raises(ValueError, match=message):
        accuracy(y, predict(net, X))


def test_labels_of_a_net_with_too_few_outputs(classes):
    _, _, X, y = classes
    net = gluon.nn.Dense(1)
    net.initialize()
    with pytest.raises(ValueError, match="number of outputs: 1"):
        evaluate(net, Batches(X, y, 5), gluon.loss.SoftmaxCrossEntropyLoss())


def test_classes_are_counted_along_the_axis_of_the_loss(classes):
    """Three classes along axis 1, two places after it: label 2 is one of them."""
    _, _, X, _ = classes
    y = numpy.full((20, 2), 2)

    def net(X):
        return mxnp.zeros((len(X), 3, 2))

    loss = gluon.loss.SoftmaxCrossEntropyLoss(axis=1)
    assert evaluate(net, Batches(X, y, 5), loss)["loss"] == pytest.approx(numpy.log(3))
    with pytest.raises(ValueError, match="label 3"):
        evaluate(net, Batches(X, y + 1, 5), loss)


@pytest.mark.parametrize("label", [5, -1])
def test_a_chance_that_is_none_does_not_train(classes, label):
    _, _, X, y = classes
    net = gluon.nn.Dense(1)
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    loss = gluon.loss.SigmoidBinaryCrossEntropyLoss()
    train(net, Batches(X, y == 1, 5), loss, trainer, 1)
    y[3] = label
    with pytest.raises(
        ValueError, match=rf"y goes from .*{label}.*chances from 0 to 1"
    ):
        train(net, Batches(X, y, 5), loss, trainer, 1)


# ---- Losses that are no numbers ------------------------------------------------


def test_nan_in_a_batch_is_named_and_the_learning_rate_is_not(line):
    net, trainer = linear_net()
    X, y = (values.astype("float32") for values in line)
    X[3] = numpy.nan
    data = [(mxnp.array(X), mxnp.array(y))]
    loss = gluon.loss.L2Loss()
    with pytest.raises(
        ValueError, match=r"batch 0 of train_iter holds nan at \[3, 0\]"
    ):
        train(net, data, loss, trainer, 1)
    net, trainer = linear_net()
    with pytest.raises(ValueError, match=r"batch 0 of held_out holds nan at \[3, 0\]"):
        train(net, Batches(*line, 5), loss, trainer, 1, held_out=data)


class TurnsBad:
    """Held-out batches that are good for some epochs and then hold what is given."""

    def __init__(self, batches, epochs, value):
        self.batches, self.epochs, self.value = batches, epochs, value

    def __iter__(self):
        self.epochs -= 1
        for X, y in self.batches:
            yield X, y if self.epochs >= 0 else y * self.value


def test_a_held_out_loss_that_is_nan_puts_the_best_epoch_back(line):
    net, trainer = linear_net()
    data, loss = Batches(*line, 5), gluon.loss.L2Loss()
    held_out = TurnsBad(data, 2, mxnp.array(numpy.nan))
    after = []

    def watch(y, output):
        after.append(net.weight.data().asnumpy().copy())
        return 0.0

    with pytest.raises((FloatingPointError, ValueError), match="held.out.* nan"):
        train(
            net, data, loss, trainer, 9,
            held_out=held_out, patience=5, metrics={"watch": watch},
        )  # fmt: skip
    assert (net.weight.data().asnumpy() == after[3]).all()  # training, held out, twice


def steps_then(values):
    """A squared loss that gives these values for batches of one example, in turn."""
    held_out = iter(values)

    def loss(output, y):
        measured = ((output - y) ** 2).mean(axis=1)
        return mxnp.array([next(held_out)]) if len(y) == 1 else measured

    return loss


def test_a_held_out_loss_that_is_nan_stops_only_who_watches_it(line):
    X, y = line
    data, held_out = Batches(X, y, 5), Batches(X[:1], y[:1], 1)
    values = [0.5, numpy.nan, 0.25]
    net, trainer = linear_net()
    history = train(net, data, steps_then(values), trainer, 3, held_out=held_out)
    assert history["held_out_loss"].isna().tolist() == [False, True, False]
    with pytest.raises(FloatingPointError, match="held-out loss is nan in epoch 2"):
        train(net, data, steps_then(values), trainer, 3, held_out=held_out, patience=3)


def test_of_infinite_held_out_losses_the_first_is_put_back(line):
    X, y = line
    net, trainer = linear_net()
    data, held_out = Batches(X, y, 5), Batches(X[:1], y[:1], 1)
    after = []

    def watch(y, output):
        after.append(net.weight.data().asnumpy().copy())
        return 0.0

    history = train(
        net, data, steps_then([numpy.inf] * 3), trainer, 9,
        held_out=held_out, patience=2, metrics={"watch": watch},
    )  # fmt: skip
    assert len(history) == 3
    assert (net.weight.data().asnumpy() == after[1]).all()


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_an_interruption_puts_the_best_epoch_back(line, error):
    net, trainer = linear_net()
    X, y = line
    held_out = Batches(X, -2 * X + 1, batch_size=20)  # gets worse as training goes on
    losses = []

    def stop(output, y):
        values = ((output - y) ** 2).mean(axis=1)
        if len(y) == 20:
            losses.append(float(values.mean()))
            if len(losses) == 4:
                raise error
        return values

    with pytest.raises(error):
        train(net, Batches(X, y, 5), stop, trainer, 9, held_out=held_out, patience=8)
    found = ((predict(net, X) - (-2 * X + 1)) ** 2).mean()
    assert found == pytest.approx(min(losses), rel=1e-5)
    assert min(losses) == losses[0] < losses[3]


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


@pytest.mark.parametrize(
    ("error", "message", "y", "logits"),
    [
        (ValueError, "logits holds NaN for 1 of 2", [0, 1], [[1, numpy.nan], [0, 1]]),
        (
            ValueError,
            "label 2, expected whole numbers from 0 to 1",
            [0, 2],
            [[1, 0]] * 2,
        ),
        (ValueError, "label -1", [0, -1], [[1, 0]] * 2),
        (ValueError, "label nan", [0, numpy.nan], [[1, 0]] * 2),
        (ValueError, "at least one of each", [], numpy.zeros((0, 2))),
        (ValueError, "at least one of each", [0, 0], numpy.zeros((2, 0))),
        (TypeError, "y holds <U1 such as a", ["a", "b"], [[1, 0]] * 2),
        (TypeError, "logits holds <U1", [0, 1], [["1", "0"]] * 2),
        (TypeError, "y is a NoneType", None, [[1, 0]]),
    ],
)
def test_accuracy_of_what_makes_no_sense(error, message, y, logits):
    with pytest.raises(error, match=message):
        accuracy(y, logits)


def test_accuracy_takes_what_holds_numbers_and_minus_infinity():
    logits = [[1, -numpy.inf], [-numpy.inf, 1], [3, 4]]
    for kind in (numpy.array, mxnp.array, pd.DataFrame, list):
        assert accuracy(pd.Series([0, 1, 0]), kind(logits)) == pytest.approx(2 / 3)
    assert accuracy(numpy.array([False, True, True]), numpy.array(logits)) == 1


@pytest.mark.parametrize(
    "output", [lambda X: (X, X), lambda X: X.asnumpy(), lambda X: None]
)
def test_predict_wants_one_array_of_the_net(output):
    with pytest.raises(TypeError, match="net gives one MXNet array a batch, not a"):
        predict(output, NUMBERS)


# ---- What nets look up -------------------------------------------------------


def sequence_net(hybrid):
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Embedding(5, 3), gluon.nn.Flatten(), gluon.nn.Dense(1))
    net.initialize()
    if hybrid:
        net.hybridize()
    return net


class Pair(gluon.Block):
    """Two embeddings, not the first things that are called."""

    def __init__(self):
        super().__init__()
        self.left, self.right = gluon.nn.Embedding(4, 2), gluon.nn.Embedding(6, 2)

    def forward(self, a, b):
        return (self.left(a) * self.right(b)).sum(axis=1, keepdims=True)


@pytest.mark.parametrize("hybrid", [False, True])
@pytest.mark.parametrize("wrong", [5, -1])
def test_a_number_without_a_row_is_named(hybrid, wrong):
    X = numpy.array([[0, 1], [2, 4], [3, wrong]], "int32")
    with pytest.raises(ValueError, match=f"{wrong}.*expected numbers from 0 to 4"):
        predict(sequence_net(hybrid), X)


def test_a_number_without_a_row_of_one_of_two_embeddings_stops_training():
    net = Pair()
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
    inputs = (numpy.array([0, 3, 2]), numpy.array([5, 6, 0]))
    data = Batches(inputs, numpy.zeros((3, 1)), batch_size=2)
    with pytest.raises(ValueError, match="rows 0 to 6, expected numbers from 0 to 5"):
        train(net, data, gluon.loss.L2Loss(), trainer, 1)
    assert not net.left._forward_pre_hooks


def test_an_embedding_may_be_asked_in_numbers_of_two_types():
    """As in a conditional random field: by the net's labels, and by np.arange."""
    net = Pair()
    net.initialize()
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})

    def loss(output, y):
        return ((net.left(mxnp.arange(4)).sum() + output - y) ** 2).sum(axis=1)

    inputs = (numpy.array([0, 3, 2], "int64"), numpy.array([5, 1, 0]))
    data = Batches(inputs, numpy.zeros((3, 1)), batch_size=2)
    assert len(train(net, data, loss, trainer, 1)) == 1


def test_a_tuple_of_two_for_a_net_of_one_input(line):
    X, y = line
    net, trainer = linear_net()
    data = Batches((X, X), y, batch_size=5)
    with pytest.raises(ValueError, match="cannot take X, 2 arrays"):
        train(net, data, gluon.loss.L2Loss(), trainer, 1)
    with pytest.raises(ValueError, match="cannot take X, 2 arrays"):
        predict(net, (X, X))
