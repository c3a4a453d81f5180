"""Print what ``utils.train`` costs over a loop written by hand, and chapters' seconds.

    python -m book.scripts.benchmark

Both loops train the same net from the same start on the same batches. They take turns,
and the overhead is the median of the ratios of neighbours, so that other work on
the machine disturbs both alike.
"""

import statistics
import time

from utils import Batches, set_seed, train
from mxnet import autograd, gluon, init, npx
import nbformat
import numpy

from book.scripts.notebooks import METADATA_KEY, chapter_files, chapter_names

ROUNDS, EPOCHS = 15, 12


def make_net():
    """A small net: the smaller it is, the more a loop around it can cost."""
    set_seed(0)
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Dense(64, activation="relu"), gluon.nn.Dense(4))
    net.initialize(init.Xavier())
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 1e-3})
    return net, gluon.loss.SoftmaxCrossEntropyLoss(), trainer


def by_hand(net, train_iter, loss, trainer, num_epochs) -> list[float]:
    """The plainest loop that also keeps the mean loss of each epoch."""
    losses = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in train_iter:
            with autograd.record():
                values = loss(net(X), y)
            values.backward()
            trainer.step(len(y))
            total, count = total + values.sum(), count + len(y)
        losses.append(float(total) / count)
    return losses


def seconds(loop, X, y) -> tuple[float, list[float]]:
    """How long the loop took, and the losses it saw."""
    net, loss, trainer = make_net()
    train_iter = Batches(X, y, batch_size=64)
    net(train_iter.X[0]).wait_to_read()  # build it before the clock starts
    started = time.perf_counter()
    losses = list(loop(net, train_iter, loss, trainer, EPOCHS))
    return time.perf_counter() - started, losses


def main() -> None:
    npx.set_np()
    generator = numpy.random.default_rng(0)
    X = generator.normal(size=(6400, 20)).astype("float32")
    y = X[:, :4].argmax(axis=1)

    def ours(*arguments):
        return train(*arguments).loss

    ratios = []
    for turn in range(ROUNDS + 1):
        pair = {f: seconds(f, X, y) for f in (by_hand, ours)[:: 1 - 2 * (turn % 2)]}
        assert numpy.allclose(pair[by_hand][1], pair[ours][1], rtol=1e-5)
        if turn:  # the first warms up
            ratios.append(pair[ours][0] / pair[by_hand][0])
    median = statistics.median(ratios)
    low, high = numpy.quantile(ratios, [0.25, 0.75])
    print(f"utils.train takes {median:.3f} times what a loop by hand takes")
    print(f"(middle half of {ROUNDS} rounds: {low:.3f} to {high:.3f}; same losses)")
    print()
    total = 0.0
    for name in chapter_names():
        nb = nbformat.read(chapter_files(name)[1], as_version=4)
        total += nb.metadata[METADATA_KEY]["seconds"]
        print(f"{nb.metadata[METADATA_KEY]['seconds']:7.1f} s  {name}")
    print(f"{total:7.1f} s  all chapters, one after the other")


if __name__ == "__main__":
    main()
