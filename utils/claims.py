"""Claims: what a chapter says it measured, checked each time it runs."""

from html import escape
import math
import re

from IPython.display import display
from utils.checks import number
from utils.seeding import book_seed

MIME_TYPE = "application/vnd.programming-with-data.claim+json"
ID_PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*")


class ClaimError(AssertionError):
    """A claim that does not hold, or does not beat its baseline."""


def claim(
    id: str,
    value: float,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    between: tuple[float, float] | None = None,
    baseline: float | None = None,
) -> None:
    """Check a measured value against its bound, show it, and record it.

    ``id`` is ``chapter/name``, unique in the book. Give at most one bound; with
    none, the value is only reported. ``value`` is a number or an array of one; True
    counts as 1. With a bound, it must also be strictly
    better than ``baseline``: larger for ``at_least``, smaller for ``at_most``, and
    nearer to the middle of the interval for ``between``. ``between=(x, x)`` asks
    for exactly ``x``.

    The cell shows one line and stores a JSON record under ``MIME_TYPE`` (``id``,
    ``value``, ``bound``, ``baseline``, ``seed``), from which the book's ledger of
    claims is made. A claim that fails is shown and recorded too, then raises
    ClaimError. Raises ValueError or TypeError where an argument makes no sense.
    """
    if not isinstance(id, str) or not ID_PATTERN.fullmatch(id):
        raise ValueError(
            f"claim id is {id!r}, expected 'chapter/name' in lower case, "
            f"digits and hyphens, such as 'contractor/exact'"
        )
    value = _measured(id, "value", value)
    baseline = None if baseline is None else _measured(id, "baseline", baseline)
    low, high, bound = _bound(id, at_least, at_most, between)
    problem = None
    if not low <= value <= high:
        problem = f"does not hold: {value:.6g}, expected {bound}"
    elif baseline is not None and not _beats(value, baseline, low, high):
        problem = f"({bound}) does not beat its baseline: {value:.6g}, {baseline:.6g}"
    _show(
        {
            "id": id,
            "value": value,
            "bound": bound,
            "baseline": baseline,
            "seed": book_seed(),
        },
        holds=problem is None,
    )
    if problem:
        raise ClaimError(f"claim {id} {problem}")


def _measured(id: str, name: str, value) -> float:
    """``value`` as a finite float; what was measured and is not finite never holds."""
    value = number(f"claim {id}: {name}", value)
    if not math.isfinite(value):
        raise ClaimError(f"claim {id}: {name} is {value}, expected a finite number")
    return value


def _edge(id: str, name: str, value) -> float:
    """A bound, which the author has chosen, as a finite float."""
    value = number(f"claim {id}: {name}", value)
    if not math.isfinite(value):
        raise ValueError(f"claim {id}: {name} is {value}, expected a finite number")
    return value


def _bound(id, at_least, at_most, between) -> tuple[float, float, str]:
    """The bound as (lowest, highest, text)."""
    given = [b for b in (at_least, at_most, between) if b is not None]
    if len(given) > 1:
        raise ValueError(
            f"claim {id}: give one of at_least, at_most, between; got {len(given)}"
        )
    if at_least is not None:
        low = _edge(id, "at_least", at_least)
        return low, math.inf, f">= {low:g}"
    if at_most is not None:
        high = _edge(id, "at_most", at_most)
        return -math.inf, high, f"<= {high:g}"
    if between is None:
        return -math.inf, math.inf, "reported"
    if not isinstance(between, (tuple, list)) or len(between) != 2:
        raise ValueError(f"claim {id}: between is {between!r}, expected (low, high)")
    low, high = (_edge(id, "between", b) for b in between)
    if low > high:
        raise ValueError(f"claim {id}: between is {between!r}, expected low <= high")
    return low, high, f"= {low:g}" if low == high else f"{low:g} to {high:g}"


def _beats(value: float, baseline: float, low: float, high: float) -> bool:
    if low == -math.inf and high == math.inf:
        return True  # reported: nothing is asked of it
    if high == math.inf:
        return value > baseline
    if low == -math.inf:
        return value < baseline
    middle = (low + high) / 2
    return abs(value - middle) < abs(baseline - middle)


def _show(record: dict, holds: bool) -> None:
    """Display one claim as a line of text, as HTML and as a JSON record."""
    mark, verdict = ("✓", "holds") if holds else ("✗", "fails")
    bound = record["bound"].replace(">=", "≥").replace("<=", "≤")
    parts = ["reported" if bound == "reported" else f"must be {bound}"]
    if record["baseline"] is not None:
        parts.append(f"baseline {record['baseline']:,.4g}")
    name, value, rest = record["id"], f"{record['value']:,.4g}", ", ".join(parts)
    html = (
        f'<div class="claim claim-{verdict}"><span class="claim-mark">{mark}</span> '
        f"<code>{escape(name)}</code> <strong>{escape(value)}</strong> "
        f'<span class="claim-bound">{escape(rest)}</span></div>'
    )
    data = {
        "text/plain": f"{mark} {name}: {value} ({rest})",
        "text/html": html,
        MIME_TYPE: record,
    }
    display(data, raw=True)
