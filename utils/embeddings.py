"""What nets look up in their embeddings: numbers that no row belongs to.

MXNet gives the last row for a number that is too large and the first for a negative
one, and says nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from mxnet import gluon, nd


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
    for embedding, found in asked.values():
        rows = embedding.weight.shape[0]
        numbers = [float(one.asnumpy()) for one in found]
        low, high = min(numbers), max(numbers)
        if low < 0 or high >= rows:
            raise ValueError(
                f"{embedding.name} was asked for rows {low:.0f} to {high:.0f}, "
                f"expected numbers from 0 to {rows - 1}"
            )


def _noting(embedding, asked: dict):
    """A hook that keeps the ends of what is looked up, without waiting for them."""

    def note(block, inputs):
        if not isinstance(inputs[0], nd.NDArray) or not inputs[0].size:
            return
        numbers = inputs[0].detach()
        _, found = asked.setdefault(id(embedding), (embedding, []))
        found += [numbers.min(), numbers.max()]

    return note


def _first(block):
    """The embedding that ``block`` begins with; None where it begins with none."""
    if isinstance(block, gluon.nn.Embedding):
        return block
    if isinstance(block, (gluon.nn.Sequential, gluon.nn.HybridSequential)) and block:
        return _first(block[0])
    return None
