"""exam(): every answer has its reason in the page; what cannot be asked is refused."""

from html import unescape
import re
from types import SimpleNamespace

import numpy
import pytest
from utils.exam import choice, exam, number

WRONG = [("Less", "it is not"), ("More", "nor this")]
SHARE = {"answer": 53, "within": 0.5, "why": "count them"}


def asked(i=0, **more):
    return choice(f"Question {i}?", right=("This", "it is"), wrong=WRONG, **more)


def four(*first):
    return [*first, *(asked(i) for i in range(4 - len(first)))]


def markup(html):
    """The HTML of an exam without its style and script."""
    return re.sub(r"<(style|script)>.*?</\1>", "", html.data, flags=re.S)


def test_every_answer_stands_beside_its_reason_in_the_page():
    html = markup(exam(*four()))
    assert html.count("<fieldset><legend>Question") == 4
    options = re.findall(
        r'<input type="radio"[^>]*?( data-right)?><label[^>]*>(.*?)</label>'
        r'<div class="exam-why" aria-live="polite"><p><strong>(.*?)</strong> (.*?)</p>',
        html,
    )
    assert sorted(options)[:1] == [("", "Less", "✗ Not this one.", "It is not")]
    assert sorted(options)[-1] == (" data-right", "This", "✓ Right.", "It is")
    assert len(options) == 12


def test_the_order_of_answers_is_fixed_and_tells_nothing():
    questions = [asked(i) for i in range(60)]
    htmls = [markup(exam(*questions[i : i + 6])) for i in range(0, 60, 6)]
    assert htmls[0] == markup(exam(*questions[:6]))
    places = [
        [
            option.startswith(" data-right") for option in field.split('="off"')[1:]
        ].index(True)
        for html in htmls
        for field in html.split("<fieldset>")[1:]
    ]
    assert all(10 < places.count(place) < 30 for place in range(3))
    # nor does it matter in which order the wrong ones were written
    turned = [choice("Question 0?", right=("This", "it is"), wrong=WRONG[::-1])]
    assert markup(exam(*turned, *questions[1:4])) == markup(exam(*questions[:4]))


def test_ids_are_unique_and_belong_to_one_exam():
    first, second = (markup(exam(*four(asked(i)))) for i in (8, 9))
    ids = [re.findall(r' id="([^"]+)"', html) for html in (first, second)]
    assert len(set(ids[0])) == len(ids[0]) == 12
    assert not set(ids[0]) & set(ids[1])
    assert sorted(re.findall(r' for="([^"]+)"', first)) == sorted(ids[0])


def test_a_number_waits_in_a_fold_where_there_is_no_script():
    question = number("How many?", unit="%", wrong={47: "the *others*"}, **SHARE)
    html = markup(exam(*four(question)))
    assert 'data-answer="53.0" data-within="0.5" data-unit="%"' in html
    assert "<form hidden><input id=" in html
    assert re.search(r'<label for="([\w-]+)">How many\?</label>.*<input id="\1"', html)
    fold = re.search(r"<details>(.*?)</details>", html)[1]
    assert fold == (
        "<summary>Show the answer</summary><p><strong>53%.</strong> Count them</p>"
    )
    assert '<p hidden data-value="47.0">The <em>others</em></p>' in html
    assert '<p class="exam-said" role="status"></p>' in html


@pytest.mark.parametrize(
    ("answer", "within", "unit", "shown"),
    [
        (53.123, 0.05, "%", "53.12%"),
        (53.0, 0.05, "", "53"),
        (1234567.8, 1, "dollars", "1,234,568\N{NO-BREAK SPACE}dollars"),
        (-0.25, 0.01, "", "−0.25"),
        (-0.001, 0.01, "", "0"),
        (3e-5, 1e-6, "s", "0.00003\N{NO-BREAK SPACE}s"),
        (1000, 100, "", "1,000"),
        (0.5, 0.2, "<b>", "0.5\N{NO-BREAK SPACE}&lt;b&gt;"),
    ],
)
def test_an_answer_is_shown_as_exactly_as_the_tolerance_asks(
    answer, within, unit, shown
):
    question = number("How many?", answer=answer, within=within, unit=unit, why="so")
    assert f"<strong>{shown}.</strong>" in markup(exam(*four(question)))


@pytest.mark.parametrize(
    "scalar",
    [
        numpy.float32(53),
        numpy.int64(53),
        numpy.array([53.0]),
        SimpleNamespace(asnumpy=lambda: numpy.array(53.0)),  # as MXNet's
        True + 52,
    ],
)
def test_answers_come_as_scalars_of_any_library(scalar):
    question = number("How many?", **{**SHARE, "answer": scalar})
    assert question.answer == 53.0 and type(question.answer) is float


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a `net(x)` of *two* layers", "A <code>net(x)</code> of <em>two</em> layers"),
        ("3 * 4 * 5 and a*b*c", "3 * 4 * 5 and a*b*c"),
        ("`a * b * c`", "<code>a * b * c</code>"),
        ('<b> & "c"', '&lt;b&gt; &amp; "c"'),
        ("`x < 3`", "<code>x &lt; 3</code>"),
        ("$5 and\n   $6", "$5 and $6"),
        ("*one `two` three*", "*one <code>two</code> three*"),
    ],
)
def test_code_and_emphasis_are_shown_as_such_and_all_else_as_text(text, shown):
    question = choice(text, right=(text, text), wrong=[("No", "no")])
    html = markup(exam(*four(question)))
    first = shown[0].lower() if text[0] == "a" else shown[0]
    assert f"<legend>{first}{shown[1:]}</legend>" in html
    assert f"</strong> {shown}</p>" in html  # a reason begins with a capital
    assert "tex2jax_ignore mathjax_ignore" in html  # a $ stays one


@pytest.mark.parametrize(
    ("count", "questions"), [(3, "3 questions"), (7, "7 questions"), (0, "0 ")]
)
def test_an_exam_has_four_to_six_questions(count, questions):
    with pytest.raises(ValueError, match=f"{questions}.*, expected 4 to 6"):
        exam(*(asked(i) for i in range(count)))


def test_what_is_no_question_is_refused():
    with pytest.raises(TypeError, match="question 2 is a str, expected what choice"):
        exam(asked(), "Is it?")
    with pytest.raises(ValueError, match="'Question 0[?]' is asked twice"):
        exam(asked(), asked(1), asked(2), asked())


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"text": 3}, TypeError, "text is an int, expected a text"),
        ({"text": " "}, ValueError, "text is ' ', expected some words"),
        ({"right": "This"}, TypeError, "right is 'This', expected .answer, why."),
        ({"right": ("This", "")}, ValueError, "why of right is '', expected some"),
        ({"right": ("", "so")}, ValueError, "the answer of right is ''"),
        ({"wrong": []}, ValueError, "wrong is empty, .*'Is it[?]'"),
        ({"wrong": "No"}, TypeError, "wrong is a str, expected a list"),
        ({"wrong": {"No": "so"}}, TypeError, "wrong is a dict, expected a list"),
        ({"wrong": 3}, TypeError, "wrong is an int, expected a list"),
        ({"wrong": [("No", "no"), ("So",)]}, TypeError, r"wrong\[1\] is \('So',\)"),
        ({"wrong": [("No", " ")]}, ValueError, r"why of wrong\[0\] is ' '"),
        ({"wrong": [("this ", "no")]}, ValueError, "two answers are 'this'"),
        ({"wrong": [("A", "a"), ("A", "b")]}, ValueError, "two answers are 'A'"),
    ],
)
def test_a_choice_that_cannot_be_asked_is_refused(changes, error, message):
    given = {"text": "Is it?", "right": ("This", "it is"), "wrong": WRONG, **changes}
    with pytest.raises(error, match=message):
        choice(given.pop("text"), **given)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"answer": float("nan")}, ValueError, "answer is nan, expected a finite"),
        ({"answer": numpy.inf}, ValueError, "answer is inf, expected a finite"),
        ({"answer": "53"}, TypeError, "answer is '53', expected a number"),
        ({"within": 0}, ValueError, "within is 0, expected a tolerance above 0"),
        ({"within": -1}, ValueError, "within is -1, expected a tolerance above 0"),
        ({"why": ""}, ValueError, "why is '', expected some words"),
        ({"unit": None}, TypeError, "unit is a NoneType, expected a text"),
        ({"wrong": [47]}, TypeError, "wrong is a list, expected a dict {"),
        ({"wrong": {"a": "b"}}, TypeError, "a key of wrong is 'a', expected a number"),
        ({"wrong": {47: ""}}, ValueError, r"wrong\[47\] is '', expected some words"),
        ({"wrong": {53.5: "no"}}, ValueError, "53.5, which lies within 0.5 of the an"),
        ({"wrong": {0.1: "n"}, "answer": 0.2, "within": 0.1}, ValueError, "within 0.1"),
    ],
)
def test_a_number_that_cannot_be_asked_is_refused(changes, error, message):
    with pytest.raises(error, match=message):
        number("How many?", **{**SHARE, **changes})


def test_texts_stand_in_the_page_as_they_were_given():
    html = unescape(markup(exam(*four(asked(7)))))
    assert "Question 7?" in html and "You have passed this exam before." in html
