"""What the prose refers to, and whether the book has it.

A word of the glossary, a source, a figure, a formula, an exercise, a page, a claim:
each is found in the Markdown, so that a name which leads nowhere is told with its file
and line before anything is executed or built.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
import re

from book.tools.chapters import ROOT, ChapterError, read_text

HEADER = re.compile(r"\A---\n.*?\n---\n", re.S)
FENCE = re.compile(r"^(`{3,})([^`\n]*)\n(.*?)^\1 *$", re.S | re.M)
OPTIONS = re.compile(r"\A(?:---\n.*?\n---\n|(?::[^\n]*\n)+)", re.S)
SHOWN = re.compile(r"(?<!`)(`{2,})(?!`).*?(?<!`)\1(?!`)")  # ``{term}`as an example` ``
ROLE = re.compile(
    r"\{(term|cite(?::\w+)?|numref|ref|eq|doc|claimed|over-seeds)\}`([^`]+)`", re.S
)
TARGET = re.compile(r"<([^<>]+)>$")
LABELS = (
    re.compile(r"^\(([^()\s]+)\)= *$", re.M),  # before a heading
    re.compile(r"^(?::| +)(?:name|label): *([\w:-]+) *$", re.M),  # an option
)
FORMULA_LABELS = (
    re.compile(r"\$\$ *\(([\w:-]+)\) *$", re.M),  # $$ ... $$ (eq-chapter-what)
    re.compile(r"^`{3,}\{math\}[^\n]*\n(?::[^\n]*\n)*?:label: *([\w:-]+)", re.M),
)
GLOSSARY = re.compile(r"^(`{3,})\{glossary\}\n(.*?)^\1 *$", re.S | re.M)
ENTRY = re.compile(r"^(?![:\s])(.+?)(?: : .*)?$", re.M)
BIB_KEY = re.compile(r"^@(?!comment|string|preamble)\w+\s*\{\s*([^,\s]+)", re.M | re.I)
CLAIM = re.compile(r"\bclaim\(\s*[\"']([^\"']+)[\"']")
SOLUTION = re.compile(r"^`{3,}\{solution(?:-start)?\} *(\S+)", re.M)
CARD = re.compile(
    r"^`{3,}\{chapter-card\} *(\S+)\n(?:(?!:figure:):[^\n]*\n)*(?::figure: *(\S+))?",
    re.M,
)
MINUTE = re.compile(
    r"^(`{3,}|:{3,})\{in-one-minute\}[^\n]*\n"
    r"(?P<options>(?::[^\n]*\n)*)(?P<text>.*?)^\1 *$",
    re.M | re.S,
)
FIGURE_OPTION = re.compile(r"^:figure: *(\S+)", re.M)


@dataclass
class Targets:
    """Everything that can be referred to, as the Markdown of the book defines it."""

    terms: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    formulas: set[str] = field(default_factory=set)
    labels: dict[str, list[str]] = field(default_factory=dict)  # label: file:line, ...
    claims: set[str] = field(default_factory=set)


def pages(root: Path = ROOT) -> list[Path]:
    """The Markdown of every chapter and of every page without code."""
    return sorted([*root.glob("book/*.md"), *root.glob("chapters/*/*.md")])


def targets(root: Path = ROOT) -> Targets:
    """What the book's pages and its bibliography define; files not UTF-8 are left."""
    found = Targets()
    for path in pages(root):
        try:
            text = read_text(path)
        except ChapterError:
            continue  # told of by the rule about files that cannot be read
        name = path.relative_to(root)
        for glossary in GLOSSARY.finditer(text):
            found.terms |= {_folded(term) for term in ENTRY.findall(glossary[2])}
        found.claims |= set(CLAIM.findall(text))
        written = _without_code(text)
        for pattern in FORMULA_LABELS:
            found.formulas |= set(pattern.findall(written))
        for match in _matches((*LABELS, FORMULA_LABELS[0]), written):
            line = text.count("\n", 0, match.start(1)) + 1
            found.labels.setdefault(match[1], []).append(f"{name}:{line}")
    for path in sorted(root.glob("book/*.bib")):
        try:
            found.sources |= set(BIB_KEY.findall(read_text(path)))
        except ChapterError:
            continue
    return found


def problems(path: Path, known: Targets, root: Path = ROOT) -> list[str]:
    """Each reference on a page that leads nowhere, as ``file:line: what is wrong``.

    Raises ChapterError where the page is not UTF-8.
    """
    text = _without_code(read_text(path))
    name = path.relative_to(root)
    found = []

    def tell(position, problem):
        found.append((position, f"{name}:{text.count(chr(10), 0, position) + 1}: "
                      f"{problem}"))  # fmt: skip

    for match in ROLE.finditer(text):
        for problem in _role_problems(match[1], match[2], path, known, root):
            tell(match.start(), problem)
    for match in SOLUTION.finditer(text):
        if match[1] not in known.labels:
            tell(match.start(), f"there is no exercise {match[1]!r} to be solved")
    for match in CARD.finditer(text):
        chapter, figure = match.groups()
        if not (root / "chapters" / f"{chapter}.md").exists():
            tell(match.start(), f"there is no chapter {chapter!r}")
        elif figure and figure not in known.labels:
            tell(match.start(2), f"no figure has the name {figure!r}")
    for match in MINUTE.finditer(text):
        figure = FIGURE_OPTION.search(match["options"])
        if not figure:
            tell(match.start(), "in-one-minute without a :figure: of this chapter")
            continue
        places = known.labels.get(figure[1], [])
        if not any(place.startswith(f"{name}:") for place in places):
            position = match.start("options") + figure.start(1)
            tell(position, f"no figure of this chapter has the name {figure[1]!r}")
    return [problem for _, problem in sorted(found)]


def labels_used_twice(known: Targets) -> list[str]:
    """Labels that stand at more than one place: a reference could mean either."""
    return [
        f"{place}: label {label!r} is also at {places[0]}"
        for label, places in known.labels.items()
        for place in places[1:]
    ]


def _role_problems(
    role: str, content: str, path: Path, known: Targets, root: Path
) -> Iterator[str]:
    """What is wrong with one ``{role}`content` ``; nothing, as a rule."""
    content = " ".join(content.split())
    explicit = TARGET.search(content)
    target = (explicit[1] if explicit else content).strip()
    if role == "term":
        if _folded(target) not in known.terms:
            yield f"{target!r} has no entry in book/glossary.md"
    elif role.startswith("cite"):
        for key in content.split(","):
            key = TARGET.search(key.strip())[1] if "<" in key else key.strip()
            if key not in known.sources:
                yield f"no source {key!r} in book/references.bib"
    elif role in ("claimed", "over-seeds"):
        claim = re.split("[: <>]", content)[0]
        if claim not in known.claims:
            yield f"no chapter makes a claim {claim!r}"
    elif role == "eq":
        if target not in known.formulas:
            yield f"no formula has the label {target!r}"
    elif role == "doc":
        folder = root if target.startswith("/") else path.parent
        page = folder / target.lstrip("/")
        if not page.with_name(page.name + ".md").exists():
            yield f"there is no page {target!r}"
    elif target not in known.labels:
        yield f"nothing has the name {target!r} that {{{role}}} refers to"


def _matches(patterns, text: str) -> Iterator[re.Match]:
    for pattern in patterns:
        yield from pattern.finditer(text)


def _folded(term: str) -> str:
    """A term as the glossary compares it: without case, with single spaces."""
    return " ".join(term.split()).casefold()


def _without_code(text: str) -> str:
    """The text with code and shown markup blanked out, line for line.

    The options of a code cell stay: its figure has a name and a caption.
    """
    for pattern in (HEADER, SHOWN):
        text = pattern.sub(partial(_blank, start=0), text)

    def strip(match):
        kind = match[2].strip()
        if kind.startswith("{") and not kind.startswith("{code-cell}"):
            return match[0]  # a directive, whose content is prose
        options = OPTIONS.match(match[3]) if kind.startswith("{code-cell}") else None
        kept = match.start(3) - match.start() + (options.end() if options else 0)
        return _blank(match, start=kept)

    return FENCE.sub(strip, text)


def _blank(match: re.Match, start: int) -> str:
    """The match with all but line ends replaced by spaces from ``start`` on."""
    return match[0][:start] + re.sub(r"[^\n]", " ", match[0][start:])
