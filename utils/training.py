"""One training loop for all Gluon nets of the book."""

from collections.abc import Callable, Iterable, Mapping
import math
import os

from mxnet import autograd, gluon
from mxnet import np as mxnp
import numpy
import pandas as pd
from tqdm.auto import trange
from utils.seeding import book_seed

Metric = Callable[[numpy.ndarray, numpy.ndarray], float]


class Batches:
    """Arrays cut into batches; each pass over it is one epoch.

    ``X`` is an array of shape (examples, ...), or a tuple of such arrays for a net
    of several inputs; ``y`` has shape (examples, ...). NumPy and MXNet arrays are
    taken; floating-point numbers become float32. With ``shuffle`` the order
    is new in every epoch and fixed by ``seed`` (the book's own unless given). The
    last batch holds what is left over. Raises ValueError where lengths differ,
    nothing is given, or ``batch_size`` is not a positive whole number.
    """

    def __init__(self, X, y, batch_size: int, shuffle: bool = True, seed=None):
        self.X = tuple(map(_mx_array, X)) if isinstance(X, tuple) else (_mx_array(X),)
        self.y = _mx_array(y)
        self.several_inputs = isinstance(X, tuple)
        if isinstance(batch_size, bool) or not isinstance(
            batch_size, (int, numpy.integer)
        ):
            raise ValueError(f"batch_size is {batch_size!r}, expected a whole number")
        if batch_size < 1:
            raise ValueError(f"batch_size is {batch_size}, expected at least 1")
        lengths = {len(a) for a in (*self.X, self.y)}
        if len(lengths) != 1 or 0 in lengths:
            raise ValueError(
                f"X has {[len(a) for a in self.X]} examples and y {len(self.y)}, "
                f"expected the same number, at least 1"
            )
        self.batch_size = int(batch_size)
        self.shuffle = shuffle
        self.generator = numpy.random.default_rng(book_seed() if seed is None else seed)

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        return math.ceil(len(self.y) / self.batch_size)

    def __iter__(self):
        X, y = self.X, self.y
        if self.shuffle:
            order = mxnp.array(self.generator.permutation(len(y)), dtype="int32")
            X, y = tuple(a[order] for a in X), y[order]
        for start in range(0, len(y), self.batch_size):
            part = slice(start, start + self.batch_size)
            inputs = tuple(a[part] for a in X)
            yield (inputs if self.several_inputs else inputs[0]), y[part]


def accuracy(y: numpy.ndarray, logits: numpy.ndarray) -> float:
    """The share of examples whose largest logit is that of the true class.

    ``y`` holds class numbers, shape (examples,); ``logits`` one score for each
    class, shape (examples, classes). Both are NumPy arrays.
    """
    if numpy.ndim(logits) != 2 or numpy.shape(y) != numpy.shape(logits)[:1]:
        raise ValueError(
            f"y has shape {numpy.shape(y)} and logits {numpy.shape(logits)}, "
            f"expected (examples,) and (examples, classes)"
        )
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
    that many epochs, and the best epoch's parameters are put back. Use a
    validation set for that, never the test set.

    Raises ValueError for bad arguments and FloatingPointError when the training
    loss is no longer finite.
    """
    if isinstance(num_epochs, bool) or not isinstance(num_epochs, (int, numpy.integer)):
        raise ValueError(f"num_epochs is {num_epochs!r}, expected a whole number")
    if num_epochs < 1:
        raise ValueError(f"num_epochs is {num_epochs}, expected at least 1")
    if patience is not None and (patience < 1 or held_out is None):
        raise ValueError(
            f"patience is {patience} and held_out is "
            f"{'missing' if held_out is None else 'given'}, "
            f"expected at least 1 epoch and held-out data to watch"
        )
    rows, best_loss, best_epoch, best_parameters = [], math.inf, 0, None
    quiet = bool(os.environ.get("TQDM_DISABLE"))  # its notebook bars do not ask
    progress = trange(num_epochs, desc="training", leave=False, disable=quiet)
    for epoch in progress:
        row = _run_epoch(net, train_iter, loss, metrics, trainer)
        if not math.isfinite(row["loss"]):
            raise FloatingPointError(
                f"training loss is {row['loss']} in epoch {epoch + 1}; "
                f"a smaller learning rate than {trainer.learning_rate:g} may help"
            )
        if held_out is not None:
            held = _run_epoch(net, held_out, loss, metrics)
            row |= {f"held_out_{name}": value for name, value in held.items()}
        rows.append(row)
        progress.set_postfix({name: f"{value:.4f}" for name, value in row.items()})
        if patience is not None:
            if row["held_out_loss"] < best_loss:
                best_loss, best_epoch = row["held_out_loss"], epoch
                best_parameters = _copy_parameters(net)
            elif epoch - best_epoch >= patience:
                progress.close()
                break
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

    Arguments are those of ``train``; the result maps ``"loss"`` and each metric's
    name to its value. Dropout is off and batch normalisation uses its running means.
    """
    return _run_epoch(net, data_iter, loss, metrics)


def predict(net: gluon.Block, X, batch_size: int = 1024) -> numpy.ndarray:
    """The outputs of ``net`` for the examples ``X``, as one NumPy array.

    ``X`` is an array of shape (examples, ...) or a tuple of them; the net sees
    ``batch_size`` of them at a time, in order, with dropout off.
    """
    first = X[0] if isinstance(X, tuple) else X
    placeholder = numpy.zeros(len(first), dtype="float32")
    data_iter = Batches(X, placeholder, batch_size, shuffle=False)
    return numpy.concatenate([_output(net, X).asnumpy() for X, _ in data_iter])


def _mx_array(values):
    """``values`` as an MXNet array; floating-point numbers as float32."""
    if isinstance(values, mxnp.ndarray):
        return values
    values = numpy.asarray(values)
    is_float = numpy.issubdtype(values.dtype, numpy.floating)
    return mxnp.array(values, dtype="float32" if is_float else values.dtype)


def _output(net, X):
    return net(*X) if isinstance(X, tuple) else net(X)


def _copy_parameters(net) -> dict:
    return {name: p.data().copy() for name, p in net.collect_params().items()}


def _run_epoch(net, data_iter, loss, metrics=None, trainer=None) -> dict[str, float]:
    """One pass over the data; with a trainer, the net learns on the way.

    Nothing is copied to NumPy before the pass ends, so MXNet can work ahead.
    """
    total, count, ys, outputs = 0.0, 0, [], []
    for X, y in data_iter:
        if trainer is None:
            output = _output(net, X)
            values = loss(output, y)
        else:
            with autograd.record():
                output = _output(net, X)
                values = loss(output, y)
            values.backward()
            trainer.step(len(y))
        if values.shape != (len(y),):
            raise ValueError(
                f"loss has shape {values.shape} for a batch of {len(y)}, "
                f"expected one number for each example: ({len(y)},)"
            )
        total = total + values.detach().sum()
        count += len(y)
        if metrics:
            ys.append(y)
            outputs.append(output.detach())
    if not count:
        raise ValueError("the data gave no batches; expected at least one")
    row = {"loss": float(total) / count}
    if metrics:
        y = numpy.concatenate([part.asnumpy() for part in ys])
        output = numpy.concatenate([part.asnumpy() for part in outputs])
        row |= {name: float(metric(y, output)) for name, metric in metrics.items()}
    return row
