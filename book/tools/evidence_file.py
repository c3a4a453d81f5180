"""The file book/evidence.csv: one row a claim, engine and seed."""

import csv
from dataclasses import astuple, dataclass, fields
import io
from pathlib import Path

from book.tools.chapters import ROOT, ChapterError, chapter_names, replace_text

FILE = Path("book", "evidence.csv")
YES, NO, NOT_REACHED = "yes", "no", "not reached"


@dataclass(frozen=True)
class Row:
    """One line of the file, all of it text as it stands there."""

    claim: str
    engine: str
    seed: str
    value: str
    bound: str
    baseline: str
    held: str
    fingerprint: str


def read_rows(root: Path = ROOT) -> list[Row]:
    """The rows of the file. Raises ChapterError where it is not what we write."""
    path = root / FILE
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.reader(stream))
    header = [field.name for field in fields(Row)]
    for number, line in enumerate(lines, start=1):
        if len(line) != len(header) or (number == 1 and line != header):
            raise ChapterError(
                f"{FILE}:{number}: {','.join(line)!r}, expected the columns "
                f"{','.join(header)}; restore it, or delete it and run: make evidence"
            )
    return [Row(*line) for line in lines[1:]]


def write_rows(rows: list[Row], root: Path = ROOT) -> None:
    """Write the file, in the order of the book, then of engines and seeds."""
    chapters = [name.split("/")[1] for name in chapter_names(root)]
    place = {name: i for i, name in enumerate(chapters)}

    def order(row):
        return place[row.claim.split("/")[0]], row.claim, row.engine, int(row.seed)

    kept = [row for row in rows if row.claim.split("/")[0] in place]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Row)])
    writer.writerows(astuple(row) for row in sorted(kept, key=order))
    replace_text(root / FILE, text.getvalue())
