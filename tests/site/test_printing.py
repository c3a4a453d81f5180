"""Paper is white: what is printed is light, whatever the screen shows."""

import pytest

CHAPTER = "chapters/regression/contractor.html"
THEME = "document.documentElement.dataset.theme"
LOOK = """() => {
    const style = (where) => getComputedStyle(document.querySelector(where));
    return {
        theme: document.documentElement.dataset.theme,
        text: style('main p').color,
        heading: style('main h2').color,
        formula: style('main math').color,
        code: style('main .highlight pre').color,
        comment: style('main .highlight .c1').color,
        ground: style('body').backgroundColor,
        claim: style('main .claim').backgroundColor,
        figure: style('main .cell_output img').filter,
    };
}"""


@pytest.fixture
def opened(visit, address):
    return visit(address, CHAPTER)


def test_a_dark_page_is_printed_as_a_light_one(opened):
    opened.page.emulate_media(media="print")
    light = opened.page.evaluate(LOOK)
    opened.page.emulate_media(media="screen")
    opened.set_theme("dark")
    dark = opened.page.evaluate(LOOK)
    assert dark["text"] != light["text"] and "invert" in dark["figure"]
    opened.page.emulate_media(media="print", color_scheme="dark")
    opened.page.wait_for_function(f"{THEME} === 'light'", timeout=5_000)
    assert opened.page.evaluate(LOOK) == light
    assert light["figure"] == "none"
    opened.page.emulate_media(media="screen", color_scheme="dark")
    opened.page.wait_for_function(f"{THEME} === 'dark'", timeout=5_000)
    opened.page.wait_for_timeout(250)  # colours fade
    assert opened.page.evaluate(LOOK) == dark


def test_the_printing_events_alone_make_it_light(opened):
    """Some browsers tell of printing by these events only."""
    opened.set_theme("dark")
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.page.evaluate(THEME) == "light"
    opened.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert opened.page.evaluate(THEME) == "dark"
