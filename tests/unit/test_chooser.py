"""chooser(): every panel is there and labelled, and what does not fit is refused."""

import re

import pytest
from utils.chooser import chooser

CHOICES = {"speed": ["slow", "fast"], "pitch": ["low", "high"]}
PANELS = {(s, p): f"<i>{s}{p}</i>" for s in ("slow", "fast") for p in ("low", "high")}


def test_all_panels_can_be_read_without_a_script():
    html = chooser("the-box", CHOICES, PANELS).data
    before = html[: html.index("<script>")]
    assert len(re.findall(r"<div data-panel=[^>]*>", before)) == 4
    assert not re.search(r"<div data-panel=[^>]*hidden", before)
    assert [panel in before for panel in PANELS.values()] == [True] * 4
    assert "<strong>slow, high</strong>" in before
    # the buttons, which would do nothing, are hidden until the script shows them
    assert before.count('role="group"') == before.count('" hidden>') == 2


@pytest.mark.parametrize(
    ("start", "pressed"), [(None, ["slow", "low"]), (("fast", "low"), ["fast", "low"])]
)
def test_one_button_of_each_group_is_pressed(start, pressed):
    html = chooser("box", CHOICES, PANELS, start).data
    assert re.findall(r'aria-pressed="true">(\w+)<', html) == pressed
    assert html.count('aria-pressed="false"') == 2


def test_labels_are_text():
    html = chooser("box", {"which": ['<b> & "c"']}, {('<b> & "c"',): "x"}).data
    assert "<b> &" not in html and html.count("&lt;b&gt; &amp;") == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("box", ["slow"], PANELS), "choices is a list, expected a dict"),
        (("box", {}, {}), "choices is a dict, expected a dict with entries"),
        (("box", CHOICES, None), "panels is a NoneType"),
        (("box", {"speed": "ab"}, {("a",): "", ("b",): ""}), "is 'ab', expected some"),
        (("box", {"speed": [1]}, {(1,): ""}), r"choices\['speed'\] is \[1\]"),
        (("box", {"speed": []}, {("a",): ""}), r"choices\['speed'\] is \[\]"),
        (("box", {"a": ["b"]}, {("b",): 3}), r"panels\[\('b',\)\] is an int"),
    ],
)
def test_what_is_of_another_type_is_refused(arguments, message):
    with pytest.raises(TypeError, match=message):
        chooser(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None, CHOICES, PANELS), "name is None"),
        (("box", {"a": ["b", "b"]}, {("b",): ""}), "one label is twice"),
        (("box", {"a": ["b"]}, {("b",): "", 1: ""}), "1 is in one of them only"),
        (("box", CHOICES, PANELS, ()), r"start is \(\)"),
        (("Box 1", CHOICES, PANELS), "name is 'Box 1'"),
        (("box", CHOICES, {("slow", "low"): ""}), r"1 combinations, expected the 4"),
        (("box", CHOICES, {**PANELS, ("x", "y"): ""}), r"\('x', 'y'\) is in one"),
        (("box", CHOICES, PANELS, ("slow", "x")), r"start is \('slow', 'x'\)"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        chooser(*arguments)
