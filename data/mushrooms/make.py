"""Make mushrooms.csv from the source of XGBoost 1.7.4, as Debian keeps it.

    python -m data.mushrooms.make                                # fetches it with apt
    python -m data.mushrooms.make xgboost_1.7.4.orig.tar.gz      # or takes it from here

Nothing in the book runs this: mushrooms.csv is committed. It is here so that anyone
can see where every word came from, and make the same bytes again.
"""

import argparse
import io
from pathlib import Path
import re
import tarfile

import pandas as pd

from data import sources

PACKAGE = "xgboost=1.7.4-1"
PACKAGE_SHA256 = "bedf9b61564c80f28a7ca8e74d71357539b6c81a0e5a548db10a48530a07424a"
STEM = "xgboost-1.7.4/demo/CLI/binary_classification/agaricus-lepiota"
CLASSES = {"e": "edible", "p": "poisonous"}
TARGET = Path(__file__).with_name("mushrooms.csv")


def read(content: bytes) -> tuple[str, str]:
    """The table of letters and the list of what they mean, as text."""
    with tarfile.open(fileobj=io.BytesIO(content)) as package:
        data, codes = (
            package.extractfile(f"{STEM}.{suffix}").read().decode("ascii")
            for suffix in ("data", "fmap")
        )
    return data, codes


def meanings(codes: str) -> dict[str, dict[str, str]]:
    """For each feature, in order, the word that each letter stands for.

    An entry looks like ``4. bruises?: bruises=t,no=f`` and may go on in the next line.
    """
    features = {}
    for entry in re.split(r"^\s*\d+\.", codes, flags=re.M)[1:]:
        name, words = re.sub(r"\s", "", entry).split(":")
        pairs = [word.split("=") for word in words.split(",")]
        features[name.strip("?").replace("-", "_")] = {k: word for word, k in pairs}
    return features


def decode(data: str, codes: str) -> pd.DataFrame:
    """The table in words. Raises SystemExit for a letter that stands for nothing."""
    words = {"class": CLASSES, **meanings(codes)}
    letters = pd.read_csv(io.StringIO(data), header=None, names=list(words), dtype=str)
    table = letters.apply(lambda column: column.map(words[column.name]))
    if table.isna().any(axis=None):
        row, column = next(zip(*table.isna().to_numpy().nonzero(), strict=True))
        raise SystemExit(
            f"row {row + 1}: {letters.iat[row, column]!r} stands for no "
            f"{table.columns[column]}; expected one of "
            f"{sorted(words[table.columns[column]])}"
        )
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("archive", nargs="?", type=Path, help="xgboost's source")
    content = sources.debian(PACKAGE, PACKAGE_SHA256, parser.parse_args().archive)
    decode(*read(content)).to_csv(TARGET, index=False, lineterminator="\n")
    print(sources.sum_line(TARGET))


if __name__ == "__main__":
    main()
