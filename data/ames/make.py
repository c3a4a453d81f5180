"""Make ames.csv.gz from the Debian package r-cran-modeldata 1.1.0-1.

    python -m data.ames.make                                    # fetches it with apt
    python -m data.ames.make r-cran-modeldata_1.1.0-1_all.deb   # or takes it from here

Nothing in the book runs this: ames.csv.gz is committed. It is here so that anyone can
see where every number came from, and make the same table again.
"""

import argparse
import gzip
import lzma
from pathlib import Path
import warnings

import pandas as pd
import rdata

from data import sources

PACKAGE = "r-cran-modeldata=1.1.0-1"
PACKAGE_SHA256 = "66c2e08bb4bf695d972b1e72ea44d5af9ada3c42841793d3871017f7b896bf95"
FOLDER = "./usr/lib/R/site-library/modeldata/data/"
# pandas reads the word None as a gap; here it means that the house has no such thing
NONE = {"Mas_Vnr_Type": "No_Veneer", "Misc_Feature": "No_Feature"}
TARGET = Path(__file__).with_name("ames.csv.gz")


def read(content: bytes) -> pd.DataFrame:
    """The table ``ames`` out of the data base in which R keeps a package's data.

    Rdata.rdx (gzip) tells at which byte of Rdata.rdb an object begins, and how many
    bytes it takes: four of its length, one of its compression (Z: LZMA), then itself.
    """
    package = sources.deb_files(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a tibble is read as a plain data frame
        index = convert(gzip.decompress(package[f"{FOLDER}Rdata.rdx"]))
        start, length = (int(number) for number in index["variables"]["ames"])
        stored = package[f"{FOLDER}Rdata.rdb"][start : start + length]
        if stored[4:5] != b"Z":
            raise SystemExit(f"compression is {stored[4:5]}, expected b'Z' (LZMA)")
        raw = lzma.LZMADecompressor(
            lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2}]
        ).decompress(stored[5:])
        return convert(raw)


def convert(content: bytes):
    """An object that R has serialised, in Python's and pandas's terms."""
    return rdata.conversion.convert(rdata.parser.parse_data(content))


def sales(table: pd.DataFrame) -> pd.DataFrame:
    """The table with whole numbers as such, and words without blanks around them."""
    table = table.reset_index(drop=True)
    for name, column in table.items():
        if isinstance(column.dtype, pd.CategoricalDtype) or column.dtype == object:
            table[name] = column.astype(str).str.strip()
            if name in NONE:
                table[name] = table[name].replace("None", NONE[name])
        elif (column.astype(float) % 1 == 0).all():
            table[name] = column.astype(int)
    if table.isna().any(axis=None):
        raise SystemExit("some cells are empty; the table of 1.1.0 has none")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("archive", nargs="?", type=Path, help="Debian's .deb")
    content = sources.deb(PACKAGE, PACKAGE_SHA256, parser.parse_args().archive)
    text = sales(read(content)).to_csv(index=False, lineterminator="\n")
    TARGET.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(sources.sum_line(TARGET))


if __name__ == "__main__":
    main()
