"""Run the book under several seeds and tell which claims held under all of them.

    python -m book.tools.seeds 5                    # seeds 0 to 4, every chapter
    python -m book.tools.seeds 5-9 fizzbuzz/rules-and-data

Nothing is written (`make evidence` keeps what it finds). Ends with exit code 1 where a
claim failed, or was not reached, under some seed.
"""

import asyncio
import sys

import pandas as pd

from book.tools import options
from book.tools.chapters import ChapterError, choose_chapters
from book.tools.evidence import run_seeds


def main() -> None:
    try:
        seeds = options.seeds(sys.argv[1])
        names = choose_chapters(sys.argv[2:])
        values, bounds, failed = {}, {}, set()

        def done(name, seed, records):
            for id, record in records.items():
                values.setdefault(id, {})[seed] = record["value"]
                bounds[id] = record["bound"]
                if not record["held"]:
                    failed.add(id)

        troubles = asyncio.run(run_seeds(names, seeds, done))
    except (ChapterError, options.OptionError) as error:
        sys.exit(str(error))
    table = pd.DataFrame(values).T.reindex(columns=seeds).rename_axis("claim")
    not_reached = table.index[table.isna().any(axis=1)]
    table.insert(0, "bound", pd.Series(bounds, dtype=object))
    table["held"] = [
        "no" if id in failed else "not reached" if id in not_reached else "yes"
        for id in table.index
    ]
    with pd.option_context("display.width", None, "display.max_columns", None):
        print(table.to_string(float_format=lambda v: f"{v:.4g}"))
    print("\n".join(["", *troubles]))
    bad = (table["held"] != "yes").sum()
    print(
        f"{len(table) - bad} of {len(table)} claims held under all {len(seeds)} seeds"
    )
    sys.exit(bool(bad or troubles))


if __name__ == "__main__":
    main()
