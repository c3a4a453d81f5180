"""Formulas as MathML, made when the book is built.

The browser draws them itself, with the font `fonts/stix-two-math.woff2`, which is cut
down to the letters in use. So a page needs no script for them, nothing moves when they
appear, and screen readers are given formulas rather than pictures of them.
"""

from html import unescape
from pathlib import Path
import re

from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from math_core import LatexError, LatexToMathML
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

ROW_GAP = re.compile(r"\\\\\s*\[[^\]]*(?:pt|em|ex|mm)\]")  # a style sheet's business
FORMULA = re.compile(r"<math\b.*?</math>", re.DOTALL)
CHANCERY = "\N{VARIATION SELECTOR-1}"  # after script letters; few fonts know it
TOUCHES = r"[^\s\u2013\u2014/]"  # no space, no dash: a comma, a bracket, a letter
TAG = re.compile(r"<[^>]*>")
PRIMES = set(range(0x2032, 0x2038))
ROOT_SIGN = "\N{SQUARE ROOT}"  # drawn by an element of its own
FONT = Path("fonts", "stix-two-math.woff2")

logger = logging.getLogger(__name__)
converter = LatexToMathML(fancy_error=False)


def mathml(latex: str, display: bool) -> str:
    """The MathML of a formula in LaTeX, for a line of its own where ``display``.

    Raises ValueError where the formula holds what cannot be converted.
    """
    latex = ROW_GAP.sub(r"\\\\", latex.strip())
    try:
        made = converter.convert_with_local_state(latex, displaystyle=display)
    except LatexError as error:
        raise ValueError(f"the formula {latex!r} is not understood: {error}") from None
    return made.replace(CHANCERY, "")


def visit_math(self, node) -> None:
    """A formula in the line."""
    self.body.append(_converted(node, display=False))
    raise nodes.SkipNode


def visit_math_block(self, node) -> None:
    """A formula on a line of its own, with its number where it has a label."""
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(f'<div class="formula">{_converted(node, display=True)}</div>')
    self.body.append("</div>\n")
    raise nodes.SkipNode


def hold_neighbours(app, doctree, docname) -> None:
    """Put each formula in the line, with the letters that touch it, into a box.

    Browsers break lines on both sides of a formula, even before a comma. In the box
    (class ``held``) they do not.
    """
    for formula in list(doctree.findall(nodes.math)):
        parent, place = formula.parent, formula.parent.index(formula)
        held = [formula]
        if place and isinstance(parent[place - 1], nodes.Text):
            before = parent[place - 1].astext()
            if re.search(TOUCHES + r"\Z", before):
                parent[place - 1] = nodes.Text(before[:-1])
                held.insert(0, nodes.Text(before[-1]))
        if place + 1 < len(parent) and isinstance(parent[place + 1], nodes.Text):
            after = parent[place + 1].astext()
            if re.match(TOUCHES, after):
                parent[place + 1] = nodes.Text(after[1:])
                held.append(nodes.Text(after[0]))
        if len(held) > 1:
            parent[place] = nodes.inline("", "", *held, classes=["held"])


def _converted(node, display: bool) -> str:
    """MathML of a node; a warning, which ends the build, where there is none."""
    if node.get("nowrap"):
        logger.warning(
            "a formula begins with \\begin{...}; write $$ ... $$ (eq-label) around it, "
            "and aligned or gathered inside",
            location=node,
        )
    try:
        return mathml(node.astext(), display)
    except ValueError as error:
        logger.warning(str(error), location=node)
        return ""


def letters(html: str) -> set[str]:
    """The characters that a page's formulas show."""
    formulas = FORMULA.findall(html)
    return set(unescape("".join(TAG.sub("", formula) for formula in formulas)))


def cut_font(source: Path, target: Path, used: set[str]) -> None:
    """Write the formulas' font to ``target`` with no more than the letters ``used``.

    Single letters are drawn in italics, so these stay too, and all sizes of brackets,
    roots and sums. Raises ValueError where the font lacks a letter.
    """
    font = TTFont(source)
    known = font.getBestCmap()
    lacking = {c for c in used if ord(c) not in known and c.isprintable()}
    if lacking:
        raise ValueError(
            f"the formulas' font {source.name} has no {' '.join(sorted(lacking))}"
        )
    _draw_primes_large(font)
    options = subset.Options(flavor="woff2", layout_features=[], hinting=False)
    cutter = subset.Subsetter(options)
    shown = used | {italic(letter) for letter in used} | {ROOT_SIGN}
    cutter.populate(unicodes={ord(letter) for letter in shown})
    cutter.subset(font)
    target.parent.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, str(target), options)


def _draw_primes_large(font: TTFont) -> None:
    """Draw primes in the form that is meant to be raised and made small.

    Browsers raise them and make them small; not all choose the form for it.
    """
    large = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for part in lookup.SubTable:
            large |= getattr(getattr(part, "ExtSubTable", part), "alternates", {})
    for table in font["cmap"].tables:
        for code in PRIMES & table.cmap.keys():
            name = table.cmap[code]
            table.cmap[code] = large.get(name, [name])[0]


def italic(letter: str) -> str:
    """The mathematical italic of a letter, as browsers choose it; else the letter."""
    if letter == "h":
        return "\N{PLANCK CONSTANT}"
    for first, last, begin in (
        ("A", "Z", 0x1D434),
        ("a", "z", 0x1D44E),
        ("\u0391", "\u03a9", 0x1D6E2),
        ("\u03b1", "\u03c9", 0x1D6FC),
    ):
        if first <= letter <= last:
            return chr(begin + ord(letter) - ord(first))
    others = dict(zip("∂ϵϑϰϕϱϖ", range(0x1D715, 0x1D71C), strict=True))
    return chr(others[letter]) if letter in others else letter


def setup(app):
    app.connect("doctree-resolved", hold_neighbours)
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
