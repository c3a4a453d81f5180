"""Evidence: every claim's value under several seeds, in book/evidence.csv.

    python -m book.tools.evidence 10                    # seeds 0 to 9, what is stale
    python -m book.tools.evidence 5-9 fizzbuzz/rules-and-data
    python -m book.tools.evidence --stale               # only tell what is stale

One row a claim, engine and seed. A row's fingerprint is that of the run: of all that
the chapter's outputs depend on, seed and engine included. A row whose fingerprint is no
longer that of the chapter is stale and is made anew. The rows of the book's own seed
are read off the stored notebook where it is fresh. Long runs that a seed lacks are made
first. The file is written after each run, so nothing is lost when it is interrupted.
"""

import asyncio
from collections import Counter
import json
from pathlib import Path
import re
import sys

import nbformat
from tqdm import tqdm
from utils.claims import MIME_TYPE
from utils.engines import engine
from utils.seeding import book_seed

from book.tools import long_runs, options
from book.tools.chapters import (
    ROOT,
    ChapterError,
    chapter_files,
    chapter_names,
    choose_chapters,
)
from book.tools.evidence_file import (
    FILE,
    NO,
    NOT_REACHED,
    YES,
    Row,
    read_rows,
    write_rows,
)
from book.tools.execute import execute, in_order
from book.tools.sources import read_source
from book.tools.stale import METADATA_KEY, notebook_fingerprint, refreshed

CLAIM = re.compile(r'\bclaim\(\s*"([a-z0-9/-]+)"')
SHORT = 16  # digits of a fingerprint in the file


def read_claims(text: str) -> tuple[dict[str, dict], list[str]]:
    """From an executed notebook: its claims' records by id, and what went wrong.

    Each record gets ``held``: whether the claim held.
    """
    records, errors = {}, []
    for cell in nbformat.reads(text, as_version=4).cells:
        expected = "raises-exception" in cell.metadata.get("tags", [])
        for output in cell.get("outputs", []):
            if output.output_type == "error" and not expected:
                errors.append(f"{output.ename}: {output.evalue}")
            if output.output_type == "stream" and output.name == "stderr":
                errors.append(f"wrote to stderr: {output.text.strip()[:200]}")
            data = output.get("data", {})
            if record := data.get(MIME_TYPE):
                held = "claim-fails" not in data.get("text/html", "")
                records[record["id"]] = {**record, "held": held}
    return records, errors


def kept_runs(name: str, rows: list[Row]) -> dict[int, set[str]]:
    """The fingerprints of the chapter's rows, by seed; one each where all is well."""
    have = {}
    for row in rows:
        if row.claim.split("/")[0] == name.split("/")[1] and row.engine == engine():
            have.setdefault(int(row.seed), set()).add(row.fingerprint)
    return have


def stale_seeds(name: str, seeds: list[int], rows: list[Row], root=ROOT) -> list[int]:
    """The seeds for which the chapter has no fresh rows, or rows of another code."""
    have = kept_runs(name, rows)
    source = read_source(chapter_files(name, root)[0])
    return [
        seed
        for seed in seeds
        if have.get(seed) != {notebook_fingerprint(source, root, seed)[:SHORT]}
    ]


def rows_of(name: str, records: dict[str, dict], seed: int, root=ROOT) -> list[Row]:
    """One run's rows, those of claims that it did not reach among them."""
    source = read_source(chapter_files(name, root)[0])
    code = "\n".join(c.source for c in source.cells if c.cell_type == "code")
    print_ = notebook_fingerprint(source, root, seed)[:SHORT]
    rows = []
    for id in dict.fromkeys([*CLAIM.findall(code), *records]):
        values = ("", "", "", NOT_REACHED)
        if record := records.get(id):
            baseline = record["baseline"]
            values = (
                f"{record['value']:.6g}",
                record["bound"],
                "" if baseline is None else f"{baseline:.6g}",
                YES if record["held"] else NO,
            )
        rows.append(Row(id, engine(), str(seed), *values, print_))
    return rows


async def run_seeds(names: list[str], seeds: list[int], done, root=ROOT) -> list[str]:
    """Run chapters under seeds, going on after what fails; return what went wrong.

    ``done(name, seed, records)`` is called after each run that came to its end.
    """
    return await _run([(name, seed) for seed in seeds for name in names], done, root)


async def _run(jobs, done, root) -> list[str]:
    troubles = []
    bar = tqdm(total=len(jobs), desc="runs", unit="run", disable=None)

    async def run(name, seed):
        text = await execute(name, root, keep_going=True, seed=seed)
        records, errors = read_claims(text)
        troubles.extend(f"{name}, seed {seed}: {error}" for error in errors)
        done(name, seed, records)
        bar.update()

    results = await in_order(run, jobs, root)
    bar.close()
    for (name, seed), result in zip(jobs, results, strict=True):
        if isinstance(result, BaseException):
            if not isinstance(result, ChapterError):
                raise result
            troubles.append(f"{name}, seed {seed}: {result}")
    return troubles


def make_evidence(names: list[str], seeds: list[int], root: Path = ROOT) -> list[str]:
    """Bring the rows of chapters and seeds up to date; return what went wrong."""
    rows = read_rows(root)
    jobs = []

    def replace(name, seed, records):
        nonlocal rows
        old = (name.split("/")[1], engine(), str(seed))
        rows = [r for r in rows if (r.claim.split("/")[0], r.engine, r.seed) != old]
        rows += rows_of(name, records, seed, root)
        write_rows(rows, root)

    for name in names:
        stale = stale_seeds(name, seeds, rows, root)
        if missing := long_runs.missing_seeds(name, stale, root):
            long_runs.make(name, missing, root)
            stale = stale_seeds(name, seeds, rows, root)
        for seed in stale:
            text = _stored(name, root) if seed == book_seed() else None
            if text is None:
                jobs.append((name, seed))
            else:
                replace(name, seed, read_claims(text)[0])
    jobs.sort(key=lambda job: job[1])
    return asyncio.run(_run(jobs, replace, root))


def _stored(name: str, root: Path) -> str | None:
    """The chapter's notebook, where it is fresh and of this run's engine."""
    text = refreshed(name, root)
    made_by = text and json.loads(text)["metadata"][METADATA_KEY].get("engine", "mxnet")
    return text if made_by == engine() else None


def stale_chapters(root: Path = ROOT) -> dict[str, list[int]]:
    """The chapters whose evidence is stale, with the seeds.

    Those seeds count for which the chapter itself has rows, and those for which most of
    the chapters that have any do; seed 0 where there are none.
    """
    rows, found = read_rows(root), {}
    kept = {name: set(kept_runs(name, rows)) for name in chapter_names(root)}
    counts = Counter(seed for seeds in kept.values() for seed in seeds)
    half = sum(map(bool, kept.values())) / 2
    common = {seed for seed, count in counts.items() if count > half} or {0}
    for name, own in kept.items():
        if stale := stale_seeds(name, sorted(own | common), rows, root):
            found[name] = stale
    return found


def main() -> None:
    try:
        if sys.argv[1:2] == ["--stale"]:
            for name, seeds in stale_chapters().items():
                listed = ", ".join(map(str, seeds))
                print(f"evidence of {name} is stale (seeds {listed}); ", end="")
                print(f"run: make evidence CHAPTER={name}")
            return
        seeds = options.seeds(sys.argv[1])
        names = choose_chapters(sys.argv[2:])
        troubles = make_evidence(names, seeds)
        rows = read_rows()
    except (ChapterError, options.OptionError) as error:
        sys.exit(str(error))
    chapters = {name.split("/")[1] for name in names}
    mine = [
        r for r in rows if r.claim.split("/")[0] in chapters and int(r.seed) in seeds
    ]
    bad = [r for r in mine if r.held != YES]
    for row in bad:
        print(f"{row.claim}, seed {row.seed}: {row.value or row.held} ({row.bound})")
    print("\n".join(troubles))
    print(f"{len(mine) - len(bad)} of {len(mine)} rows held; they are in {FILE}")
    sys.exit(bool(bad or troubles))


if __name__ == "__main__":
    main()
