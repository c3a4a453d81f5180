"""Numbers that the user gives: on a command line, or in the environment.

Each function raises OptionError, a sentence that says what was given and what was
expected; ``main`` functions end with it.
"""

import os
import re
import sys

import joblib
from utils.seeding import book_seed

MAX_SEED = 2**32 - 1


class OptionError(ValueError):
    """A number that is none, or lies outside what makes sense."""


def whole_number(name: str, text: str, low: int, high: int) -> int:
    """``text`` as a whole number from ``low`` to ``high``."""
    if not re.fullmatch(r"\d+", text) or not low <= int(text) <= high:
        raise OptionError(
            f"{name} is {text!r}, expected a whole number from {low} to {high}"
        )
    return int(text)


def seed() -> int:
    """The seed of this run: BOOK_SEED, or 0."""
    try:
        return book_seed()
    except ValueError as error:
        raise OptionError(str(error)) from error


def jobs() -> int:
    """How many chapters run at once: JOBS, or the processors at hand."""
    text = os.environ.get("JOBS", "")
    return whole_number("JOBS", text, 1, 1024) if text else joblib.cpu_count()


def cell_timeout() -> float:
    """The seconds after which a cell is stopped: CELL_TIMEOUT, or 300."""
    text = os.environ.get("CELL_TIMEOUT", "") or "300"
    return whole_number("CELL_TIMEOUT", text, 1, 10**6)


def port(text: str) -> int:
    """PORT, on which the site is served; 0 takes any that is free."""
    return whole_number("PORT", text, 0, 65535)


def seeds(text: str) -> list[int]:
    """The seeds that SEEDS asks for: "10" means 0 to 9; "5-9" and "0,3,7-9" as written.

    A single number is a count; write "7-7" for the seed 7 alone.
    """
    if re.fullmatch(r"\d+", text):
        return list(range(whole_number("SEEDS", text, 1, 10_000)))
    chosen = []
    for part in text.split(","):
        ends = re.fullmatch(r"\s*(\d+)(?:-(\d+))?\s*", part)
        first, last = (int(ends[1]), int(ends[2] or ends[1])) if ends else (1, 0)
        if first > last or last > MAX_SEED or last - first >= 10_000:
            raise OptionError(
                f"SEEDS is {text!r}, expected a number of seeds such as 10, a range "
                f"such as 5-9, or a list such as 0,3,7-9"
            )
        chosen += range(first, last + 1)
    return sorted(set(chosen))


def main() -> None:
    """Print one of them, or check all that a test run will ask for."""
    wanted = {"jobs": jobs, "cell-timeout": cell_timeout, "seed": seed}
    try:
        if sys.argv[1:] == ["check"]:
            for value in wanted.values():
                value()
        elif sys.argv[1] == "port":
            print(port(sys.argv[2]))
        else:
            print(wanted[sys.argv[1]]())
    except OptionError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
