"""What nets look up in their embeddings: numbers that no row belongs to.

MXNet gives the last row for a number that is too large and the first for a negative
one, and says nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from mxnet import gluon, nd
from mxnet import np as mxnp


@contextmanager
def watched_embeddings(net) -> Iterator[None]:
    """Raise ValueError at the end where ``net`` looked up a number without a row.

    Of a hybridized block only what it is given itself can be seen: its first layer.
    """
    asked, handles = {}, []

    def watch(block):
        embedding = _first(block)
        if embedding is not None:
            note = _noting(embedding, asked)
            handles.append(block.register_forward_pre_hook(note))

    if isinstance(net, gluon.Block):
        net.apply(watch)
    try:
        yield
    finally:
        for handle in handles:
            handle.detach()
    for embedding, low, high in asked.values():
        rows = embedding.weight.shape[0]
        if low.asnumpy() < 0 or high.asnumpy() >= rows:
            raise ValueError(
                f"{embedding.name} was asked for rows {low.asnumpy()} to "
                f"{high.asnumpy()}, expected numbers from 0 to {rows - 1}"
            )


def _noting(embedding, asked: dict):
    """A hook that keeps the smallest and the largest number, without waiting."""

    def note(block, inputs):
        if not isinstance(inputs[0], nd.NDArray) or not inputs[0].size:
            return
        numbers = inputs[0].detach()
        low, high = numbers.min(), numbers.max()
        if id(embedding) in asked:
            _, lowest, highest = asked[id(embedding)]
            low, high = mxnp.minimum(low, lowest), mxnp.maximum(high, highest)
        asked[id(embedding)] = embedding, low, high

    return note


def _first(block):
    """The embedding that ``block`` begins with; None where it begins with none."""
    if isinstance(block, gluon.nn.Embedding):
        return block
    if isinstance(block, (gluon.nn.Sequential, gluon.nn.HybridSequential)) and block:
        return _first(block[0])
    return None
