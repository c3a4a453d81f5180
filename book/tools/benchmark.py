"""Print what the book's code costs beside other code, and what each chapter takes.

    python -m book.tools.benchmark

``utils.train`` is held against a loop written by hand: both train the same net from the
same start on the same batches, and reach the same losses. The k-means of the chapter on
prototypes is held against scikit-learn's: the same pictures, the same number of groups
and of restarts, losses within 1 %. The two take turns, and the result is the median of
the ratios of neighbours, so that other work on the machine disturbs both alike.
"""

import re
import statistics
import time

from utils import Batches, data_file, set_seed, train
from mxnet import autograd, gluon, init, npx
import nbformat
import numpy
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

from book.tools.chapters import chapter_files, chapter_names
from book.tools.stale import METADATA_KEY

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


def show(what: str, ratios: list[float]) -> None:
    """Print the median of the ratios and their middle half."""
    low, high = numpy.quantile(ratios, [0.25, 0.75])
    print(f"{what}: {statistics.median(ratios):.3f} times")
    print(f"(middle half of {len(ratios)} rounds: {low:.3f} to {high:.3f})")
    print()


def chapter_functions(name: str, functions: set[str]) -> dict:
    """The named functions as the chapter's code cells define them."""
    nb = nbformat.read(chapter_files(name)[1], as_version=4)
    namespace = {"np": numpy}
    for cell in nb.cells:
        defined = set(re.findall(r"^def (\w+)\(", cell.source, re.MULTILINE))
        if cell.cell_type == "code" and defined & functions:
            exec(cell.source, namespace)
    if missing := functions - set(namespace):
        raise KeyError(f"{name} defines no {sorted(missing)}")
    return namespace


def k_means_ratios(k: int = 10, restarts: int = 10, rounds: int = 5) -> list[float]:
    """How many times longer than scikit-learn's the chapter's k-means takes."""
    functions = {"distances", "inertia", "move", "descend", "spread_out", "k_means"}
    chapter = chapter_functions("clustering/prototypes", functions)
    images = numpy.load(data_file("digits/digits.npz"))["images"][:6000]
    pixels = images.reshape(len(images), -1) / 255
    X = PCA(40, random_state=0).fit_transform(pixels)
    generator, ratios = numpy.random.default_rng(0), []

    def ours() -> float:
        C = chapter["k_means"](X, k, generator, restarts=restarts)
        return chapter["inertia"](X, C)

    def theirs() -> float:
        return KMeans(k, n_init=restarts, random_state=0).fit(X).inertia_

    for turn in range(rounds + 1):
        took, loss = {}, {}
        for method in (ours, theirs)[:: 1 - 2 * (turn % 2)]:
            started = time.perf_counter()
            loss[method] = method()
            took[method] = time.perf_counter() - started
        assert numpy.isclose(loss[ours], loss[theirs], rtol=0.01)
        if turn:  # the first warms up
            ratios.append(took[ours] / took[theirs])
    return ratios


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
    show("utils.train against a loop by hand", ratios)
    show("the chapter's k-means against scikit-learn's", k_means_ratios())
    total = 0.0
    for name in chapter_names():
        nb = nbformat.read(chapter_files(name)[1], as_version=4)
        kept = nb.metadata[METADATA_KEY]
        total += kept["cpu_seconds"]
        print(f"{kept['cpu_seconds']:7.1f} s {kept['peak_megabytes']:6} MB  {name}")
    print(f"{total:7.1f} CPU seconds, all chapters")


if __name__ == "__main__":
    main()
