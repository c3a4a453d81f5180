"""How tight the claims' bounds are, and the rule for it.

    python -m book.tools.tightness                      # every claim with a baseline
    python -m book.tools.tightness fizzbuzz/chain-rule

A bound close to the baseline would let a wrong result pass. So a bounded claim has a
baseline, or it is exact; and of the way from the baseline to the worst value in the
evidence, its bound lies at least ``TIGHT``. What varies too much for that is reported,
without a bound.
"""

from collections.abc import Sequence
from pathlib import Path
import re
import statistics
import sys

from book.tools.chapters import ROOT, ChapterError, choose_chapters
from book.tools.evidence_file import YES, Row, read_rows

# chapters whose bounds and evidence do not keep the rule yet
NOT_YET = frozenset(
    {
        "classification/digits",
        "classification/mushrooms",
        "classification/taxonomy",
        "fizzbuzz/rules-and-data",
        "fizzbuzz/choosing-a-net",
        "regression/house-prices",
        "regression/transit-time",
        "classification/wake-word",
    }
)
TIGHT = 0.75  # of the way from the baseline to the worst value
SEEDS = {"mxnet": range(10), "torch": range(3)}  # that the evidence must hold
TOLERANCE = 1e-4  # up to here a largest value is what rounding may do
NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"


def limits(bound: str) -> tuple[float, ...]:
    """The numbers in a bound as the records write it: none, one or two."""
    if bound == "reported":
        return ()
    return tuple(float(text) for text in re.findall(NUMBER, bound))


def worst_first(bound: str, values: Sequence[float]) -> tuple[float, ...]:
    """The values from worst to best; from low to high where nothing is asked."""
    if bound.startswith("<="):
        return tuple(sorted(values, reverse=True))
    if len(limits(bound)) == 2 or bound.startswith("="):
        middle = statistics.mean(limits(bound))
        return tuple(sorted(values, key=lambda value: -abs(value - middle)))
    return tuple(sorted(values))


def is_exact(bound: str) -> bool:
    """Whether a bound asks for one value, or allows only what rounding does."""
    return bound.startswith("=") or (
        bound.startswith("<=") and 0 <= limits(bound)[0] <= TOLERANCE
    )


def tightness(
    bound: str, values: Sequence[float], baselines: Sequence[float]
) -> float | None:
    """(bound - baseline) / (worst value - baseline), with the baselines' median.

    For an interval, the distances from its middle take the place of the values. None
    where nothing is asked or there is no baseline; 0 where the worst value is not
    better than the baseline.
    """
    if not limits(bound) or not values or not baselines or bound.startswith("="):
        return None
    baseline, worst = statistics.median(baselines), worst_first(bound, values)[0]
    edge = limits(bound)[0]
    if len(limits(bound)) == 2:
        middle = statistics.mean(limits(bound))
        edge -= middle
        edge, baseline, worst = (
            abs(v) for v in (edge, baseline - middle, worst - middle)
        )
    better = worst > baseline if bound.startswith(">=") else worst < baseline
    return (edge - baseline) / (worst - baseline) if better else 0.0


def lets_baseline_pass(bound: str, baselines: Sequence[float]) -> bool:
    """Whether the baseline would keep the bound under some seed."""
    if bound == "reported":
        return False
    low, high = (limits(bound) * 2)[:2]
    if bound.startswith(">="):
        return any(baseline >= low for baseline in baselines)
    if bound.startswith("<="):
        return any(baseline <= low for baseline in baselines)
    return any(low <= baseline <= high for baseline in baselines)


def by_claim(rows: list[Row], engine: str = "mxnet") -> dict[str, list[Row]]:
    """The rows of one engine, by claim."""
    found = {}
    for row in rows:
        if row.engine == engine:
            found.setdefault(row.claim, []).append(row)
    return found


def of_rows(rows: list[Row]) -> tuple[str, list[float], list[float]]:
    """Bound, values and baselines of one claim's rows."""
    bound = next((row.bound for row in rows if row.bound), "reported")
    values = [float(row.value) for row in rows if row.value]
    return bound, values, [float(row.baseline) for row in rows if row.baseline]


def problems(name: str, root: Path = ROOT) -> list[str]:
    """What the evidence has against the bounds of a chapter's claims."""
    chapter, found = name.split("/")[1], []
    rows = [r for r in read_rows(root) if r.claim.split("/")[0] == chapter]
    for engine, wanted in SEEDS.items():
        have = {int(row.seed) for row in rows if row.engine == engine}
        if missing := sorted(set(wanted) - have):
            listed = ", ".join(map(str, missing))
            found.append(
                f"{name}: evidence lacks seeds {listed} on {engine}; "
                f"see *Evidence* in CONTRIBUTING.md"
            )
    found += [
        f"{row.claim}: does not hold under seed {row.seed} on {row.engine} "
        f"({row.value or row.held}, {row.bound})"
        for row in rows
        if row.held != YES
    ]
    for claim, own in by_claim(rows).items():
        if reason := _reason(*of_rows(own)):
            found.append(f"{claim}: {reason}")
    return found


def _reason(bound: str, values: list[float], baselines: list[float]) -> str | None:
    """What is wrong with one bound."""
    if bound == "reported" or (not baselines and is_exact(bound)):
        return None
    if not baselines:
        return f"{bound} has no baseline: give one, or report the value without a bound"
    if lets_baseline_pass(bound, baselines):
        return f"{bound} is a bound that the baseline keeps under some seed"
    tight = tightness(bound, values, baselines)
    if tight is not None and tight < TIGHT:
        worst = worst_first(bound, values)[0]
        return (
            f"tightness {tight:.2f}, expected at least {TIGHT}: the bound is {bound}, "
            f"the baseline {statistics.median(baselines):.4g}, the worst value "
            f"{worst:.4g}; tighten it, or report the value without a bound"
        )
    return None


def main() -> None:
    try:
        names = {name.split("/")[1] for name in choose_chapters(sys.argv[1:])}
        claims = by_claim(read_rows())
    except ChapterError as error:
        sys.exit(str(error))
    for claim, rows in claims.items():
        bound, values, baselines = of_rows(rows)
        if claim.split("/")[0] not in names or bound == "reported":
            continue
        tight = tightness(bound, values, baselines)
        shown = "" if tight is None else f"{tight:.2f}"
        print(f"{shown:>6} {len(values):>2} seeds  {claim}: {bound}", end="")
        print(f"  ({reason})" if (reason := _reason(bound, values, baselines)) else "")


if __name__ == "__main__":
    main()
