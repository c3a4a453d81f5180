"""Run the book under several seeds and tell which claims held under all of them.

    python -m book.tools.seeds 5                  # seeds 0 to 4, every chapter
    python -m book.tools.seeds 10 fizzbuzz/rules-and-data

Nothing is written: the stored notebooks stay those of the book's own seed. Ends with
exit code 1 where a claim failed, or was not reached, under some seed.
"""

import asyncio
import os
import sys

import nbformat
import pandas as pd
from tqdm import tqdm
from utils.claims import MIME_TYPE

from book.tools.notebooks import ChapterError, choose_chapters, execute, in_order


def read_claims(text: str) -> tuple[dict, list[str]]:
    """From an executed notebook: its claims' records by id, and its error messages."""
    records, errors = {}, []
    for cell in nbformat.reads(text, as_version=4).cells:
        expected = "raises-exception" in cell.metadata.get("tags", [])
        for output in cell.get("outputs", []):
            if output.output_type == "error" and not expected:
                errors.append(f"{output.ename}: {output.evalue}")
            if record := output.get("data", {}).get(MIME_TYPE):
                records[record["id"]] = record
    return records, errors


async def run_seed(seed: int, names: list[str]) -> list[tuple[dict, list[str]]]:
    """Execute chapters under one seed, going on after a claim that fails."""
    os.environ["BOOK_SEED"] = str(seed)

    async def run(name):
        return read_claims(await execute(name, keep_going=True))

    results = await in_order(run, names)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


def main() -> None:
    try:
        count = int(sys.argv[1])
        names = choose_chapters(sys.argv[2:])
    except (IndexError, ValueError, ChapterError) as error:
        sys.exit(f"{error}\nexpected: number of seeds, then chapters (topic/name)")
    values, bounds, troubles = {}, {}, []
    for seed in tqdm(range(count), desc="seeds", disable=None):
        for records, errors in asyncio.run(run_seed(seed, names)):
            for id, record in records.items():
                values.setdefault(id, {})[seed] = record["value"]
                bounds[id] = record["bound"]
            troubles += [f"seed {seed}: {error}" for error in errors]
    table = pd.DataFrame(values).T.rename_axis("claim")
    not_reached = table.index[table.isna().any(axis=1)]
    failed = {id for id in values for t in troubles if f"claim {id} " in t}
    table.insert(0, "bound", pd.Series(bounds))
    table["held"] = [
        "no" if id in failed else "not reached" if id in not_reached else "yes"
        for id in table.index
    ]
    with pd.option_context("display.width", None, "display.max_columns", None):
        print(table.to_string(float_format=lambda v: f"{v:.4g}"))
    print("\n".join(["", *troubles]))
    bad = (table["held"] != "yes").sum()
    print(f"{len(table) - bad} of {len(table)} claims held under all {count} seeds")
    sys.exit(bool(bad or troubles))


if __name__ == "__main__":
    main()
