"""One training loop for all Gluon nets of the book."""

from collections.abc import Callable, Iterable, Iterator, Mapping
import math
import os
import re

from mxnet import autograd, base, gluon, nd
import numpy
import pandas as pd
from tqdm.auto import trange
from utils.batches import input_arrays, pairs
from utils.checks import all_finite, kind, number, number_array, whole_number
from utils.embeddings import watched_embeddings

Metric = Callable[[numpy.ndarray, numpy.ndarray], float]
WRONG_COUNT = re.compile("positional argument|multiple values for argument")
LABELLED = (
    gluon.loss.SoftmaxCrossEntropyLoss,
    gluon.loss.SigmoidBinaryCrossEntropyLoss,
)


def accuracy(y: numpy.ndarray, logits: numpy.ndarray) -> float:
    """The share of examples whose largest logit is that of the true class.

    ``y`` holds class numbers, shape (examples,); ``logits`` one score for each
    class, shape (examples, classes). Raises ValueError for other shapes, no examples,
    NaN among the logits and a ``y`` that is no class; TypeError for what holds no
    numbers.
    """
    y, logits = number_array("y", y), number_array("logits", logits)
    if logits.ndim != 2 or y.shape != logits.shape[:1] or not logits.size:
        raise ValueError(
            f"y has shape {y.shape} and logits {logits.shape}, "
            f"expected (examples,) and (examples, classes), at least one of each"
        )
    if numpy.isnan(logits).any():
        wrong = int(numpy.isnan(logits).any(axis=1).sum())
        raise ValueError(
            f"logits holds NaN for {wrong} of {len(y)} examples, expected numbers"
        )
    _check_labels(y, logits.shape[1])
    return float((numpy.argmax(logits, axis=1) == y).mean())


def train(
    net: gluon.Block,
    train_iter: Iterable,
    loss: Callable,
    trainer: gluon.Trainer,
    num_epochs: int,
    *,
    held_out: Iterable | None = None,
    metrics: Mapping[str, Metric] | None = None,
    patience: int | None = None,
) -> pd.DataFrame:
    """Train ``net`` in place and return what was measured after each epoch.

    ``train_iter`` and ``held_out`` yield batches ``(X, y)`` each time they are
    iterated over (``Batches``, a Gluon DataLoader, a list); where X is a tuple, the
    net is called with its members. ``loss(output, y)`` gives one number for each
    example, as Gluon's losses do. A metric maps (y, output), both NumPy arrays of a
    whole epoch, to a number.

    The result has one row an epoch and the columns ``loss`` and, with ``held_out``,
    ``held_out_loss`` (means over examples), then ``name`` and ``held_out_name`` for
    each metric. Training figures are gathered while the net learns, so they lag
    behind what it can do at the epoch's end; ``evaluate`` measures the finished net.

    With ``patience``, training stops once the held-out loss has not improved for
    that many epochs. However it ends (an error or an interruption too), the best
    epoch's parameters are put back. Use a validation set for that, never the test set.

    Raises ValueError or TypeError, in one sentence, for arguments that make no sense
    and for batches that the net or the loss cannot take. Labels outside the classes of
    a cross-entropy loss, and numbers beyond the rows of an ``Embedding``, are found at
    the end of the first epoch. Raises
    FloatingPointError when the training loss is no longer finite or, with ``patience``,
    the held-out loss is NaN.
    """
    num_epochs = whole_number("num_epochs", num_epochs)
    if patience is not None:
        patience = whole_number("patience", patience, 0)
        if patience < 1 or held_out is None:
            raise ValueError(
                f"patience is {patience} and held_out is "
                f"{'missing' if held_out is None else 'given'}, "
                f"expected at least 1 epoch and held-out data to watch"
            )
    _check_callables(net, loss, metrics)
    _check_trainer(trainer, net)
    for name, data in (("train_iter", train_iter), ("held_out", held_out)):
        if isinstance(data, Iterator) and num_epochs > 1:
            raise ValueError(
                f"{name} is {kind(data)}, which is used up after one epoch "
                f"of {num_epochs}; expected Batches, a list, or the like"
            )
    rows, best_loss, best_epoch, best_parameters = [], None, 0, None
    quiet = bool(os.environ.get("TQDM_DISABLE"))  # its notebook bars do not ask
    progress = trange(num_epochs, desc="training", leave=False, disable=quiet)
    try:
        for epoch in progress:
            mean, *seen = _one_pass(
                net, train_iter, "train_iter", loss, metrics, trainer
            )
            if not math.isfinite(mean):
                _check_finite(train_iter, "train_iter")
                raise FloatingPointError(
                    f"training loss is {mean} in epoch {epoch + 1}; a smaller learning "
                    f"rate than {trainer.learning_rate:g} may help, and a new net"
                )
            row = {"loss": mean} | _measured(metrics, *seen)
            if held_out is not None:
                mean, *seen = _one_pass(net, held_out, "held_out", loss, metrics)
                if math.isnan(mean):
                    _check_finite(held_out, "held_out")
                    if patience is not None:
                        raise FloatingPointError(
                            f"held-out loss is nan in epoch {epoch + 1}, expected a "
                            f"number to stop by"
                        )
                held = {"loss": mean} | _measured(metrics, *seen)
                row |= {f"held_out_{name}": value for name, value in held.items()}
            rows.append(row)
            progress.set_postfix({name: f"{value:.4f}" for name, value in row.items()})
            if patience is not None:
                if best_loss is None or row["held_out_loss"] < best_loss:
                    best_loss, best_epoch = row["held_out_loss"], epoch
                    best_parameters = _copy_parameters(net)
                elif epoch - best_epoch >= patience:
                    break
    finally:
        progress.close()
        if best_parameters is not None:
            for name, parameter in net.collect_params().items():
                parameter.set_data(best_parameters[name])
    epochs = pd.RangeIndex(1, len(rows) + 1, name="epoch")
    return pd.DataFrame(rows, index=epochs)


def evaluate(
    net: gluon.Block,
    data_iter: Iterable,
    loss: Callable,
    metrics: Mapping[str, Metric] | None = None,
) -> dict[str, float]:
    """The mean loss and the metrics of ``net``, as it is, on ``data_iter``.

    Arguments are those of ``train``, and bad ones raise what they raise there; the
    result maps ``"loss"`` and each metric's name to its value. Dropout is off and batch
    normalisation uses its running means.
    """
    _check_callables(net, loss, metrics)
    mean, *seen = _one_pass(net, data_iter, "data_iter", loss, metrics)
    return {"loss": mean} | _measured(metrics, *seen)


def predict(net: gluon.Block, X, batch_size: int = 1024) -> numpy.ndarray:
    """The outputs of ``net`` for the examples ``X``, as one NumPy array.

    ``X`` is an array of shape (examples, ...) or a tuple of them, of the kinds that
    ``Batches`` takes; the net sees ``batch_size`` of them at a time, in order, with
    dropout off. Raises ValueError or TypeError as ``Batches`` does, and where the net
    cannot take ``X`` or gives something else than one array.
    """
    inputs = input_arrays(X)
    batch_size = whole_number("batch_size", batch_size)
    _check_callables(net)
    lengths = [len(a) for a in inputs]
    if len(set(lengths)) != 1 or 0 in lengths:
        raise ValueError(
            f"X has {lengths} examples, expected the same number, at least 1"
        )
    outputs = []
    with watched_embeddings(net):
        for start in range(0, lengths[0], batch_size):
            part = tuple(a[start : start + batch_size] for a in inputs)
            output = _output(net, part if isinstance(X, tuple) else part[0])
            outputs.append(_one_array("net gives", output).asnumpy())
    return numpy.concatenate(outputs)


# ---- One pass over the data ----------------------------------------------------


def _one_pass(
    net, data_iter, what, loss, metrics=None, trainer=None
) -> tuple[float, list, list]:
    """The mean loss and, with metrics, all y and all outputs of a pass over the data.

    With a trainer, the net learns on the way. Nothing is copied to NumPy before the
    pass ends, so MXNet can work ahead.
    """
    total, count, ys, outputs = 0.0, 0, [], []
    keeps_y = metrics or isinstance(loss, LABELLED)
    with watched_embeddings(net):
        for X, y in pairs(data_iter, what):
            if trainer is None:
                output = _output(net, X)
                values = _loss_values(loss, output, y)
            else:
                with autograd.record():
                    output = _output(net, X)
                    values = _loss_values(loss, output, y)
                values.backward()
                _step(trainer, len(y))
            total = total + values.detach().sum()
            count += len(y)
            if keeps_y:
                ys.append(y)
            if metrics:
                outputs.append(_one_array("metrics take", output).detach())
    if not count:
        raise ValueError(f"{what} gave no batches, expected at least one")
    _check_labels_of(loss, ys, output)
    return float(total) / count, ys, outputs


def _measured(metrics, ys, outputs) -> dict[str, float]:
    if not metrics:
        return {}
    y, output = (
        numpy.concatenate([part.asnumpy() for part in parts]) for parts in (ys, outputs)
    )
    return {
        name: number(f"metric {name!r}", metric(y, output))
        for name, metric in metrics.items()
    }


def _output(net, X):
    try:
        return net(*X) if isinstance(X, tuple) else net(X)
    except (TypeError, ValueError) as error:
        if not WRONG_COUNT.search(str(error)):
            raise
        count = len(X) if isinstance(X, tuple) else 1
        raise ValueError(
            f"net cannot take X, {count} {'arrays' if count > 1 else 'array'}, "
            f"expected as many as its forward has arguments ({error})"
        ) from error
    except RuntimeError as error:
        if name := _not_initialised(net):
            raise ValueError(
                f"net has no values for its parameter {name} yet, expected a net "
                f"after net.initialize()"
            ) from error
        if not isinstance(error, base.MXNetError):
            raise
        parts = X if isinstance(X, tuple) else (X,)
        other = [p for p in parts if getattr(p, "dtype", "float32") != "float32"]
        advice = '; most layers expect X.astype("float32")' if other else ""
        raise ValueError(
            f"net cannot take X, {' and '.join(map(kind, parts))}{advice} "
            f"({_reason(error)})"
        ) from error


def _loss_values(loss, output, y):
    try:
        values = loss(output, y)
    except base.MXNetError as error:
        raise ValueError(
            f"loss cannot compare the output, {kind(output)}, with y, {kind(y)} "
            f"({_reason(error)})"
        ) from error
    if not isinstance(values, nd.NDArray):
        raise TypeError(
            f"loss gives {kind(values)}, expected an MXNet array with one number for "
            f"each example"
        )
    if values.shape != (len(y),):
        raise ValueError(
            f"loss has shape {values.shape} for a batch of {len(y)}, "
            f"expected one number for each example: ({len(y)},)"
        )
    return values


def _one_array(what: str, output):
    if not isinstance(output, nd.NDArray):
        raise TypeError(f"{what} one MXNet array a batch, not {kind(output)}")
    return output


def _copy_parameters(net) -> dict:
    return {name: p.data().copy() for name, p in net.collect_params().items()}


def _step(trainer, batch_size: int) -> None:
    try:
        trainer.step(batch_size)
    except UserWarning as error:  # MXNet raises it
        raise ValueError(
            f"trainer holds a parameter that the loss does not depend on, expected "
            f"those of net ({_reason(error)})"
        ) from error


# ---- What makes no sense, in a sentence ----------------------------------------


def _check_callables(net, loss=print, metrics=None) -> None:
    """Raise TypeError or ValueError where net, loss or metrics cannot be those."""
    for name, given in (("net", net), ("loss", loss)):
        if isinstance(given, type):
            raise TypeError(f"{name} is {kind(given)}, expected {given.__name__}(...)")
        if not callable(given):
            raise TypeError(f"{name} is {kind(given)}, expected a block or a function")
    if metrics is None:
        return
    if not isinstance(metrics, Mapping) or not all(map(callable, metrics.values())):
        raise TypeError(
            f"metrics is {metrics!r}, expected functions by name, such as "
            f"{{'accuracy': accuracy}}"
        )
    for name in metrics:
        if name == "loss" or str(name).startswith("held_out_"):
            raise ValueError(f"a metric has the name {name!r}, which train itself uses")


def _check_trainer(trainer, net) -> None:
    """Raise where trainer is none, or would not change net."""
    if not hasattr(trainer, "step"):
        raise TypeError(f"trainer is {kind(trainer)}, expected a gluon.Trainer")
    if isinstance(trainer, gluon.Trainer) and isinstance(net, gluon.Block):
        own = {id(parameter) for parameter in net.collect_params().values()}
        held = trainer._params  # Gluon has no public name for them
        if not any(id(parameter) in own for parameter in held):
            first = held[0].name if held else "nothing"
            raise ValueError(
                f"trainer holds none of net's parameters (it begins with {first}), "
                f"expected gluon.Trainer(net.collect_params(), ...)"
            )


def _not_initialised(net) -> str | None:
    """The name of a parameter that was never initialised; None where all were."""
    if isinstance(net, gluon.Block):
        for name, parameter in net.collect_params().items():
            try:
                parameter.list_ctx()
            except RuntimeError:
                return name
    return None


def _check_labels_of(loss, ys: list, output) -> None:
    """Raise ValueError for labels that Gluon's loss would take in silence."""
    if isinstance(loss, gluon.loss.SoftmaxCrossEntropyLoss) and loss._sparse_label:
        classes = output.shape[loss._axis]
        _check_labels(numpy.concatenate([y.asnumpy().ravel() for y in ys]), classes)
    elif isinstance(loss, gluon.loss.SigmoidBinaryCrossEntropyLoss):
        y = numpy.concatenate([y.asnumpy().ravel() for y in ys])
        if not (y.min() >= 0 and y.max() <= 1):
            raise ValueError(
                f"y goes from {y.min()} to {y.max()}, expected chances from 0 to 1 for "
                f"{type(loss).__name__}"
            )


def _check_labels(y: numpy.ndarray, classes: int) -> None:
    """Raise ValueError where ``y`` holds something else than the classes' numbers."""
    if y.dtype.kind == "f" and (y != numpy.floor(y)).any():
        wrong = y[y != numpy.floor(y)][0]
    elif y.min() < 0 or y.max() >= classes:
        wrong = y[(y < 0) | (y >= classes)][0]
    else:
        return
    raise ValueError(
        f"y holds the label {wrong}, expected whole numbers from 0 to {classes - 1} "
        f"(number of outputs: {classes})"
    )


def _check_finite(data_iter, what: str) -> None:
    """Raise ValueError where a batch holds NaN or infinity."""
    for position, (X, y) in enumerate(pairs(data_iter, what)):
        parts = [*X, y] if isinstance(X, tuple) else [X, y]
        for part in parts:
            if isinstance(part, nd.NDArray):
                all_finite(f"batch {position} of {what}", part.asnumpy())


def _reason(error: Exception) -> str:
    """The part of MXNet's message that says what was wrong."""
    last = str(error).strip().splitlines()[-1]
    return last.removeprefix("MXNetError: ").split(". This could mean")[0]
