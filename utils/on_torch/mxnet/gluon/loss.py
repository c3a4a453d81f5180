"""Losses: one number for each example."""

from torch.nn.functional import binary_cross_entropy_with_logits

from ..base import called
from ..npx import pick
from .block import HybridBlock


class Loss(HybridBlock):
    """The mean of ``each`` over all axes but the first, weighted where asked."""

    def __init__(self, weight=None, batch_axis=0):
        self._weight = weight

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        return called(self.name, self._weighted, (pred, label, sample_weight))

    def _weighted(self, pred, label, sample_weight):
        losses = self.each(pred, label)
        for weight in (self._weight, sample_weight):
            losses = losses if weight is None else losses * weight
        # whatever batch_axis is, as in MXNet
        return losses.reshape(*losses.shape[:1], -1).mean(-1)


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

    def __init__(self, from_sigmoid=False, **how):
        super().__init__(**how)
        self._from_sigmoid = from_sigmoid

    def each(self, pred, label):
        label = label.reshape(pred.shape).to(pred.dtype)
        if self._from_sigmoid:
            yes, no = (p.clamp(min=0) + 1e-12 for p in (pred, 1 - pred))
            return -(yes.log() * label + no.log() * (1 - label))
        return binary_cross_entropy_with_logits(pred, label, reduction="none")


class SoftmaxCrossEntropyLoss(Loss):
    """Minus the log-probability of the class; labels beyond the ends are the ends'."""

    def __init__(self, axis=-1, sparse_label=True, from_logits=False, **how):
        super().__init__(**how)
        self._axis, self._sparse_label, self._logs = axis, sparse_label, from_logits

    def each(self, pred, label):
        log_p = pred if self._logs else pred.log_softmax(self._axis)
        if not self._sparse_label:
            return -(label.reshape(pred.shape) * log_p).sum(self._axis, keepdim=True)
        return -pick.__wrapped__(log_p, label, self._axis, keepdims=True)


SoftmaxCELoss, SigmoidBCELoss = SoftmaxCrossEntropyLoss, SigmoidBinaryCrossEntropyLoss
