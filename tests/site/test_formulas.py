"""Formulas are MathML, made at build time: they need no script, and no eyes."""

from collections import Counter
import importlib
import re
import xml.etree.ElementTree as ET

from fontTools.ttLib import TTFont
import pytest

from book.tools.chapters import ROOT, chapter_names
from tests.site.conftest import SITE

CHAPTERS = chapter_names()
WIDE = "chapters/seq2seq/speech-recognition.html"
FONT = ROOT / "book" / "_static" / "fonts" / "stix-two-math.woff2"


@pytest.fixture
def formulas(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "book" / "tools" / "sphinx_ext"))
    return importlib.import_module("formulas")


def test_no_chapter_has_a_formula_that_was_not_converted():
    """Every formula of the Markdown is there, and no LaTeX is left."""
    for name in CHAPTERS:
        html = (SITE / "chapters" / f"{name}.html").read_text()
        source = (ROOT / "chapters" / f"{name}.md").read_text()
        displayed = len(re.findall(r"^\s*\$\$.*?\$\$", source, re.S | re.M))
        assert html.count('<math display="block">') == displayed
        assert html.count("<math") >= displayed
        for made in re.findall(r"<math.*?</math>", html, re.S):
            assert "\\" not in made and "[6" not in made


def test_every_part_of_a_formula_has_its_number_of_children():
    """Browsers draw an error, and Firefox says so, where an index or a base lacks."""
    expected = dict.fromkeys(["mfrac", "mroot", "msub", "msup", "munder", "mover"], 2)
    expected |= {"msubsup": 3, "munderover": 3}
    seen = Counter()
    for name in CHAPTERS:
        html = (SITE / "chapters" / f"{name}.html").read_text()
        for made in re.findall(r"<math.*?</math>", html, re.S):
            for part in ET.fromstring(re.sub(r"&\w+;", "x", made)).iter():
                if part.tag in expected:
                    seen[part.tag] += 1
                    assert len(part) == expected[part.tag], (name, made)
    assert {"mfrac", "msub", "msup"} <= set(seen)


def test_a_gap_between_rows_is_not_printed(formulas):
    made = formulas.mathml(r"\begin{gathered} a \\[6pt] b \end{gathered}", True)
    assert re.findall(r"<m[ion][^>]*>(.*?)<", made) == ["a", "b"]


def test_a_formula_that_is_not_understood_is_named(formulas):
    with pytest.raises(ValueError, match=r"\\fracc.*is not understood"):
        formulas.mathml(r"\fracc{1}{2}", display=False)


@pytest.mark.parametrize(
    ("letter", "slanted"),
    [
        ("h", "ℎ"),
        ("a", "𝑎"),
        ("Z", "𝑍"),
        ("σ", "𝜎"),
        ("Σ", "𝛴"),
        ("∂", "𝜕"),
        ("1", "1"),
    ],
)
def test_single_letters_are_slanted_as_browsers_do(formulas, letter, slanted):
    assert formulas.italic(letter) == slanted


def test_the_font_holds_what_the_formulas_show(formulas, tmp_path):
    formulas.cut_font(FONT, tmp_path / "cut.woff2", {"x", "σ", "′", "∑"})
    cut = TTFont(tmp_path / "cut.woff2")
    assert {0x78, 0x1D465, 0x3C3, 0x1D70E, 0x2032, 0x2211, 0x221A} <= set(
        cut.getBestCmap()
    )
    assert "MATH" in cut  # heights, gaps, the sizes of brackets and roots
    assert (tmp_path / "cut.woff2").stat().st_size < FONT.stat().st_size / 10
    with pytest.raises(ValueError, match="no 中"):
        formulas.cut_font(FONT, tmp_path / "cut.woff2", {"x", "中"})


def test_formulas_can_be_read_without_script(browser, address):
    """Drawn with their own font, at their own size, on the line's baseline."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        fonts = []
        page.on("requestfinished", lambda r: fonts.append(r.url))
        page.goto(f"{address}/chapters/regression/contractor.html")
        formula = page.locator(".formula math", has=page.locator("mfrac")).first
        assert formula.is_visible()
        assert formula.bounding_box()["height"] > 30
        assert [url for url in fonts if url.endswith("stix-two-math.woff2")]


def test_a_formula_in_the_line_sits_on_its_baseline(visit, address):
    """A letter of a formula beside one of the text: no more than a pixel apart."""
    page = visit(address, "chapters/regression/contractor.html").page
    apart = page.evaluate(
        """() => {
            const p = document.createElement('p');
            const mark = '<span style="display:inline-block"></span>';
            p.innerHTML = mark + '<math><mi>x</mi></math><math><mfrac><mn>1</mn>' +
                '<mn>2</mn></mfrac><mi>x</mi></math>';
            document.querySelector('main article').append(p);
            const line = p.firstChild.getBoundingClientRect().bottom;
            const letters = [...p.querySelectorAll('mi')];
            const foot = e => e.getBoundingClientRect().bottom;
            return [foot(letters[0]) - foot(letters[1]), foot(letters[0]) - line];
        }"""
    )
    assert abs(apart[0]) <= 1  # the fraction beside it moves no letter
    assert -1 <= apart[1] <= 3  # the foot of an x, round below, is the line's


# formulas whose neighbouring character, if it is no space, is on another line
PARTED = """() => [...document.querySelectorAll(
        'main article p math, main article li math')].flatMap(math => {
    const rect = math.getBoundingClientRect();
    const text = node => (node?.nodeType === 3 ? node.data : '');
    const parted = (node, letter, at) => {
        if (!rect.height || !letter || /[\\s\u2013\u2014/]/.test(letter)) return [];
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const other = range.getBoundingClientRect();
        const apart = other.top >= rect.bottom || other.bottom <= rect.top;
        return apart ? [math.textContent + letter] : [];
    };
    const box = math.closest('.held');
    const next = math.nextSibling ?? box?.nextSibling;
    const before = math.previousSibling ?? box?.previousSibling;
    const first = text(next)[0], last = text(before).at(-1);
    return [...parted(next, first, next?.data?.indexOf(first)),
            ...parted(before, last, before?.data?.lastIndexOf(last))];
})"""


def test_commas_and_brackets_stay_with_their_formula(visit, address):
    """On narrow screens a line must not begin with the comma after a formula."""
    for name in ("environment/control", "regression/house-prices"):
        page = visit(address, f"chapters/{name}.html", width=390).page
        for width in range(330, 430, 9):
            page.set_viewport_size({"width": width, "height": 900})
            assert not page.evaluate(PARTED), f"{name}, {width} px"


def test_screen_readers_are_given_the_formula(visit, address):
    opened = visit(address, "chapters/regression/house-prices.html")
    session = opened.context.new_cdp_session(opened.page)
    session.send("Accessibility.enable")
    tree = session.send("Accessibility.getFullAXTree")["nodes"]
    roles = {node["role"]["value"] for node in tree if not node["ignored"]}
    assert {"MathMLMath", "MathMLFraction", "MathMLSquareRoot", "MathMLSub"} <= roles
    for page_name in CHAPTERS:
        html = (SITE / "chapters" / f"{page_name}.html").read_text()
        assert 'alttext="' not in html  # it would be read in place of the formula


def test_numbers_of_formulas_are_links_that_lead_to_them(visit, address):
    """The number in the text is that beside the formula."""
    page = visit(address, "chapters/regression/contractor.html").page
    links = page.locator("main a[href^='#equation-']:not(.headerlink)")
    assert links.count()
    for link in links.all():
        target = page.locator(link.get_attribute("href"))
        assert link.inner_text() in target.locator(".eqno").inner_text()


def test_a_wide_formula_is_scrolled_by_keyboard(visit, address):
    page = visit(address, WIDE, width=390).page
    wide = page.locator(".formula[tabindex='0']")
    assert wide.count()
    box = wide.first
    room, needed, left = box.evaluate(
        "e => [e.clientWidth, e.scrollWidth, e.firstChild.getBoundingClientRect().left"
        " - e.getBoundingClientRect().left]"
    )
    assert needed > room and left >= 0  # its beginning can be seen
    box.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")
