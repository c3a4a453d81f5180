"""Make zoo.csv from the wheel of Orange 3.40.0.

    python -m data.animals.make                                  # fetches it with pip
    python -m data.animals.make orange3-3.40.0-cp311-….whl       # or takes it from here

Nothing in the book runs this: zoo.csv is committed. It is here so that anyone can see
where every number came from, and make the same bytes again. The tree above the
animals, linnaeus.csv, was written by hand.
"""

import argparse
import io
from pathlib import Path
import zipfile

import pandas as pd

from data import sources

PACKAGE = "Orange3==3.40.0"
PACKAGE_SHA256 = "1c24dc6df818be26710d6d8d7595a8a50682e3c99e6e3bdabe14591e26f5a85b"
MEMBER = "Orange/datasets/zoo.tab"
TARGET = Path(__file__).with_name("zoo.csv")


def read(content: bytes) -> str:
    """Orange's own table: three header lines (names, types, roles), then animals."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(MEMBER).decode("ascii")


def animals(text: str) -> pd.DataFrame:
    """One row an animal: its name, its 16 features as whole numbers, its class."""
    table = pd.read_csv(io.StringIO(text), sep="\t", skiprows=[1, 2])
    features = table.columns.drop(["name", "type"])
    table[features] = table[features].astype(int)
    # Two rows are called frog. They differ in one thing: whether it is venomous.
    frogs = table.index[table["name"] == "frog"]
    for row in frogs:
        kind = "venomous" if table.at[row, "venomous"] else "harmless"
        table.at[row, "name"] = f"frog ({kind})"
    if table["name"].duplicated().any():
        raise SystemExit(f"two animals of one name: {table['name'].tolist()}")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("archive", nargs="?", type=Path, help="the wheel of Orange")
    content = sources.pypi(PACKAGE, PACKAGE_SHA256, parser.parse_args().archive)
    animals(read(content)).to_csv(TARGET, index=False, lineterminator="\n")
    print(sources.sum_line(TARGET))


if __name__ == "__main__":
    main()
