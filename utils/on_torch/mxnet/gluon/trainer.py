"""The trainer: one optimiser's steps on the parameters of a net."""

from .. import optimizer as optimizers
from ..base import Known
from .block import Parameter


class Trainer(Known):
    """Steps of ``optimizer`` on ``params``, a dictionary or a list of parameters."""

    def __init__(self, params, optimizer, optimizer_params=None, kvstore=None):
        params = list(params.values() if isinstance(params, dict) else params)
        for given in params:
            if not isinstance(given, Parameter):
                wanted = "expected parameters, such as net.collect_params()"
                raise ValueError(f"params holds {given!r}, {wanted}")
        self._params = params
        if isinstance(optimizer, str):
            optimizer = optimizers.create(optimizer, **(optimizer_params or {}))
        elif optimizer_params:
            raise ValueError("optimizer_params need an optimizer given by its name")
        self.optimizer = optimizer

    learning_rate = property(lambda self: self.optimizer.learning_rate)
    set_learning_rate = property(lambda self: self.optimizer.set_learning_rate)

    def step(self, batch_size, ignore_stale_grad=False):
        """Descend along the gradients of the last backward pass, over batch_size."""
        fresh = []
        for parameter in [p for p in self._params if p.grad_req != "null"]:
            if parameter.tensor().fresh:
                fresh.append(parameter)
            elif not ignore_stale_grad:
                stale = "has not been updated by backward since last `step`"
                raise UserWarning(f"Gradient of Parameter `{parameter.name}` {stale}")
        self.optimizer.step(fresh, 1 / batch_size)
        for parameter in fresh:
            parameter.tensor().fresh = False

    update = step

    def allreduce_grads(self):
        """Nothing: there is one place."""
