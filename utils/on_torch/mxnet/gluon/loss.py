"""Losses: one number for each example."""

from torch.nn import functional

from ..array import array_of, ndarray, telling
from .block import HybridBlock


class Loss(HybridBlock):
    """The mean of ``each`` over all axes but the first, weighted where asked."""

    def __init__(self, weight=None, batch_axis=0):
        super().__init__()
        self._weight = weight

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        with telling(self.name, [pred, label, sample_weight]):
            losses = self.each(array_of(pred), array_of(label))
            if self._weight is not None:
                losses = losses * self._weight
            if sample_weight is not None:
                losses = losses * array_of(sample_weight)
        # whatever batch_axis is, as in MXNet
        return ndarray(losses.reshape(*losses.shape[:1], -1).mean(-1))


class L1Loss(Loss):
    """The absolute difference."""

    def each(self, pred, label):
        return (label.reshape(pred.shape) - pred).abs()


class L2Loss(Loss):
    """Half the squared difference."""

    def each(self, pred, label):
        return (label.reshape(pred.shape) - pred).square() / 2


class SigmoidBinaryCrossEntropyLoss(Loss):
    """Minus the log-probability of a yes or no."""

    def __init__(self, from_sigmoid=False, weight=None, batch_axis=0):
        super().__init__(weight, batch_axis)
        self._from_sigmoid = from_sigmoid

    def each(self, pred, label):
        label = label.reshape(pred.shape).to(pred.dtype)
        if self._from_sigmoid:
            yes, no = (p.clamp(min=0) + 1e-12 for p in (pred, 1 - pred))
            return -(yes.log() * label + no.log() * (1 - label))
        return functional.binary_cross_entropy_with_logits(
            pred, label, reduction="none"
        )


class SoftmaxCrossEntropyLoss(Loss):
    """Minus the log-probability of the class; labels beyond the ends are the ends'."""

    def __init__(
        self, axis=-1, sparse_label=True, from_logits=False, weight=None, batch_axis=0
    ):
        super().__init__(weight, batch_axis)
        self._axis, self._sparse_label = axis, sparse_label
        self._from_logits = from_logits

    def each(self, pred, label):
        log_p = pred if self._from_logits else pred.log_softmax(self._axis)
        if not self._sparse_label:
            product = label.reshape(pred.shape) * log_p
            return -product.sum(self._axis, keepdim=True)
        shape = list(pred.shape)
        classes, shape[self._axis] = shape[self._axis], 1
        places = label.long().clamp(0, classes - 1).reshape(shape)
        return -log_p.gather(self._axis, places)


SoftmaxCELoss, SigmoidBCELoss = SoftmaxCrossEntropyLoss, SigmoidBinaryCrossEntropyLoss
