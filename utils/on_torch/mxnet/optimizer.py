"""Optimisers with the arithmetic of MXNet 1.9.1."""

from math import sqrt

import torch

from .base import one_of


class Optimizer:
    """Learning rate, weight decay and clipping; what moves a weight is ``update``."""

    default_lr = 0.01

    def __init__(
        self, learning_rate=None, lr_scheduler=None, wd=0.0, clip_gradient=None
    ):
        if learning_rate is None and (lr_scheduler is None or self.default_lr != 0.01):
            learning_rate = self.default_lr
        if lr_scheduler and learning_rate is not None:  # as in MXNet
            lr_scheduler.base_lr = learning_rate
        self.lr, self.lr_scheduler, self.wd = learning_rate, lr_scheduler, wd
        self.clip_gradient = None if (clip_gradient or 0) <= 0 else clip_gradient
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
        limit = self.clip_gradient
        return gradient if limit is None else gradient.clamp(-limit, limit)


class SGD(Optimizer):
    """Steepest descent, with or without momentum."""

    def __init__(self, momentum=0.0, **common):
        super().__init__(**common)
        self.momentum, self.memory = momentum, int(momentum > 0)

    def update(self, weight, gradient, lr, wd, count, velocity=None):
        gradient = self._clipped(gradient) + wd * weight
        if velocity is None:
            weight -= lr * gradient
        else:
            weight += velocity.mul_(self.momentum).sub_(lr * gradient)


class AdaGrad(Optimizer):
    """Steps divided by the root of all squares so far."""

    memory = 1

    def __init__(self, eps=1e-7, **common):
        super().__init__(**common)
        self.eps = eps

    def update(self, weight, gradient, lr, wd, count, history):
        gradient = self._clipped(gradient)
        history += gradient**2
        weight -= lr * (gradient / (history + self.eps).sqrt() + wd * weight)


class RMSProp(Optimizer):
    """Steps divided by the root of a running mean of squares."""

    default_lr, memory = 0.001, 1

    def __init__(self, learning_rate=None, gamma1=0.9, epsilon=1e-8, **common):
        super().__init__(learning_rate, **common)
        self.gamma1, self.epsilon = gamma1, epsilon

    def update(self, weight, gradient, lr, wd, count, squares):
        gradient = self._clipped(gradient + wd * weight)
        squares.mul_(self.gamma1).add_((1 - self.gamma1) * gradient**2)
        weight -= lr * gradient / (squares + self.epsilon).sqrt()


class Adam(Optimizer):
    """Adam, computed by the function below torch.optim.

    MXNet adds epsilon before the bias is corrected, so that torch's epsilon has to
    change with the number of steps.
    """

    default_lr, memory = 0.001, 2

    def __init__(
        self, learning_rate=None, beta1=0.9, beta2=0.999, epsilon=1e-8, **common
    ):
        super().__init__(learning_rate, **common)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def update(self, weight, gradient, lr, wd, count, mean, squares):
        if self.clip_gradient is not None:  # decay is clipped as well
            gradient, wd = self._clipped(gradient + wd * weight), 0.0
        torch._fused_adam_(
            [weight], [gradient], [mean], [squares], [], [count], lr=lr,
            beta1=self.beta1, beta2=self.beta2, weight_decay=wd, amsgrad=False,
            eps=self.epsilon / sqrt(1 - self.beta2 ** count.item()), maximize=False,
        )  # fmt: skip


NAMED = {c.__name__.lower(): c for c in (SGD, AdaGrad, RMSProp, Adam)}


def create(name, **how):
    """The optimiser of a name, with its settings."""
    return NAMED[one_of("optimizer", name.lower(), NAMED)](**how)
