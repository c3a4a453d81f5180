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
        (("Box 1", CHOICES, PANELS), "name is 'Box 1'"),
        (("box", CHOICES, {("slow", "low"): ""}), r"1 combinations, expected the 4"),
        (("box", CHOICES, {**PANELS, ("x", "y"): ""}), r"\('x', 'y'\) is in one"),
        (("box", CHOICES, PANELS, ("slow", "x")), r"start is \('slow', 'x'\)"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        chooser(*arguments)
