"""A claim over several seeds as a small drawing: values, bound and baseline on a line.

The line reaches from the smallest to the largest of these numbers; where they are all
positive and lie more than a thousandfold apart it is logarithmic.
"""

from dataclasses import dataclass
from html import escape
import math
import re
import statistics

from book.tools.tightness import limits, worst_first

WIDTH, HEIGHT, EDGE = 132, 22, 7  # pixels
LOGARITHMIC = 1000  # from this ratio on
COMPARISON = re.compile(r"([\w/-]+) *([<>]) *(baseline|-?[\d.]+)")
COUNTS = ["none", "one", "two", "three", "four", "five"]
COUNTS += ["six", "seven", "eight", "nine", "ten"]


@dataclass(frozen=True)
class Spread:
    """What one claim came to under several seeds."""

    values: tuple[float, ...]
    bound: str
    baseline: float | None = None
    failed: int = 0  # seeds under which the claim failed
    unreached: int = 0  # seeds under which it was not reached
    engine: str = ""  # what the nets were trained by, if that is to be said

    @property
    def limits(self) -> tuple[float, ...]:
        """The numbers in the bound: none, one or two."""
        return limits(self.bound)

    @property
    def from_worst(self) -> tuple[float, ...]:
        """The values from worst to best; from low to high where nothing is asked."""
        return worst_first(self.bound, self.values)

    @property
    def words(self) -> str:
        """Worst, median and best in words, for those who cannot see the drawing."""
        worst, best = self.from_worst[0], self.from_worst[-1]
        median = statistics.median(self.values)
        names = ("lowest", "highest") if not self.limits else ("worst", "best")
        count = len(self.values)
        seeds = "1 seed" if count == 1 else f"{count} seeds"
        failed = f"; fails under {self.failed} of them" if self.failed else ""
        if self.unreached:
            failed += f"; not reached under {self.unreached} more"
        engine = f"{self.engine}, " * bool(self.engine)
        return (
            f"{engine}{seeds}: {names[0]} {worst:.4g}, median {median:.4g}, "
            f"{names[1]} {best:.4g}{failed}"
        )


def drawings(spreads: list[Spread]) -> str:
    """Spreads of one claim, below each other on one scale, each with its engine."""
    every = tuple(value for spread in spreads for value in spread.values)
    return "".join(
        f'<span class="spread-engine">{escape(spread.engine)} '
        f"{drawing(spread, every)}</span>"
        for spread in spreads
    )


def drawing(spread: Spread, others: tuple[float, ...] = ()) -> str:
    """The spread as SVG: a ring a seed, the median filled, bound and baseline.

    The line reaches to the ``others``, too.
    """
    numbers = [*spread.values, *spread.limits, *others]
    if spread.baseline is not None:
        numbers.append(spread.baseline)
    low, high = min(numbers), max(numbers)
    bends = low > 0 and high / low >= LOGARITHMIC

    def place(number: float) -> float:
        ends = [math.log(v) if bends else v for v in (low, high, number)]
        share = (ends[2] - ends[0]) / (ends[1] - ends[0]) if high > low else 0.5
        return round(EDGE + share * (WIDTH - 2 * EDGE), 1)

    def upright(number: float, kind: str) -> str:
        x = place(number)
        return f'<path class="spread-{kind}" d="M{x} 2V{HEIGHT - 2}"/>'

    middle = HEIGHT / 2
    parts = [f'<path class="spread-axis" d="M{EDGE} {middle}H{WIDTH - EDGE}"/>']
    if spread.baseline is not None:
        parts.append(upright(spread.baseline, "baseline"))
    parts += [upright(limit, "bound") for limit in dict.fromkeys(spread.limits)]
    for value in spread.values:
        parts.append(f'<circle cx="{place(value)}" cy="{middle}" r="3.5"/>')
    median = place(statistics.median(spread.values))
    parts.append(f'<circle class="spread-median" cx="{median}" cy="{middle}" r="3.5"/>')
    label = escape(spread.words + ("; logarithmic" if bends else ""))
    return (
        f'<svg class="spread" role="img" aria-label="{label}" width="{WIDTH}" '
        f'height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"><title>{label}</title>'
        f"{''.join(parts)}</svg>"
        + f'<span class="spread-failed">✗ {spread.failed}</span>' * bool(spread.failed)
        + f'<span class="spread-unreached">? {spread.unreached}</span>'
        * bool(spread.unreached)
    )


def over_seeds(comparison: str, evidence: dict[str, list]) -> str:
    """In words, under how many seeds ``id < number`` or ``id > baseline`` is so.

    ``evidence`` holds for each claim its rows of evidence.csv. Raises ValueError where
    the text is no such comparison, or no row has what is compared.
    """
    if not (match := COMPARISON.fullmatch(comparison)):
        raise ValueError(f"{comparison!r}, expected such as 'digits/lead > 0'")
    id, sign, other = match.groups()
    pairs = [
        (float(row.value), float(row.baseline if other == "baseline" else other))
        for row in evidence.get(id, [])
        if row.value and (row.baseline or other != "baseline")
    ]
    if not pairs:
        raise ValueError(f"the evidence has nothing for {comparison!r}")
    count = sum(a < b if sign == "<" else a > b for a, b in pairs)
    words = [COUNTS[n] if n < len(COUNTS) else str(n) for n in (count, len(pairs))]
    return " of ".join(words)
