"""What a result depends on, as one hash: code, the parts of ``utils`` it uses, data.

Three things carry such a hash: a chapter's stored notebook, an artifact that a chapter
leaves for others, and a stored long run. All three take a chapter's code apart with
``code_cells`` and ask ``dependencies`` what that code depends on.

Of ``utils`` only what the code can reach counts: a definition, the definitions that it
names, and what their modules do when they are imported. Comments and docstrings do not
count. So a new keyword of ``plot.scores`` concerns only who draws scores.
"""

from collections.abc import Iterable
import json
from pathlib import Path
import re
from typing import NamedTuple

from utils.data import checksums
from utils.engines import engine as engine_here
from utils.reachable import bare_code, sha256, used_definitions
from utils.seeding import book_seed

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"mxnet": "requirements.txt", "torch": "requirements-torch.txt"}
CODE_CELL = re.compile(
    r"^(`{3,})\{code-cell\}[^\n]*\n(.*?)^\1 *$", re.MULTILINE | re.DOTALL
)
OPTIONS = re.compile(r"---\n.*?^---\n+|(?::[^\n]*\n)+\n*", re.MULTILINE | re.DOTALL)
PUBLISHED = re.compile(r'\bpublished\(\s*"([a-z0-9-]+)",\s*"([a-z0-9-]+/[a-z0-9-]+)"')
LONG_RUN = re.compile(r"long-runs/(.*)-seed(\d+)\.npz")


class CodeCell(NamedTuple):
    """A code cell of a chapter: its options as written, its code, the code's line."""

    options: str
    code: str
    line: int


def code_cells(markdown: str) -> list[CodeCell]:
    """The code cells of a chapter's Markdown, in order; lines count from 1."""
    cells = []
    for match in CODE_CELL.finditer(markdown):
        body = match[2]
        options = OPTIONS.match(body)
        start = options.end() if options else 0
        line = markdown.count("\n", 0, match.start(2) + start) + 1
        cells.append(CodeCell(body[:start].strip("\n"), body[start:].strip("\n"), line))
    return cells


def fingerprint(parts: dict) -> str:
    """One hash of everything in ``parts`` (what JSON can hold)."""
    return sha256(json.dumps(parts, sort_keys=True))


def dependencies(
    code: Iterable[str],
    root: Path = ROOT,
    seed: int | None = None,
    engine: str | None = None,
) -> dict[str, dict[str, str] | str]:
    """What pieces of code depend on besides themselves: a hash for each thing.

    - ``engine``: what trains the nets (this run's own unless given), and its code where
      it is the book's;
    - ``lock``: the versions of the packages;
    - ``utils``: the definitions they can reach, by "module.name";
    - ``data``: the files of ``data/`` that they name, and the long runs of ``seed``
      (the book's own unless given);
    - ``artifacts``: the chapters whose artifacts they read, by "topic/name".
    """
    code = list(code)
    text = "\n".join(code)
    seed = book_seed() if seed is None else seed
    engine = engine_here() if engine is None else engine
    makers = sorted({chapter for _, chapter in PUBLISHED.findall(text)})
    return {
        "engine": engine_key(root, engine),
        "lock": lock_key(root, engine),
        "utils": used_definitions(code, root / "utils"),
        "data": {
            name: digest
            for name, digest in checksums(root / "data").items()
            if (word := _word_for(name, seed)) and word in text
        },
        "artifacts": {
            chapter: chapter_key(chapter, root, engine) for chapter in makers
        },
    }


def chapter_key(
    chapter: str, root: Path = ROOT, engine: str | None = None, readers: tuple = ()
) -> str:
    """A hash of all that the artifacts of ``chapter`` depend on, but for the seed.

    Raises FileNotFoundError where there is no such chapter, and ValueError where
    chapters read each other's artifacts in a circle.
    """
    if chapter in readers:
        circle = " reads ".join([*readers[readers.index(chapter) :], chapter])
        raise ValueError(f"artifacts are read in a circle: {circle}")
    source = root / "chapters" / f"{chapter}.md"
    code = [cell.code for cell in code_cells(source.read_text(encoding="utf-8"))]
    makers = {maker for _, maker in PUBLISHED.findall("\n".join(code))}
    for maker in makers:
        chapter_key(maker, root, engine, (*readers, chapter))
    return fingerprint({"code": code, **dependencies(code, root, engine=engine)})


def lock_key(root: Path = ROOT, engine: str = "mxnet") -> str:
    """A hash of the versions that an engine's lock lists; comments do not count."""
    lock = (root / LOCKS[engine]).read_text(encoding="utf-8")
    return sha256(re.sub(r"^\s*#.*\n", "", lock, flags=re.MULTILINE))


def engine_key(root: Path = ROOT, engine: str = "mxnet") -> str:
    """The engine's name; for the book's own also a hash of its code."""
    files = sorted((root / "utils" / f"on_{engine}").rglob("*.py"))
    texts = [[f.name, bare_code(f.read_text(encoding="utf-8"))] for f in files]
    return f"{engine} {fingerprint({'files': texts})}" if files else engine


def _word_for(data_name: str, seed: int) -> str | None:
    """What code writes to read a data file; None for a long run of another seed."""
    run = LONG_RUN.fullmatch(data_name)
    if run is None:
        return data_name
    return run[1] if int(run[2]) == seed else None
