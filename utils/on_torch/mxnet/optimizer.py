"""Optimisers with the arithmetic of MXNet 1.9.1."""

from math import sqrt

import torch
from torch.optim.adam import adam

from .base import one_of


class Optimizer:
    """Learning rate, weight decay and clipping; what moves a weight is ``update``."""

    # the settings of a kind, in MXNet's order; how many arrays it keeps a parameter
    own, memory = {}, 0

    def __init__(self, *args, lr_scheduler=None, wd=0.0, clip_gradient=None, **named):
        if strange := named.keys() - self.own.keys():
            raise TypeError(f"{type(self).__name__} has no setting {sorted(strange)}")
        settings = self.own | dict(zip(self.own, args, strict=False)) | named
        self.lr = settings.pop("learning_rate")
        self.__dict__ |= settings
        if self.lr is None and lr_scheduler is None:
            self.lr = 0.01
        if lr_scheduler and self.lr is not None:  # as in MXNet
            lr_scheduler.base_lr = self.lr
        self.lr_scheduler, self.wd, self.clip_gradient = lr_scheduler, wd, clip_gradient
        self.num_update, self._states = 0, {}

    @property
    def learning_rate(self):
        return self.lr_scheduler(self.num_update) if self.lr_scheduler else self.lr

    def set_learning_rate(self, lr):
        if self.lr_scheduler:
            raise UserWarning("the rate comes from lr_scheduler and cannot be set")
        self.lr = lr

    def step(self, parameters, scale):
        """Move the parameters along their gradients times ``scale``."""
        self.num_update += 1
        for parameter in parameters:
            leaf = parameter.tensor()
            weight, gradient = leaf.data, leaf.grad * scale
            if parameter not in self._states:
                zeros = [torch.zeros_like(weight) for _ in range(self.memory)]
                self._states[parameter] = [torch.zeros(()), *zeros]
            count, *memory = self._states[parameter]
            count += 1
            lr, wd = self.learning_rate * parameter.lr_mult, self.wd * parameter.wd_mult
            self.update(weight, gradient, lr, wd, count, *memory)

    def _clipped(self, gradient):
        limit = self.clip_gradient or 0
        return gradient.clamp(-limit, limit) if limit > 0 else gradient


class SGD(Optimizer):
    """Steepest descent, with or without momentum."""

    own, memory = {"momentum": 0.0, "learning_rate": None}, 1

    def update(self, weight, gradient, lr, wd, count, velocity):
        gradient = self._clipped(gradient) + wd * weight
        if self.momentum > 0:
            weight += velocity.mul_(self.momentum).sub_(lr * gradient)
        else:
            weight -= lr * gradient


class AdaGrad(Optimizer):
    """Steps divided by the root of all squares so far."""

    own, memory = {"eps": 1e-7, "learning_rate": None}, 1

    def update(self, weight, gradient, lr, wd, count, history):
        gradient = self._clipped(gradient)
        history += gradient**2
        weight -= lr * (gradient / (history + self.eps).sqrt() + wd * weight)


class RMSProp(Optimizer):
    """Steps divided by the root of a running mean of squares."""

    own, memory = {"learning_rate": 0.001, "gamma1": 0.9, "epsilon": 1e-8}, 1

    def update(self, weight, gradient, lr, wd, count, squares):
        gradient = self._clipped(gradient + wd * weight)
        squares.mul_(self.gamma1).add_((1 - self.gamma1) * gradient**2)
        weight -= lr * gradient / (squares + self.epsilon).sqrt()


class Adam(Optimizer):
    """Adam, computed by the function of torch.optim.

    MXNet adds epsilon before the bias is corrected, so that torch's epsilon has to
    change with the number of steps.
    """

    own = {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    memory = 2

    def update(self, weight, gradient, lr, wd, count, mean, squares):
        if self.clip_gradient:  # decay is clipped as well
            gradient, wd = self._clipped(gradient + wd * weight), 0.0
        adam(
            [weight], [gradient], [mean], [squares], [], [count - 1], fused=True,
            lr=lr, beta1=self.beta1, beta2=self.beta2, weight_decay=wd, amsgrad=False,
            eps=self.epsilon / sqrt(1 - self.beta2 ** count.item()), maximize=False,
        )  # fmt: skip


NAMED = {c.__name__.lower(): c for c in (SGD, AdaGrad, RMSProp, Adam)}


def create(name, **how):
    """The optimiser of a name, with its settings."""
    return NAMED[one_of("optimizer", name.lower(), NAMED)](**how)
