#!/bin/sh
# Does the book's MXNet run on NumPy 2 as it does on the locked NumPy 1.26? Import and
# a small training run, in a throwaway environment; the losses must be the same.
set -eu
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
.venv/bin/python -m venv "$folder"
install() {
    .venv/bin/python -m book.tools.isolated_pip --python "$folder/bin/python" \
        install --quiet "$@"
}
install "numpy>=2,<3" pandas tqdm requests graphviz setuptools ipython
install --no-deps mxnet==1.9.1

program='
import numpy
from utils import Batches, set_seed, train
from mxnet import gluon, init, npx
npx.set_np()
set_seed(0)
X = numpy.random.default_rng(0).normal(size=(512, 8))
y = (X.sum(axis=1) > 0).astype("int32")
net = gluon.nn.HybridSequential()
net.add(gluon.nn.Dense(16, activation="relu"), gluon.nn.Dense(2))
net.initialize(init.Xavier())
net.hybridize()
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01})
loss = gluon.loss.SoftmaxCrossEntropyLoss()
history = train(net, Batches(X, y, 32), loss, trainer, 5)
print(" ".join(format(value, ".17g") for value in history.loss))'
version='import numpy; print(numpy.__version__)'
export TQDM_DISABLE=1 PYTHONPATH=. PYTHONWARNINGS=ignore
locked=$(.venv/bin/python -c "$program")
newer=$("$folder/bin/python" -c "$program")
echo "NumPy $(.venv/bin/python -c "$version"): losses $locked"
echo "NumPy $("$folder/bin/python" -c "$version"): losses $newer"
[ -n "$locked" ] && [ "$locked" = "$newer" ] && echo "1 passed, 0 failed"
