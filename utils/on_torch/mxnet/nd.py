"""What the book calls of MXNet's older interface; arrays are those of ``np``."""

from torch.nn.functional import ctc_loss

from .base import ndarray as NDArray  # noqa: F401
from .base import one_of, operation
from .npx import waitall  # noqa: F401


@operation
def CTCLoss(data, label, data_lengths, label_lengths, **settings):
    """Minus the log-probability of each text.

    ``data`` has shape (time, batch, symbols), before the softmax; ``label`` (batch,
    characters). Both lengths must be used, and the blank must be the last symbol.
    """
    known = {"use_data_lengths": True, "use_label_lengths": True, "blank_label": "last"}
    one_of("settings", settings, (known,))
    whole = [a.long() for a in (label, data_lengths, label_lengths)]
    return ctc_loss(data.log_softmax(2), *whole, data.shape[2] - 1, "none")
