"""Layers. Their settings have the names that they have in MXNet's own."""

from functools import partial
from types import SimpleNamespace

import torch
from torch.nn import functional

from .. import npx
from ..autograd import is_training
from ..base import fresh, one_of
from .block import Block, HybridBlock, Layer


class Sequential(Block):
    """Blocks one after the other."""

    def add(self, *blocks):
        for block in blocks:
            self.register_child(block)

    def __getitem__(self, key):
        found = list(self._children.values())[key]
        if not isinstance(key, slice):
            return found
        part = type(self)()
        part.add(*found)
        return part

    def __len__(self):
        return len(self._children)

    def forward(self, x):
        for block in self._children.values():
            x = block(x)
        return x


class HybridSequential(HybridBlock, Sequential):
    """Blocks one after the other."""

    def hybrid_forward(self, F, x):
        return Sequential.forward(self, x)


class HybridLambda(HybridBlock):
    """A function of F and the input as a block."""

    def __init__(self, function):
        self.hybrid_forward = function


# ---- Without parameters ----------------------------------------------------------


def _act(name):
    return npx.ACTIVATIONS[one_of("activation", name, npx.ACTIVATIONS)]


class Activation(Layer):
    """A function of each number: relu, sigmoid, tanh, softrelu or softsign."""

    def __init__(self, activation):
        self._act_type, self.compute = activation, _act(activation)


class LeakyReLU(Layer):
    """``alpha`` times the numbers below 0."""

    def __init__(self, alpha):
        self._alpha = alpha

    def compute(self, x):
        return functional.leaky_relu(x, self._alpha)


class Dropout(Layer):
    """A share ``rate`` of numbers is 0 while training, the others grow for it."""

    def __init__(self, rate):
        self._rate = rate

    def compute(self, x):
        return fresh(functional.dropout(x, self._rate, is_training()))


class Flatten(Layer):
    """One row for each example."""

    def compute(self, x):
        return fresh(x.flatten(1))


# ---- Linear ----------------------------------------------------------------------


class _Weighted(Layer):
    """A linear map with a bias and an activation."""

    def __init__(
        self, shape, outputs, activation, use_bias, weight_initializer=None,
        bias_initializer="zeros",
    ):  # fmt: skip
        self.outputs, self._activate = outputs, _act(activation)
        self.act = None if activation is None else SimpleNamespace(_act_type=activation)
        self._own("weight", shape, weight_initializer)
        self.bias = None
        if use_bias:
            self._own("bias", outputs, bias_initializer)

    def compute(self, x):
        bias = None if self.bias is None else self.bias.tensor()
        return self._activate(self.linear(x, bias))


class Dense(_Weighted):
    """y = W x + b; inputs of more than two axes are flattened unless told not to."""

    def __init__(
        self, units, activation=None, use_bias=True, flatten=True, dtype="float32",
        in_units=0, **initializers,
    ):  # fmt: skip
        super().__init__((units, in_units), units, activation, use_bias, **initializers)
        self._flatten = flatten
        self.cast(dtype)

    def linear(self, x, bias):
        if self._flatten and x.ndim != 2:
            x = x.flatten(1) if x.ndim > 1 else x.unsqueeze(1)
        return functional.linear(x, self.weight.tensor(self.outputs, x.shape[-1]), bias)


def _pair(value):
    return (value, value) if isinstance(value, int) else tuple(value)


class Conv2D(_Weighted):
    """A convolution over (batch, channels, height, width)."""

    transposed = False

    def __init__(
        self, channels, kernel_size, strides=1, padding=0, dilation=1, groups=1,
        activation=None, use_bias=True, in_channels=0, **initializers,
    ):  # fmt: skip
        self._kernel = _pair(kernel_size)
        self._kwargs = {"stride": _pair(strides), "pad": _pair(padding)}
        self._kwargs |= {"dilate": _pair(dilation), "num_group": groups}
        shape = self._shape(channels, in_channels)
        super().__init__(shape, channels, activation, use_bias, **initializers)

    def _shape(self, *channels):
        first, second = channels[::-1] if self.transposed else channels
        return (first, second // self._kwargs["num_group"], *self._kernel)

    def linear(self, x, bias):
        weight = self.weight.tensor(*self._shape(self.outputs, x.shape[1]))
        if not self.transposed:
            x = x.contiguous(memory_format=torch.channels_last)
        *how, groups = self._kwargs.values()
        return torch.convolution(x, weight, bias, *how, self.transposed, (0, 0), groups)


class Conv2DTranspose(Conv2D):
    """The transpose of a convolution: its output is larger than its input."""

    transposed = True


class Embedding(Layer):
    """A row of numbers for each whole number from 0 to ``input_dim`` - 1."""

    def __init__(self, input_dim, output_dim, dtype="float32", weight_initializer=None):
        self._own("weight", (input_dim, output_dim), weight_initializer, dtype=dtype)
        self.input_dim = input_dim

    def compute(self, x):  # beyond the ends: the last and the first, as in MXNet
        places = x.long().clamp(0, self.input_dim - 1)
        return functional.embedding(places, self.weight.tensor())


# ---- Normalisation ---------------------------------------------------------------


class _Norm(Layer):
    def __init__(self, axis=-1, epsilon=1e-5, center=True, scale=True, in_channels=0):
        self.axis, self.epsilon, self.scale = axis, epsilon, scale
        self._kwargs = {"axis": axis, "eps": epsilon, "fix_gamma": not scale}
        self._own("gamma", in_channels, "ones", grad_req="write" if scale else "null")
        self._own("beta", in_channels, "zeros", grad_req="write" if center else "null")

    def _vectors(self, size):
        return [parameter.tensor(size) for parameter in self._reg_params.values()]


class LayerNorm(_Norm):
    """Each example with its own mean and variance along ``axis``."""

    def compute(self, x):
        x = x.movedim(self.axis, -1)
        how = (*self._vectors(x.shape[-1]), self.epsilon)
        return functional.layer_norm(x, x.shape[-1:], *how).movedim(-1, self.axis)


class BatchNorm(_Norm):
    """Each channel with the mean and variance of its batch, or, later, of many.

    The running values move in the backward pass, as in MXNet, with the variance over n.
    """

    def __init__(self, axis=1, momentum=0.9, epsilon=1e-5, **how):
        super().__init__(axis, epsilon, **how)
        self.momentum = momentum
        self._own("running_mean", self.gamma.shape, "zeros", grad_req="null")
        self._own("running_var", self.gamma.shape, "ones", grad_req="null")

    def compute(self, x):
        x, training = x.movedim(self.axis, 1), is_training()
        gamma, beta, *running = self._vectors(x.shape[1])
        gamma = gamma if self.scale else None  # it counts as 1
        known = (None, None) if training else running
        how = (*known, training, 0.0, self.epsilon)
        out, mean, deviation = torch.native_batch_norm(x, gamma, beta, *how)

        def move(_):
            var = deviation.detach() ** -2 - self.epsilon  # over n, not n - 1
            running[0].lerp_(mean, 1 - self.momentum)
            running[1].lerp_(var, 1 - self.momentum)

        if training and out.requires_grad:
            out.register_hook(move)
        return out.movedim(1, self.axis)


# ---- Pooling ---------------------------------------------------------------------


class MaxPool2D(Layer):
    """The largest of each piece of (batch, channels, height, width)."""

    function = staticmethod(functional.max_pool2d)

    def __init__(self, pool_size=2, strides=None, padding=0, ceil_mode=False):
        convention = "full" if ceil_mode else "valid"
        self._kwargs = {
            "kernel": _pair(pool_size),
            "stride": _pair(strides or pool_size),
        }
        self._kwargs |= {"pad": _pair(padding), "pooling_convention": convention}

    def compute(self, x):
        x = x.contiguous(memory_format=torch.channels_last)  # many times as fast
        *how, convention = self._kwargs.values()
        return self.function(x, *how, ceil_mode=convention == "full")


class AvgPool2D(MaxPool2D):
    """The mean of each piece of (batch, channels, height, width)."""

    function = staticmethod(functional.avg_pool2d)


class GlobalMaxPool2D(Layer):
    """The largest of each channel."""

    compute = staticmethod(partial(functional.adaptive_max_pool2d, output_size=1))


class GlobalAvgPool2D(Layer):
    """The mean of each channel."""

    compute = staticmethod(partial(torch.mean, dim=(2, 3), keepdim=True))
