"""Recurrent layers, over whole sequences."""

import torch

from ..autograd import is_training
from ..base import called, ndarray, one_of
from .block import HybridBlock


class _Recurrent(HybridBlock):
    """Layers of one kind; ``layout`` is TNC or NTC, states (layers, batch, hidden)."""

    gates, states = 1, 1

    def __init__(
        self, hidden_size, num_layers=1, layout="TNC", dropout=0, bidirectional=False,
        input_size=0,
    ):  # fmt: skip
        self.layout = one_of("layout", layout, ("TNC", "NTC"))
        self.dropout, self._dir = dropout, 2 if bidirectional else 1
        self._hidden_size, self._num_layers = hidden_size, num_layers
        size, width = self.gates * hidden_size, input_size
        for layer in range(num_layers):
            for name in (f"{side}{layer}" for side in "lr"[: self._dir]):
                self._own(f"{name}_i2h_weight", (size, width))
                self._own(f"{name}_h2h_weight", (size, hidden_size))
                self._own(f"{name}_i2h_bias", size, "zeros")
                self._own(f"{name}_h2h_bias", size, "zeros")
            width = self._dir * hidden_size

    def begin_state(self, batch_size=0, **_):
        """States of zeros."""
        shape = (self._num_layers * self._dir, batch_size, self._hidden_size)
        return [ndarray(torch.zeros(shape)) for _ in range(self.states)]

    def forward(self, inputs, states=None):
        given = states or self.begin_state(inputs.shape[self.layout.find("N")])
        own = self._reg_params.values()
        output, *ends = called(self.name, self._run, (inputs, given), beside=own)
        return (output, ends) if states else output

    def _run(self, x, states):
        own, width = self._reg_params.values(), x.shape[2]
        weights = [p.tensor(*(size or width for size in p.shape)) for p in own]
        return self.function(
            x, states if self.states > 1 else states[0], weights, True,
            self._num_layers, self.dropout, is_training(), self._dir == 2,
            self.layout == "NTC",
        )  # fmt: skip


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
