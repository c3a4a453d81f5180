"""Links into the middle of a page lead there, and keep the reader there."""

import pytest

from book.tools.chapters import chapter_names
from tests.site.conftest import SITE

CHAPTERS = chapter_names()
NEAR = 4  # pixels
# the ways to come, one for each kind of place; which goes with which turns by chapter
WAYS = [(width, scheme) for width in (1280, 390) for scheme in ("http", "file")]
PLACES = {
    "summary": "#summary",
    "exercises": "#exercises",
    "formula": "div.math[id]",
    "figure": "figure[id]",
}
# the last of each kind: the farther down, the more can come in above it
IDS = """places => Object.values(places).map(
    p => [...document.querySelectorAll(`main ${p}`)]
        .filter(e => !e.closest('.toggle-hidden')).at(-1)?.id)"""
SETTLED = """async () => {
    await document.fonts.ready;
    const root = document.scrollingElement;
    const state = () => `${root.scrollTop} ${root.scrollHeight}`;
    const pause = () => new Promise(done => setTimeout(done, 60));
    for (let before = '', same = 0; same < 3; before = state(), await pause())
        same = state() === before ? same + 1 : 0;
}"""
# pixels from the target to its due place, and from the window's end to the page's
MISSED = """() => {
    const root = document.scrollingElement;
    const above = parseFloat(getComputedStyle(root).scrollPaddingTop);
    const target = document.querySelector(':target');
    return [target.getBoundingClientRect().top - above,
            root.scrollHeight - root.clientHeight - root.scrollTop];
}"""


def missed(page) -> float:
    """Pixels by which an opened page's target is missed; 0 at the page's end."""
    page.evaluate(SETTLED)
    away, left = page.evaluate(MISSED)
    return 0 if away > 0 and left < NEAR else away


@pytest.mark.parametrize("name", CHAPTERS)
def test_links_arrive(visit, address, name):
    """At the summary, the exercises, the last formula, the last figure."""
    opened = visit(address, f"chapters/{name}.html")
    ids = opened.page.evaluate(IDS, PLACES)
    assert ids[:2] == ["summary", "exercises"]
    turn = CHAPTERS.index(name)
    wrong = []
    for place, id in enumerate(ids):
        if id is None:
            continue
        width, scheme = WAYS[(place + turn) % len(WAYS)]
        root = address if scheme == "http" else SITE.as_uri()
        opened.page.set_viewport_size({"width": width, "height": 900})
        opened.page.goto("about:blank")
        opened.page.goto(f"{root}/chapters/{name}.html#{id}")
        pixels = missed(opened.page)
        if abs(pixels) > NEAR:
            wrong.append(f"#{id}, {width} px, {scheme}: {pixels:.0f} px away")
    assert not wrong, "\n".join(wrong)


def test_a_link_into_a_folded_solution_unfolds_it(visit, address):
    page_name = "chapters/regression/contractor.html"
    opened = visit(address, page_name)
    solution = opened.page.locator("div.solution").first
    inside = solution.locator("div.cell").first
    assert inside.is_hidden()
    inside.evaluate("e => e.id = 'inside'")
    opened.page.evaluate("location.hash = 'inside'")
    assert inside.is_visible()
    assert abs(missed(opened.page)) <= NEAR
