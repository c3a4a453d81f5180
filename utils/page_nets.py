"""A trained net as text that the page of a chapter can run.

``describe`` reads the layers off a Gluon net, with their weights rounded to whole
numbers of 8 bits; ``book/_static/live/runtime.js`` makes functions of what it writes.
``rounded`` gives the net those weights for a while, so that what rounding loses can be
measured. Both work on MXNet and on PyTorch.
"""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from mxnet import gluon, np
import numpy

nn, rnn = gluon.nn, gluon.rnn
POOLS = {
    nn.MaxPool2D: False,
    nn.AvgPool2D: True,
    nn.GlobalMaxPool2D: False,
    nn.GlobalAvgPool2D: True,
}


def describe(net) -> dict:
    """What JSON can hold of a trained net: its layers in order and their weights.

    ``net`` is a block, or blocks by name. A sequence becomes a function on the page;
    of a block of your own class, or of several blocks, each part becomes one, under the
    name of its attribute: how the parts work together is written in JavaScript.

    Raises ValueError for a layer that the page cannot run and for a net that has no
    weights yet, TypeError for what is no block.
    """
    if isinstance(net, Mapping):
        return {"parts": {name: describe(block) for name, block in net.items()}}
    if not isinstance(net, gluon.Block):
        raise TypeError(f"net is a {type(net).__name__}, expected a block of Gluon")
    if isinstance(net, (nn.Sequential, nn.HybridSequential)):
        layers = [layer for layer in net if not isinstance(layer, nn.Dropout)]
        return {"sequence": [describe(layer) for layer in layers]}
    if isinstance(net, nn.Dropout):
        return {"sequence": []}
    for kind, write in WRITERS.items():
        if type(net) is kind:
            return write(net)
    if net._children and not net._reg_params:
        return {"parts": {name: describe(b) for name, b in net._children.items()}}
    raise ValueError(
        f"{net.name} is a {type(net).__name__}, no layer that the page can run, "
        f"expected one of {', '.join(kind.__name__ for kind in WRITERS)}, Dropout, or "
        f"its step written in the box's script"
    )


@contextmanager
def rounded(net) -> Iterator[None]:
    """Within it, ``net`` (a block, or blocks by name) has the weights of the page."""
    blocks = net.values() if isinstance(net, Mapping) else [net]
    found = {id(p): p for b in blocks for p in b.collect_params().values()}
    before = [(p, _numbers(p)) for p in found.values()]
    try:
        for parameter, numbers in before:
            if numbers.ndim > 1:
                scales, whole = _whole(numbers)
                near = whole.astype("float32") * scales[:, None]
                parameter.set_data(np.array(near.reshape(numbers.shape)))
        yield
    finally:
        for parameter, numbers in before:
            parameter.set_data(np.array(numbers))


# ---- Weights -------------------------------------------------------------------------


def _numbers(parameter) -> numpy.ndarray:
    """A parameter's values, float32."""
    try:
        return parameter.data().asnumpy().astype("float32")
    except RuntimeError as error:
        raise ValueError(
            f"{parameter.name} has no values yet, expected a net that was trained"
        ) from error


def _whole(numbers) -> tuple[numpy.ndarray, numpy.ndarray]:
    """A scale for each row, and whole numbers from -127 to 127, a row for a row."""
    rows = numbers.reshape(len(numbers), -1)
    scales = numpy.maximum(abs(rows).max(axis=1), 1e-12) / numpy.float32(127)
    scales = scales.astype("float32")
    whole = numpy.clip(numpy.rint(rows / scales[:, None]), -127, 127)
    return scales, whole.astype("int8")


def _text(array) -> str:
    """An array's bytes, the lowest first, as base 64."""
    return base64.b64encode(array.astype(array.dtype.newbyteorder("<"))).decode()


def _weights(**arrays) -> dict:
    """Arrays or parameters as the runtime reads them; those that are None left out."""
    found = {}
    for name, array in arrays.items():
        if array is None:
            continue
        if not isinstance(array, numpy.ndarray):
            array = _numbers(array)
        found[name] = {"shape": list(array.shape)}
        if array.ndim > 1:
            scales, whole = _whole(array)
            found[name] |= {"scales": _text(scales), "whole": _text(whole)}
        else:
            found[name]["floats"] = _text(array)
    return found


# ---- Layers --------------------------------------------------------------------------


def _refuse(layer, wrong: bool, what: str) -> None:
    if wrong:
        raise ValueError(f"{layer.name} has {what}, which the page cannot run")


def _activation(layer) -> dict:
    return {} if layer.act is None else {"activation": layer.act._act_type}


def _dense(layer) -> dict:
    return {
        "kind": "dense",
        "flatten": bool(layer._flatten),
        **_activation(layer),
        "weights": _weights(weight=layer.weight, bias=layer.bias),
    }


def _conv(layer) -> dict:
    settings = layer._kwargs
    transposed = isinstance(layer, nn.Conv2DTranspose)
    _refuse(layer, settings["num_group"] != 1, "several groups")
    _refuse(layer, transposed and tuple(settings["dilate"]) != (1, 1), "a dilation")
    _refuse(layer, any(settings.get("adj", ())), "an output padding")
    return {
        "kind": "convTranspose" if transposed else "conv",
        "kernel": list(layer.weight.shape[2:]),
        **{name: list(settings[name]) for name in ("stride", "pad", "dilate")},
        **_activation(layer),
        "weights": _weights(weight=layer.weight, bias=layer.bias),
    }


def _pool(layer) -> dict:
    found = {"kind": "pool", "mean": POOLS[type(layer)]}
    if isinstance(layer, (nn.GlobalMaxPool2D, nn.GlobalAvgPool2D)):
        return found
    settings = layer._kwargs
    _refuse(layer, settings["pooling_convention"] != "valid", "ceil_mode=True")
    return found | {name: list(settings[name]) for name in ("kernel", "stride", "pad")}


def _batch_norm(layer) -> dict:
    """Once trained it is a scale and a shift for each channel."""
    _refuse(layer, layer._kwargs["axis"] != 1, "channels in another axis than 1")
    scale = 1 / numpy.sqrt(_numbers(layer.running_var) + layer._kwargs["eps"])
    if not layer._kwargs["fix_gamma"]:
        scale = scale * _numbers(layer.gamma)
    shift = _numbers(layer.beta) - _numbers(layer.running_mean) * scale
    weights = _weights(scale=scale.astype("float32"), shift=shift.astype("float32"))
    return {"kind": "scale", "weights": weights}


def _gru(layer) -> dict:
    ways = "lr"[: layer._dir]
    names = [f"{way}{i}" for i in range(layer._num_layers) for way in ways]
    parts = ("i2h_weight", "i2h_bias", "h2h_weight", "h2h_bias")
    weights = {f"{n}_{p}": getattr(layer, f"{n}_{p}") for n in names for p in parts}
    return {
        "kind": "gru",
        "depth": layer._num_layers,
        "ways": list(ways),
        "size": layer._hidden_size,
        "weights": _weights(**weights),
    }


WRITERS = {
    nn.Dense: _dense,
    nn.Conv2D: _conv,
    nn.Conv2DTranspose: _conv,
    **dict.fromkeys(POOLS, _pool),
    nn.BatchNorm: _batch_norm,
    nn.Embedding: lambda layer: {
        "kind": "embedding",
        "weights": _weights(weight=layer.weight),
    },
    rnn.GRU: _gru,
    nn.Activation: lambda layer: {"kind": "activation", "activation": layer._act_type},
    nn.LeakyReLU: lambda layer: {"kind": "leaky", "slope": layer._alpha},
    nn.Flatten: lambda layer: {"kind": "flatten"},
}
