"""What the book calls of MXNet's older interface; arrays are those of ``np``."""

from torch.nn import functional

from .array import array_of, operation
from .array import ndarray as NDArray  # noqa: F401
from .base import module_getattr, one_of
from .npx import waitall  # noqa: F401


@operation
def CTCLoss(
    data, label, data_lengths, label_lengths, use_data_lengths=False,
    use_label_lengths=False, blank_label="first",
):  # fmt: skip
    """Minus the log-probability of each text.

    ``data`` has shape (time, batch, symbols), before the softmax; ``label`` (batch,
    characters). Both lengths must be used, and the blank must be the last symbol.
    """
    one_of("use_data_lengths", use_data_lengths, (True,))
    one_of("use_label_lengths", use_label_lengths, (True,))
    one_of("blank_label", blank_label, ("last",))
    return functional.ctc_loss(
        array_of(data).log_softmax(2),
        *(array_of(a).long() for a in (label, data_lengths, label_lengths)),
        blank=data.shape[2] - 1,
        reduction="none",
    )


__getattr__ = module_getattr("nd", globals())
