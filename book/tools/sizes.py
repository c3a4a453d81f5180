"""How long a chapter is for its reader: words of prose, and code cells that are shown.

    python -m book.tools.rules --sizes          # of every chapter

Counted is what comes before the practice exam (before the exercises, where there is no
exam). ``words`` is the one place that says what a word of prose is.
"""

from dataclasses import dataclass
import re

from utils.fingerprints import CodeCell, code_cells

from book.tools.references import HEADER, MINUTE
from book.tools.sources import cell_options

EXAM = re.compile(r"^## Practice exam *$", re.M)
EXERCISES = re.compile(r"^## Exercises *$", re.M)
MARGIN = re.compile(r"^(`{3,}|:{3,})\{margin\}.*?^\1 *$", re.M | re.S)
PLACE = re.compile(r'<div class="live-place".*?</div>', re.S)
OPEN_CELL = re.compile(r"^(`{3,})\{code-cell\}(?:(?!^\1 *$).)*\Z", re.M | re.S)
NOT_SHOWN = {"remove-cell", "remove-input", "hide-input", "hide-cell"}
NO_OUTPUT = {"remove-cell", "remove-output", "hide-output", "hide-cell"}
CODE = re.compile(r"^(`{3,})(?:\{(?:code-cell|math|raw)\}|\w+).*?^\1 *$", re.M | re.S)
TEXT_ROLE = re.compile(r"\{(?:term|doc|sub|sup|kbd)\}`([^`<]*)(?:<[^`]*>)?`")
ROLE = re.compile(r"\{[\w:-]+\}`[^`]*`")  # a number, a source: one word
SPAN = re.compile(r"`[^`\n]*`")  # a $ in it begins no formula
NOT_PROSE = (
    re.compile(r"<!--.*?-->", re.S),
    PLACE,
    re.compile(r"^(?:`{3,}|:{3,}).*$", re.M),  # where a directive begins and ends
    re.compile(r"^:[\w-]+:.*$", re.M),  # its options
    re.compile(r"^(?:%.*|\+\+\+.*|\([^()\s]+\)=) *$", re.M),  # comments, breaks, labels
    re.compile(r"\$\$.*?\$\$(?: *\([\w:-]+\))?", re.S),
    re.compile(r"(?<![\\$])\$(?!\$)(?:[^$\n]|\n(?!\s*\n))+?(?<!\\)\$"),
    re.compile(r"!\[[^\]]*\]\([^)]*\)"),  # pictures
    re.compile(r"(?<=\])\([^)\s]*\)"),  # where a link leads
    re.compile(r"</?[a-z][^<>]*>"),
)
WORD = re.compile(r"\S*\w\S*")


def words(markdown: str) -> int:
    """How many words of prose a piece of a chapter's Markdown holds.

    A word is what stands between spaces and holds a letter or digit. No prose are front
    matter, code, the lines on which directives begin and end, their options, comments,
    formulas, pictures and the targets of links. A value or a source is one word, a term
    as many as its text.
    """
    text = CODE.sub(" ", HEADER.sub("", markdown))
    text = ROLE.sub("x", TEXT_ROLE.sub(r"\1", text))
    text = SPAN.sub(lambda span: span[0].replace("$", ""), text)
    for pattern in NOT_PROSE:
        text = pattern.sub(" ", text)
    return len(WORD.findall(text))


@dataclass
class Sizes:
    """What comes before the practice exam: words of prose, cells with their code."""

    words: int
    cells: list[CodeCell]


def sizes(markdown: str) -> Sizes:
    """The sizes of a chapter."""
    end = EXAM.search(markdown) or EXERCISES.search(markdown)
    before = markdown[: end.start()] if end else markdown
    shown = [cell for cell in code_cells(before) if not _tags(cell) & NOT_SHOWN]
    return Sizes(words(before), shown)


def words_before_output(markdown: str, outputs: dict[str, list]) -> tuple[int, int]:
    """How many words stand before the first output, and the line of its cell.

    ``outputs`` holds the outputs of each cell by its code. A box that was moved up by
    a ``live-place`` is an output, too. The title, the margin note and the box *In one
    minute* do not count. Where nothing is shown, it is the words and the lines of all.
    """
    lines = [
        cell.line
        for cell in code_cells(markdown)
        if outputs.get(cell.code) and not _tags(cell) & NO_OUTPUT
    ]
    lines += [line_of(markdown, place.start()) for place in PLACE.finditer(markdown)]
    first = min(lines, default=markdown.count("\n") + 1)
    before = "\n".join(markdown.split("\n")[: first - 1])
    before = OPEN_CELL.sub("", before)
    for pattern in (MARGIN, MINUTE, re.compile(r"^# .*$", re.M)):
        before = pattern.sub("", before)
    return words(before), first


def line_of(text: str, position: int) -> int:
    """The line, counted from 1, on which a position lies."""
    return text.count("\n", 0, position) + 1


def _tags(cell: CodeCell) -> set[str]:
    return set(cell_options(cell).get("tags", []))
