"""Recurrent layers, over whole sequences."""

import torch

from ..array import array_of, ndarray, refused, telling
from ..autograd import is_training
from ..base import module_getattr, one_of
from .block import HybridBlock


class _Recurrent(HybridBlock):
    """Layers of one kind; ``layout`` is TNC or NTC, states (layers, batch, hidden)."""

    gates, states = 1, 1

    def __init__(
        self, hidden_size, num_layers=1, layout="TNC", dropout=0, bidirectional=False,
        input_size=0,
    ):  # fmt: skip
        super().__init__()
        self._hidden_size, self._num_layers = hidden_size, num_layers
        self.layout = one_of("layout", layout, ("TNC", "NTC"))
        self.dropout, self.sides = dropout, "lr" if bidirectional else "l"
        self._dir = len(self.sides)
        size, width = self.gates * hidden_size, input_size
        for layer in range(num_layers):
            for side in self.sides:
                for name, *shape in (
                    ("i2h_weight", size, width),
                    ("h2h_weight", size, hidden_size),
                    ("i2h_bias", size),
                    ("h2h_bias", size),
                ):
                    name = f"{side}{layer}_{name}"
                    initial = "zeros" if len(shape) == 1 else None
                    own = self.params.get(name, shape=shape, init=initial)
                    setattr(self, name, own)
            width = len(self.sides) * hidden_size

    def begin_state(self, batch_size=0, **_):
        """States of zeros."""
        shape = (self._num_layers * self._dir, batch_size, self._hidden_size)
        return [ndarray(torch.zeros(shape)) for _ in range(self.states)]

    def __call__(self, inputs, states=None):
        return super().__call__(inputs, states)

    def forward(self, inputs, states=None):
        x, given = array_of(inputs), states
        if x.ndim != 3:
            raise refused(self.name, [inputs], ValueError("expected three axes"))
        if states is None:
            states = self.begin_state(x.shape[self.layout.find("N")])
        states = [array_of(one) for one in states]
        weights = [
            p.tensor(*(size or x.shape[2] for size in p.shape))
            for p in self._reg_params.values()
        ]
        with telling(
            self.name, [inputs, *states, next(iter(self._reg_params.values()))]
        ):
            output, *ends = self.function(
                x, states[0] if self.states == 1 else states, weights, True,
                self._num_layers, self.dropout, is_training(), self._dir == 2,
                self.layout == "NTC",
            )  # fmt: skip
        output = ndarray(output)
        return output if given is None else (output, [ndarray(end) for end in ends])


class RNN(_Recurrent):
    """The plain recurrent layer, with relu or tanh."""

    def __init__(self, hidden_size, num_layers=1, activation="relu", *args, **kwargs):
        kinds = {"relu": torch.rnn_relu, "tanh": torch.rnn_tanh}
        super().__init__(hidden_size, num_layers, *args, **kwargs)
        self.function = kinds[one_of("activation", activation, kinds)]


class GRU(_Recurrent):
    """The gated recurrent unit."""

    gates, function = 3, staticmethod(torch.gru)


class LSTM(_Recurrent):
    """The long short-term memory; its states are the output and the cell."""

    gates, states, function = 4, 2, staticmethod(torch.lstm)


__getattr__ = module_getattr("gluon.rnn", globals())
