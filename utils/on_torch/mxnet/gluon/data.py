"""Data sets, and batches of them."""

import numpy
import torch

from .. import np
from ..base import Known, ndarray, one_of


class ArrayDataset(Known):
    """Arrays of one length: its items are tuples with an element of each."""

    def __init__(self, *args):
        lengths = [len(a) for a in args]
        if len(set(lengths)) != 1:
            raise ValueError(f"the arrays have {lengths} elements, expected as many")
        self._data = args

    def __len__(self):
        return len(self._data[0])

    def __getitem__(self, idx):
        first, *more = [a[idx] for a in self._data]
        return (first, *more) if more else first


def default_batchify_fn(data):
    """A batch of items: arrays are stacked, tuples part by part."""
    if isinstance(data[0], ndarray):
        return np.stack(data)
    if isinstance(data[0], (tuple, list)):
        return [default_batchify_fn(part) for part in zip(*data, strict=True)]
    return np.array(numpy.asarray(data))


class DataLoader(torch.utils.data.DataLoader):
    """Batches of a data set, in order or shuffled."""

    def __init__(self, dataset, batch_size, shuffle=False, last_batch="keep", **more):
        cut = one_of("last_batch", last_batch, ("keep", "discard")) == "discard"
        stack = more.get("batchify_fn") or default_batchify_fn
        super().__init__(dataset, batch_size, shuffle, drop_last=cut, collate_fn=stack)
