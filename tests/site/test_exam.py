"""A practice exam on a page of the site: by keyboard, without script, kept or not."""

import gzip
import importlib
import os
from pathlib import Path
import re
import threading

from axe_playwright_python.sync_playwright import Axe
import pytest
from utils.exam import choice, exam, number

from book.tools.chapters import ROOT
from book.tools.serve import server
from tests.site.conftest import SITE
from tests.site.test_pages import AXE, THEMES

PAGE = "chapters/regression/contractor.html"
OTHER = "chapters/regression/house-prices.html"
QUESTIONS = (
    choice(
        "What does a *longer* visit cost, by `w`?",
        right=("More", "the slope is above zero."),
        wrong=[("Less", "then the slope were below zero."), ("The same", "nor zero.")],
    ),
    choice("Is it?", right=("Yes", "it is."), wrong=[("No", "it is.")]),
    choice("Was it?", right=("Yes", "it was."), wrong=[("No", "it was.")]),
    number(
        "What share is it?",
        answer=53.2,
        within=0.05,
        unit="%",
        why="It was counted.",
        wrong={46.8: "that is the share of the *others*."},
    ),
    number("How many dollars?", answer=-1234.5, within=1, unit="dollars", why="So."),
)
FORBIDDEN = """Object.defineProperty(window, 'localStorage', {
    get() { throw new DOMException('no', 'SecurityError'); } });"""
PASSED = "You have answered every question rightly."


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The built site with an exam at the end of one page."""
    root = tmp_path_factory.mktemp("site")
    target = root / PAGE
    target.parent.mkdir(parents=True)
    for place in (root, root / "chapters", target.parent):
        for path in (SITE / place.relative_to(root)).iterdir():
            if not (place / path.name).exists() and path.name != target.name:
                (place / path.name).symlink_to(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "book" / "tools" / "sphinx_ext"))
        finish = importlib.import_module("site_finish")
    static = root / "_static" / "exam"
    ours = finish._exam_to_files(exam(*QUESTIONS).data, target.parent, static)
    page = (SITE / PAGE).read_text(encoding="utf-8")
    page = re.sub(r'<style>[^<]*</style><section class="exam.*?</section>', "", page)
    output = (
        f'<div class="cell_output"><div class="output text_html">{ours}</div></div>'
    )
    target.write_text(page.replace("</article>", f"{output}</article>", 1), "utf-8")
    return root


@pytest.fixture(scope="module")
def where(folder):
    """The addresses of that site, by scheme."""
    httpd = server(0, folder)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    http = f"http://localhost:{httpd.server_port}"
    yield {"http": http, "file": folder.as_uri()}
    httpd.shutdown()


class Exam:
    def __init__(self, page):
        page.set_default_timeout(10_000)
        self.page, self.root = page, page.locator(".exam")
        self.root.scroll_into_view_if_needed()
        page.locator(".exam[data-on]").wait_for()
        self.share = self.root.get_by_label("What share is it?")
        self.dollars = self.root.get_by_label("How many dollars?")

    def type(self, field, text) -> str:
        """What is said of a number that was typed."""
        field.fill(text)
        field.press("Enter")
        return field.locator("xpath=ancestor::li").get_by_role("status").inner_text()

    def answer_all(self) -> None:
        for right in self.root.locator("[data-right]").all():
            right.check()
        self.type(self.share, "53.2")
        self.type(self.dollars, "-1234.5")

    def ends(self) -> str:
        return self.root.locator(".exam-end").inner_text()


def ticks(page) -> list[str]:
    """The links of the contents that bear a tick, as they are read out."""
    links = page.locator(".bd-links a, .chapter-card-title a")
    return [
        link.evaluate("a => a.textContent.replace('✓', '').trim()")
        for link in links.filter(
            has=page.get_by_role(
                "img", name="practice exam passed", include_hidden=True
            )
        ).all()
    ]


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_an_exam_is_passed_by_keyboard_and_ticked_in_the_contents(visit, where, scheme):
    opened = visit(where[scheme], PAGE)
    page = opened.page
    assert not [url for url in opened.requests if "exam.js" in url]  # far away yet
    tried = Exam(page)
    assert tried.root.get_by_text("Show the answer").count() == 2
    assert not any(fold.is_visible() for fold in tried.root.locator("details").all())
    first = tried.root.get_by_role("group", name="What does a longer visit cost, by w?")
    first.get_by_role("radio").first.focus()
    seen = []
    for key in ("Space", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
        (reason,) = [
            p for p in first.locator("[aria-live=polite] p").all() if p.is_visible()
        ]
        seen.append(reason.inner_text())
    assert sorted(seen) == [
        "✓ Right. The slope is above zero.",
        "✗ Not this one. Nor zero.",
        "✗ Not this one. Then the slope were below zero.",
    ]
    for name in ("Is it?", "Was it?"):
        group = tried.root.get_by_role("group", name=name)
        group.get_by_role("radio", name="Yes").focus()
        page.keyboard.press("Space")
    assert tried.type(tried.share, "46,8").startswith("✗ Not so. That is the share of")
    assert tried.root.locator("em", has_text="others").first.is_visible()
    page.keyboard.press("Tab")  # to the button
    page.keyboard.press("Tab")  # to the fold, which is there since something was wrong
    page.keyboard.press("Enter")
    assert tried.root.get_by_text("It was counted.").is_visible()
    assert "✓ Right. 53.2%. It was counted." in tried.type(tried.share, "53.2")
    tried.dollars.fill("−1,234.5")
    assert tried.ends() == ""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # on the button Check
    assert tried.ends().startswith(PASSED) and "in this browser only" in tried.ends()
    (ticked,) = ticks(page)
    assert ticked.endswith("bill")
    for name in (OTHER, "index.html"):
        page.goto(f"{where[scheme]}/{name}")
        page.locator(".exam-tick").first.wait_for(state="attached")
        assert {link.split(". ")[-1] for link in ticks(page)} == {
            ticked.split(". ")[-1]
        }
        if "book/" in page.url:
            assert len(ticks(page)) == 2  # the sidebar's and the card's
    page.goto(f"{where[scheme]}/{PAGE}")
    again = Exam(page)
    assert again.root.get_by_text("You have passed this exam before.").is_visible()
    again.root.get_by_role("button", name="Forget my answers").click()
    assert again.ends() == "Your answers are forgotten."
    kept = page.evaluate("Object.keys(localStorage).filter(k => k.includes('exam'))")
    assert ticks(page) == kept == []
    assert not opened.messages


def test_what_was_typed_is_read_as_people_write_numbers(visit, where):
    tried = Exam(visit(where["http"], PAGE).page)
    for text in ("53.2", "53,2", " 53.20 % ", "+53.24", "5.32e1", "53.249999"):
        assert tried.type(tried.share, text).startswith("✓ Right."), text
    for text in ("53.3", "53", "0", "-53.2", "0.532"):
        assert tried.type(tried.share, text).endswith(
            f"{text} is not within 0.05% of it; try again."
        )
    for text in (
        "-1234.5",
        "−1234",
        "-1 234.5",
        "-1,234.5",
        "-1.234,5",
        "-1234,5 dollars",
    ):
        assert tried.type(tried.dollars, text).startswith("✓ Right."), text
    assert tried.type(tried.dollars, "-123450%").startswith("✓ Right.")
    assert tried.type(tried.dollars, "1,234") == (
        "“1,234” can be read in two ways: type 1234 or 1.234."
    )
    for text in ("-1,234,56", "much", "3/4", "1..2", "--1", "e3", "0x10", "Infinity"):
        said = tried.type(tried.dollars, text)
        assert said == f"“{text}” is not a number, such as 12.5."
    assert tried.type(tried.dollars, " ") == "Type a number first."
    assert "0.123 is not within" in tried.type(tried.dollars, "0.123")
    assert "1,234,567 is not within" in tried.type(tried.dollars, "1,234,567")
    assert tried.ends() == ""


def test_where_nothing_may_be_kept_the_exam_is_passed_all_the_same(browser, where):
    with browser.new_context() as context:
        context.add_init_script(FORBIDDEN)
        page = context.new_page()
        errors = []
        page.on("pageerror", lambda error: errors.append(error.stack))
        page.goto(f"{where['http']}/{PAGE}")
        tried = Exam(page)
        tried.answer_all()
        assert tried.ends() == PASSED
        tried.root.get_by_role("button", name="Forget my answers").click()
        assert tried.share.input_value() == ""
        assert not [e for e in errors if "exam" in e or "programming-with" in e]
        assert not tried.root.locator(":checked").count() and not ticks(page)


def test_a_wrong_answer_after_the_right_one_takes_nothing_back(visit, where):
    tried = Exam(visit(where["http"], PAGE).page)
    tried.answer_all()
    tried.root.get_by_role("radio", name="No").first.check()
    assert tried.ends().startswith(PASSED)


def test_an_exam_can_be_taken_without_script(browser, where):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{where['http']}/{PAGE}")
        asked = page.locator(".exam")
        assert not asked.get_by_role("button").count()
        assert not asked.get_by_role("textbox").count()
        assert not asked.get_by_text("It was counted.").is_visible()
        asked.get_by_role("radio", name="Less").check()
        reasons = asked.locator(".exam-why p")
        shown = [p.inner_text() for p in reasons.all() if p.is_visible()]
        assert shown == ["✗ Not this one. Then the slope were below zero."]
        asked.get_by_text("Show the answer").first.click()
        assert asked.get_by_text("53.2%. It was counted.").is_visible()
        assert not asked.get_by_text("passed this exam").is_visible()


def test_an_exam_is_accessible_and_fits_whatever_was_answered(visit, where):
    page = visit(where["http"], PAGE).page
    tried = Exam(page)
    tried.answer_all()
    tried.root.get_by_role("radio", name="Less").check()
    tried.type(tried.share, "12")
    problems = []
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.wait_for_function(
                f"document.documentElement.dataset.theme === '{theme}'"
            )
            page.wait_for_timeout(250)  # colours fade
            if width == 320:
                found = Axe().run(page, context=".exam", options=AXE).response
                problems += [
                    f"{theme}, {width}: {v['id']}" for v in found["violations"]
                ]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            problems.append(f"too wide for {width}")
    assert not problems


def test_on_paper_there_are_questions_and_no_verdicts(visit, where):
    page = visit(where["http"], PAGE).page
    tried = Exam(page)
    tried.answer_all()
    page.emulate_media(media="print")
    shown = tried.root.inner_text()
    assert "Is it?" in shown and "The same" in shown and "What share is it?" in shown
    for hidden in ("Right", "counted", PASSED, "Check", "Forget", "Show the answer"):
        assert hidden not in shown
    weights = tried.root.locator(".exam-option label").evaluate_all(
        "labels => labels.map(label => getComputedStyle(label).fontWeight)"
    )
    assert len(set(weights)) == 1  # the chosen one is no bolder


def test_the_first_load_grows_little(folder):
    """Beyond the questions, a page with an exam carries its style, and no script."""
    page = (folder / PAGE).read_text(encoding="utf-8")
    (style,) = re.findall(r'(<style>[^<]*</style>)<section class="exam', page)
    without = page.replace(style, "")
    sizes = [len(gzip.compress(text.encode(), 6)) for text in (page, without)]
    assert sizes[0] - sizes[1] <= 1000
    assert "IntersectionObserver" not in style
    ((source, version),) = re.findall(r'data-src="([^"]*exam\.js)\?v=(\w+)"', page)
    assert os.path.exists(folder / Path(PAGE).parent / source) and version
