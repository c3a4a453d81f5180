"""Begin a chapter from book/tools/template.

    make chapter TOPIC=regression NAME=house-prices KIND=regression

frame.md holds what every chapter has; the file of the kind holds the code that goes
into it: a net that tells classes apart, one that predicts a quantity, or a closed form
without a net. The copy is listed in _toc.yml after the topic's other chapters. The
chapter rules refuse it until every TODO in it is filled.
"""

from pathlib import Path
import re
import sys

from book.tools.chapters import ROOT, ChapterError, chapter_files

TEMPLATE = Path("book", "tools", "template")
KINDS = ("classifier", "regression", "closed-form")
SLOT = re.compile(r"^<<([a-z-]+)>>", re.M)
TOPICS = (
    "fizzbuzz", "classification", "regression", "ranking", "seq2seq", "clustering",
    "environment",
)  # fmt: skip
WORDS = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def template(kind: str, root: Path = ROOT) -> str:
    """The text of a chapter of this kind, with NAME in the place of its name.

    Raises ChapterError where there is no such kind.
    """
    if kind not in KINDS:
        raise ChapterError(f"KIND is {kind!r}, expected one of: {', '.join(KINDS)}")
    frame = (root / TEMPLATE / "frame.md").read_text(encoding="utf-8")
    text = (root / TEMPLATE / f"{kind}.md").read_text(encoding="utf-8")
    _, *pieces = SLOT.split(text)
    parts = dict(zip(pieces[::2], pieces[1::2], strict=True))
    return SLOT.sub(lambda slot: parts[slot[1]].strip("\n"), frame)


def new_chapter(
    topic: str, name: str, kind: str = "classifier", root: Path = ROOT
) -> bool:
    """Write chapters/topic/name.md; True where _toc.yml has a place for it.

    Raises ChapterError, and changes nothing, where the topic is not one of the book's
    and has no folder below chapters/, the name is malformed or taken, or there is no
    such kind of chapter.
    """
    topics = sorted({*TOPICS, *(path.name for path in root.glob("chapters/[!._]*/"))})
    if topic not in topics:
        raise ChapterError(f"TOPIC is {topic!r}, expected one of: {', '.join(topics)}")
    if not WORDS.fullmatch(name):
        raise ChapterError(
            f"NAME is {name!r}, expected lower-case letters, digits and hyphens, "
            f"such as house-prices"
        )
    source, notebook = chapter_files(f"{topic}/{name}", root)
    taken = [p for p in (source, notebook) if p.exists()]
    taken += root.glob(f"chapters/*/{name}.md")  # claims and labels carry the name
    if taken:
        raise ChapterError(f"{taken[0].relative_to(root)} exists; choose another NAME")
    text = template(kind, root)
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(re.sub(r"\bNAME\b", name, text), encoding="utf-8")
    toc = root / "_toc.yml"
    text = toc.read_text(encoding="utf-8").rstrip("\n") + "\n"
    entries = list(re.finditer(rf"^( *- file: chapters/{topic}/)(.*)\n", text, re.M))
    if entries and name not in [entry[2] for entry in entries]:
        last, end = entries[-1], entries[-1].end()
        toc.write_text(f"{text[:end]}{last[1]}{name}\n{text[end:]}", "utf-8")
    return bool(entries)


def main() -> None:
    if len(sys.argv) not in (3, 4) or not all(sys.argv[1:]):
        sys.exit(
            f"usage: make chapter TOPIC=regression NAME=house-prices KIND=regression "
            f"(KIND is one of {', '.join(KINDS)})"
        )
    topic, name, *kind = sys.argv[1:]
    try:
        listed = new_chapter(topic, name, *kind)
    except ChapterError as error:
        sys.exit(str(error))
    chapter = f"{topic}/{name}"
    print(f"wrote chapters/{chapter}.md", "and listed it in _toc.yml" * listed)
    if not listed:
        print(
            f"No part of _toc.yml holds chapters/{topic} yet. Add one:\n"
            f"  - caption: ...\n    chapters:\n      - file: chapters/{chapter}"
        )
    print(
        f"Now fill every TODO in it (CONTRIBUTING.md says with what), then run\n"
        f"  make notebooks CHAPTER={chapter}\n"
        f"  make test CHAPTER={chapter}\n"
        f"and give it a card in book/index.md."
    )


if __name__ == "__main__":
    main()
