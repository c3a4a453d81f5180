"""Make bodies.csv from the Debian package r-cran-gclus 1.3.2-2.

    python -m data.bodies.make                                # fetches it with apt
    python -m data.bodies.make r-cran-gclus_1.3.2-2_all.deb   # or takes it from here

Nothing in the book runs this: bodies.csv is committed. It is here so that anyone can
see where every number came from, and make the same table again.
"""

import argparse
from pathlib import Path

import pandas as pd
import rdata

from data import sources

PACKAGE = "r-cran-gclus=1.3.2-2"
PACKAGE_SHA256 = "be76fe9eba6d8a2850edcb5691b3f0adbaae142a9a04113d657641874f1df577"
MEMBER = "./usr/lib/R/site-library/gclus/data/body.RData"
TARGET = Path(__file__).with_name("bodies.csv")
NAMES = {
    "Biacrom": "biacromial_diameter",
    "Biiliac": "biiliac_diameter",
    "Bitro": "bitrochanteric_diameter",
    "ChestDp": "chest_depth",
    "ChestD": "chest_diameter",
    "ElbowD": "elbow_diameter",
    "WristD": "wrist_diameter",
    "KneeD": "knee_diameter",
    "AnkleD": "ankle_diameter",
    "ShoulderG": "shoulder_girth",
    "ChestG": "chest_girth",
    "WaistG": "waist_girth",
    "AbdG": "navel_girth",
    "HipG": "hip_girth",
    "ThighG": "thigh_girth",
    "BicepG": "bicep_girth",
    "ForearmG": "forearm_girth",
    "KneeG": "knee_girth",
    "CalfG": "calf_girth",
    "AnkleG": "ankle_girth",
    "WristG": "wrist_girth",
    "Age": "age",
    "Weight": "weight",
    "Height": "height",
    "Gender": "sex",
}


def bodies(content: bytes) -> pd.DataFrame:
    """One row a person: 21 measures, age, weight, height, and the sex in words."""
    stored = sources.deb_files(content)[MEMBER]
    parsed = rdata.parser.parse_data(stored)
    table = rdata.conversion.convert(parsed, default_encoding="ascii")["body"]
    if list(table.columns) != list(NAMES):
        raise SystemExit(f"columns are {list(table.columns)}, expected {list(NAMES)}")
    table = table.rename(columns=NAMES)
    table["sex"] = table["sex"].map({0: "female", 1: "male"})
    if table.isna().any(axis=None):
        raise SystemExit("the table has gaps, expected none")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("archive", nargs="?", type=Path, help="the package as a .deb")
    content = sources.deb(PACKAGE, PACKAGE_SHA256, parser.parse_args().archive)
    bodies(content).to_csv(TARGET, index=False, lineterminator="\n")
    print(sources.sum_line(TARGET))


if __name__ == "__main__":
    main()
