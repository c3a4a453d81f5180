"""A practice exam on the chapter's page: questions, each answer with its reason.

The exam is HTML. A choice works without a script: the reason stands in the page and is
shown beside the answer that is chosen. A number is typed and checked by a script,
``book/_static/exam/exam.js``; without it, the answer waits in a fold. The build puts
the present style and script in the place of those that the notebook holds
(``site_finish``), and the site's own script keeps in the reader's browser which exams
were passed; in JupyterLab nothing is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
import math
from pathlib import Path
import re

from utils import checks
from IPython.display import HTML

STATIC = Path(__file__).resolve().parent.parent / "book" / "_static" / "exam"
FEWEST, MOST = 4, 6
CODE = re.compile(r"`([^`]+)`")
EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+)(?<=\S)\*(?![\w*])")


@dataclass(frozen=True)
class Choice:
    """A question with a few answers to choose from, of which the first is right."""

    text: str
    answers: tuple[tuple[str, str], ...]  # (answer, why)


@dataclass(frozen=True)
class Number:
    """A question whose answer is a number, in some unit and with some tolerance."""

    text: str
    answer: float
    within: float
    unit: str
    why: str
    wrong: tuple[tuple[float, str], ...]  # (value, why)


def choice(
    text: str, *, right: tuple[str, str], wrong: list[tuple[str, str]]
) -> Choice:
    """A question for ``exam`` with one right answer among tempting wrong ones.

    ``right`` is an answer and the reason why it is right, ``wrong`` a list of answers,
    each with the reason why it is wrong. The page shows the answers in an order that
    depends on their texts alone. In all texts `` `code` `` and ``*emphasis*`` are shown
    as such; everything else is plain text.

    Raises TypeError where a text or a pair is something else, ValueError where a text
    is empty, no answer is wrong, or two answers are the same.
    """
    text = _text("text", text)
    right = _pair("right", right)
    if isinstance(wrong, str | Mapping) or not hasattr(wrong, "__iter__"):
        raise TypeError(
            f"wrong is {checks.kind(wrong)}, expected a list of (answer, why)"
        )
    pairs = [_pair(f"wrong[{i}]", pair) for i, pair in enumerate(wrong)]
    if not pairs:
        raise ValueError(f"wrong is empty, expected answers that tempt: {text!r}")
    seen = set()
    for answer, _ in (right, *pairs):
        if answer.casefold() in seen:
            raise ValueError(f"two answers are {answer!r}, expected each only once")
        seen.add(answer.casefold())
    return Choice(text, (right, *pairs))


def number(
    text: str,
    *,
    answer: float,
    within: float,
    why: str,
    unit: str = "",
    wrong: Mapping[float, str] | None = None,
) -> Number:
    """A question for ``exam`` whose answer the reader types.

    - ``answer``, ``within``: what is right, and how far from it one may be, both in
      ``unit``, which stands behind the field ("%", "dollars", or nothing);
    - ``why``: how one gets the answer;
    - ``wrong``: numbers that a tempting mistake leads to, each with the reason why it
      is wrong; whatever lies within the same tolerance of one is told that reason.

    Raises TypeError where a text or a number is something else, ValueError where a
    text is empty, a number is not finite, ``within`` is not above 0 or a wrong number
    lies within the tolerance of the answer.
    """
    text, why = _text("text", text), _text("why", why)
    if not isinstance(unit, str):
        raise TypeError(f"unit is {checks.kind(unit)}, expected a text")
    answer, within = _finite("answer", answer), _finite("within", within)
    if within <= 0:
        raise ValueError(f"within is {within:g}, expected a tolerance above 0")
    if wrong is not None and not isinstance(wrong, Mapping):
        raise TypeError(
            f"wrong is {checks.kind(wrong)}, expected a dict {{value: why}}"
        )
    pairs = []
    for given, reason in (wrong or {}).items():
        value = _finite("a key of wrong", given)
        if abs(value - answer) <= within * (1 + 1e-9):
            raise ValueError(
                f"wrong holds {value:g}, which lies within {within:g} of the answer "
                f"{answer:g}: expected a number that is not right"
            )
        pairs.append((value, _text(f"wrong[{value:g}]", reason)))
    return Number(text, answer, within, unit.strip(), why, tuple(pairs))


def exam(*questions: Choice | Number) -> HTML:
    """Four to six questions for the end of a chapter; a cell's last expression.

    Each is made by ``choice`` or ``number``. Raises TypeError for something else,
    ValueError for fewer or more, and where a question is asked twice.
    """
    for i, question in enumerate(questions):
        if not isinstance(question, Choice | Number):
            raise TypeError(
                f"question {i + 1} is {checks.kind(question)}, "
                f"expected what choice(...) or number(...) returns"
            )
    if not FEWEST <= len(questions) <= MOST:
        raise ValueError(
            f"an exam of {len(questions)} questions, expected {FEWEST} to {MOST}"
        )
    texts = [question.text for question in questions]
    for text in texts:
        if texts.count(text) > 1:
            raise ValueError(f"the question {text!r} is asked twice")
    name = f"exam-{_digest(*texts)[:8]}"  # another in each chapter
    items = "".join(
        (_choice if isinstance(question, Choice) else _number)(question, f"{name}-{i}")
        for i, question in enumerate(questions, start=1)
    )
    style, script = (
        (STATIC / file).read_text(encoding="utf-8") for file in ("exam.css", "exam.js")
    )
    return HTML(
        f"<style>{style}</style>"
        # a $ begins no formula in JupyterLab
        '<section class="exam on-page tex2jax_ignore mathjax_ignore">'
        f"<ol>{items}</ol>"
        '<p class="exam-before" hidden>You have passed this exam before.</p>'
        '<p class="exam-end" role="status"></p>'
        '<button type="button" class="exam-forget" hidden>Forget my answers</button>'
        f"</section><script>(() => {{{script}}})();</script>"
    )


def _choice(question: Choice, name: str) -> str:
    """A choice as HTML; ``name`` is that of its radio buttons."""
    right = question.answers[0]
    shuffled = sorted(question.answers, key=lambda pair: _digest(question.text, *pair))
    options = []
    for i, (answer, why) in enumerate(shuffled):
        is_right = (answer, why) == right
        verdict = "✓ Right." if is_right else "✗ Not this one."
        options.append(
            f'<div class="exam-option"><input type="radio" name="{name}" '
            f'id="{name}-{i}" autocomplete="off"{" data-right" * is_right}>'
            f'<label for="{name}-{i}">{_inline(answer)}</label>'
            f'<div class="exam-why" aria-live="polite"><p><strong>{verdict}</strong> '
            f"{_sentence(why)}</p></div></div>"
        )
    return (
        f"<li><fieldset><legend>{_inline(question.text)}</legend>"
        f"{''.join(options)}</fieldset></li>"
    )


def _number(question: Number, name: str) -> str:
    """A number as HTML; ``name`` is the id of its field."""
    unit = escape(question.unit)
    described = f' aria-describedby="{name}-unit"' if unit else ""
    # the pad of digits has no minus sign on some phones
    pad = "text" if question.answer < 0 else "decimal"
    wrong = "".join(
        f'<p hidden data-value="{value!r}">{_sentence(why)}</p>'
        for value, why in question.wrong
    )
    return (
        f'<li data-answer="{question.answer!r}" data-within="{question.within!r}" '
        f'data-unit="{unit}"><p><label for="{name}">{_inline(question.text)}</label>'
        f'</p><form hidden><input id="{name}" type="text" inputmode="{pad}" '
        f'autocomplete="off"{described}> <span id="{name}-unit">{unit}</span> '
        f'<button>Check</button></form><p class="exam-said" role="status"></p>'
        f"<details><summary>Show the answer</summary><p><strong>{_shown(question)}."
        f"</strong> {_sentence(question.why)}</p></details>{wrong}</li>"
    )


def _shown(question: Number) -> str:
    """The answer with as many digits as the tolerance tells apart, and its unit."""
    digits = max(0, math.ceil(-math.log10(question.within)))
    text = f"{question.answer:,.{digits}f}"
    if digits:
        text = text.rstrip("0").rstrip(".")
    text = text.replace("-", "−") if text.strip("-0") else "0"
    space = "" if question.unit in ("", "%") else "\N{NO-BREAK SPACE}"
    return f"{text}{space}{escape(question.unit)}"


def _inline(text: str) -> str:
    """Plain text as HTML, with `code` and *emphasis*."""
    parts = CODE.split(escape(text, quote=False))
    parts[::2] = [EMPHASIS.sub(r"<em>\1</em>", part) for part in parts[::2]]
    parts[1::2] = [f"<code>{part}</code>" for part in parts[1::2]]
    return "".join(parts)


def _sentence(why: str) -> str:
    """A reason as HTML, with a capital letter, because it stands behind a full stop."""
    return _inline(why[0].upper() + why[1:])


def _text(name: str, value) -> str:
    """A text on one line; refused where it is none, or empty."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {checks.kind(value)}, expected a text")
    if not value.strip():
        raise ValueError(f"{name} is {value!r}, expected some words")
    return " ".join(value.split())


def _pair(name: str, value) -> tuple[str, str]:
    """An answer with its reason."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise TypeError(f"{name} is {value!r}, expected (answer, why)")
    return _text(f"the answer of {name}", value[0]), _text(f"why of {name}", value[1])


def _finite(name: str, value) -> float:
    """A finite number."""
    found = checks.number(name, value)
    if not math.isfinite(found):
        raise ValueError(f"{name} is {found}, expected a finite number")
    return found


def _digest(*texts: str) -> str:
    return sha256("\n".join(texts).encode()).hexdigest()
