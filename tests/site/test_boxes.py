"""The boxes in which readers try the nets: they answer as the nets do, everywhere."""

import re
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
import pytest

from book.tools.chapters import ROOT
from tests.site.conftest import SITE
from tests.site.firefox import firefox, firefox_path
from tests.site.strokes import DIGITS
from tests.site.test_pages import AXE, compressed_size

BOXES = sorted(
    str(path.relative_to(ROOT / "chapters").with_suffix(""))
    for path in (ROOT / "chapters").glob("*/*.js")
)
NEAR = 1e-4
MAX_BYTES = 300_000  # gzipped, on a click
STRICT = "default-src 'self' 'unsafe-inline' data: blob:"  # evaluates no text
FROM_FILE = SITE.as_uri().rstrip("/")
TRY_EVAL = """() => new Promise(good => setTimeout(() => {
    try { eval('1'); good('it ran'); } catch (error) { good(error.name); }
}))"""  # later: what the test's own driver calls at once may do it


class Box:
    """The box of a page that is open."""

    def __init__(self, opened, name):
        self.page = opened.page
        self.root = opened.page.locator(f"#live-{name.split('/')[1]}")
        self.button = self.root.locator(":scope > button")
        self.status = self.root.locator(":scope > [role=status]")
        self.inside = self.root.locator(":scope > .live-open")

    def open(self):
        self.button.click()
        self.inside.wait_for()
        return self

    def says(self, text: str | re.Pattern) -> str:
        """The status once it holds ``text``."""
        self.status.filter(has_text=text).wait_for()
        return self.status.inner_text()

    def difference(self) -> float:
        """How far the page's answers are from those of the rounded net."""
        return self.inside.evaluate("inside => inside.check()")


@pytest.fixture
def open_box(visit, address):
    """Visit a chapter and open its box: ``open_box(name)``."""

    def open_one(name, where=address, **kwargs):
        opened = visit(where, f"chapters/{name}.html", **kwargs)
        return opened, Box(opened, name).open()

    return open_one


def test_each_box_of_a_chapter_is_on_its_page_and_each_script_in_a_box():
    assert BOXES
    for name in BOXES:
        html = (SITE / "chapters" / f"{name}.html").read_text(encoding="utf-8")
        assert html.count(f'id="live-{name.split("/")[1]}"') == 1, name


@pytest.mark.parametrize("name", BOXES)
def test_a_box_answers_as_the_net_does(visit, address, name):
    """Nothing is loaded before the click, little on it, all of it from here."""
    opened = visit(address, f"chapters/{name}.html")
    before = set(opened.requests)
    assert not [url for url in before if "/live/" in url]
    box = Box(opened, name)
    assert box.button.is_visible()
    assert not box.root.locator(".live-none").is_visible()
    box.open()
    box.says(re.compile(r"\w"))
    assert box.difference() <= NEAR
    assert sum(map(compressed_size, set(opened.requests) - before)) <= MAX_BYTES
    assert not opened.outside(address) + opened.messages


@pytest.mark.parametrize("name", BOXES)
def test_a_box_answers_from_a_file(open_box, name):
    opened, box = open_box(name, FROM_FILE, width=390)
    box.says(re.compile(r"\w"))
    assert box.difference() <= NEAR
    assert not opened.outside(FROM_FILE) + opened.messages


@pytest.mark.skipif(not firefox_path(), reason="there is no Firefox here")
def test_boxes_answer_in_firefox(address):
    """Over http and from files; nothing in its console."""
    with firefox() as browser:
        for where in (address, FROM_FILE):
            for name in BOXES:
                browser.open(f"{where}/chapters/{name}.html")
                difference = browser.ask(
                    """new Promise((good) => {
                        const box = document.querySelector('.live');
                        const inside = box.querySelector('.live-open');
                        box.querySelector('button').click();
                        const look = () => inside.check
                            ? good(inside.check()) : setTimeout(look, 50);
                        look();
                    })"""
                )
                assert difference <= NEAR, (where, name)
        assert not browser.messages


@pytest.mark.parametrize("name", BOXES)
def test_an_open_box_is_accessible_and_not_too_wide(open_box, name):
    opened, box = open_box(name)
    box.inside.evaluate(
        "inside => inside.querySelectorAll('details').forEach(d => d.open = true)"
    )
    problems = []
    for width in (1280, 390, 320):
        opened.page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            opened.set_theme(theme)
            found = Axe().run(opened.page, context=".live", options=AXE)
            for violation in found.response["violations"]:
                where = [node["html"][:150] for node in violation["nodes"]]
                problems.append(f"{theme}, {width} px: {violation['id']}: {where}")
        wide = opened.page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            problems.append(f"{width} px: the page is {wide} px wide")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", BOXES)
def test_a_box_comes_back_after_what_it_needs_was_not_to_be_had(visit, address, name):
    opened = visit(address, f"chapters/{name}.html")
    box = Box(opened, name)
    opened.page.route("**/_data/*", lambda route: route.abort())
    box.button.click()
    assert "could not be loaded" in box.says("could not")
    assert box.button.is_enabled() and not box.inside.is_visible()
    opened.page.unroute("**/_data/*")
    box.open()
    assert box.difference() <= NEAR


@pytest.mark.parametrize("name", BOXES)
def test_without_script_a_sentence_says_what_one_would_see(browser, address, name):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/chapters/{name}.html")
        box = page.locator(f"#live-{name.split('/')[1]}")
        assert "With JavaScript you could" in box.locator(".live-none").inner_text()
        assert not box.get_by_role("button").count()


@pytest.mark.parametrize("name", BOXES)
def test_a_box_needs_no_unsafe_eval(visit, address, name):
    """With a policy that forbids to evaluate text, which is shown to work."""
    opened = visit(address, "404.html")

    def strict(route):
        answer = route.fetch()
        headers = {**answer.headers, "content-security-policy": STRICT}
        route.fulfill(response=answer, headers=headers)

    opened.page.route("**/*.html", strict)
    opened.page.goto(f"{address}/chapters/{name}.html")
    refused = opened.page.evaluate(TRY_EVAL)
    assert refused == "EvalError"
    assert Box(opened, name).open().difference() <= NEAR


# ---- One interaction by keyboard and one by touch, for each box ----------------------


def tap(box, name):
    box.inside.get_by_role("button", name=name, exact=True).first.tap()


def swipe(box, start, by, moves=5):
    """A finger put down at the point ``start`` goes ``by`` (x, y) pixels, in moves."""
    finger = box.page.context.new_cdp_session(box.page)
    for k in range(moves + 1):
        point = {axis: start[axis] + by[i] * k / moves for i, axis in enumerate("xy")}
        kind = "touchMove" if k else "touchStart"
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def middle(element):
    """The point in the middle of what a locator finds."""
    edge = element.bounding_box()
    return {
        "x": edge["x"] + edge["width"] / 2,
        "y": edge["y"] + edge["height"] / 2,
    }


def digits_by_keyboard(box):
    """A line from top to bottom is a one."""
    box.inside.get_by_role("application").focus()
    press = box.page.keyboard.press
    for _ in range(8):
        press("ArrowUp")
    press("Space")
    for _ in range(16):
        press("ArrowDown")
    assert "answers 1," in box.says("answers 1,")


def digits_by_touch(box):
    """A sample by a tap; then a finger draws a one, for which the sample makes room."""
    tap(box, "8")
    assert "answers 8," in box.says("It was written as 8.")
    pad = box.inside.get_by_role("application")
    pad.scroll_into_view_if_needed()
    height = pad.bounding_box()["height"]
    start = middle(pad) | {"y": pad.bounding_box()["y"] + 0.2 * height}
    swipe(box, start, (0, 0.6 * height), moves=8)
    assert box.says("answers 1,").endswith("sure.")


def rules_by_keyboard(box):
    field = box.inside.get_by_role("textbox")
    field.fill("33")
    assert "net says fizz, " in box.says("rule says fizz.")
    field.fill("1,035")
    box.says("rule says fizzbuzz.")
    for strange in ("many", "0x10", "1e3", "3.0", "-3", "0", "1" * 60):
        field.fill(strange)
        box.says(f"“{strange[:24]}")
        assert "expected a whole number from 1 to 1,000,000,000,000" in box.says("exp")


def rules_by_touch(box):
    tap(box, "98")
    assert "net says 98, " in box.says("rule says 98.")
    assert box.status.bounding_box()["width"] <= 2  # what it says stands below, too


def ingredients_by_keyboard(box):
    """A reading moves, the degree rises, and the exam tells what the homework hid."""
    assert "Exam: not opened." in box.says("Degree 3.")
    drawing = box.inside.get_by_role("application")
    drawing.press("ArrowRight")
    before = float(re.search(r": ([\d.]+) °C", box.says("Reading at"))[1])
    for _ in range(4):
        drawing.press("ArrowUp")
    box.says(f"hours: {before + 2:.1f} °C.")
    box.inside.get_by_role("slider").press("End")
    box.says("Degree 15. Homework: off by 0.")
    opens = box.inside.get_by_role("button", name="Open the exam")
    opens.press("Enter")
    said = box.says("In this exam degree")
    marked, best = re.findall(r"(?:Exam|best): off by ([\d.]+) °C", said)
    assert float(marked) > 1.5 * float(best) > 1.5
    assert opens.is_disabled()


def ingredients_by_touch(box):
    """A finger pulls a reading, and the page stays; another day shuts the exam."""
    reading = box.inside.locator("svg[role=application] circle").last
    reading.scroll_into_view_if_needed()
    drawing = box.inside.get_by_role("application")
    top = drawing.bounding_box()["y"]
    answer = box.inside.locator(".live-answer")
    before = answer.inner_text()
    swipe(box, middle(reading), (0, -40), moves=4)
    box.says("Reading at")
    assert answer.inner_text() != before
    assert abs(drawing.bounding_box()["y"] - top) < 1
    tap(box, "Open the exam")
    box.says("does best")
    tap(box, "Another day")
    assert "Exam: not opened." in box.says("Another day.")


def choosing_by_keyboard(box):
    """A net is trained; the exam can be sat again, and the box says what of it."""
    box.says("After 10 epochs")
    for name in ("−1 and +1", "16", "0.06"):
        box.inside.get_by_role("button", name=name, exact=True).press("Enter")
    box.says("It knows nothing yet.")
    sit = box.inside.get_by_role("button", name="Sit the exam")
    assert sit.is_disabled()
    box.inside.get_by_role("button", name="Train 50 epochs").press("Enter")
    said = box.says("After 50 epochs")
    assert int(re.search(r"(\d+)\s% of its examples", said)[1]) > 55
    sit.press("Enter")
    assert re.search(r": \d+ right", box.says("the one time that counts"))
    sit.press("Enter")
    box.says("sat it 2 times")
    assert box.inside.locator("tbody tr").count() == 2


def choosing_by_touch(box):
    """A training can be stopped and goes on where it was."""
    box.says("After 10 epochs")
    tap(box, "128 + 128")
    tap(box, "Train 50 epochs")
    tap(box, "Stop")
    stopped = box.inside.locator(".live-answer")
    box.says("Stopped.")
    before = stopped.inner_text()
    box.page.wait_for_timeout(300)
    assert stopped.inner_text() == before
    tap(box, "Train 50 epochs")
    tap(box, "Stop")
    box.says("Stopped.")


def translation_by_keyboard(box):
    field = box.inside.get_by_role("textbox")
    field.fill("wir kaufen ein Haus")
    field.press("Enter")
    assert "We are buying a house." in box.says("buying")
    field.fill("Wir kaufen ein Haud.")
    field.press("Enter")
    box.says("Unknown: Haud")
    box.inside.get_by_role("button", name="Haus", exact=True).press("Enter")
    assert "We are buying a house." in box.says("buying")
    field.fill("WIR KAUFEN EIN HAUS!")
    field.press("Enter")
    box.says("Unknown: !.")


def translation_by_touch(box):
    """Two words that swap places are given to the net in their new order."""
    box.says("wonderful book")
    drawn = box.inside.locator("svg text[lang=de]")
    given = drawn.all_text_contents()
    tap(box, given[1])
    tap(box, given[5])
    given[1], given[5] = given[5], given[1]
    assert drawn.all_text_contents() == given
    assert box.inside.get_by_role("textbox").input_value().split()[1] == given[1]
    box.says("It says: ")


def contractor_range(box) -> tuple[int, int]:
    """From how much to how much the next bill may be, as the box shows it."""
    shown = box.inside.locator(".live-answer + p").inner_text()
    return tuple(map(int, re.search(r"\$(\d+) to \$(\d+)", shown).groups()))


def contractor_by_keyboard(box):
    """A long job's bill that falls takes the line along; the interval widens."""
    press = box.page.keyboard.press
    low, high = contractor_range(box)
    bill = box.inside.get_by_role("slider", name="Bill 8 of 8")
    bill.focus()
    paid = int(bill.get_attribute("aria-valuenow"))
    for _ in range(30):
        press("ArrowDown")
    assert int(bill.get_attribute("aria-valuenow")) == paid - paid % 5 - 300
    lower, higher = contractor_range(box)
    assert lower + higher < low + high and higher - lower > 2 * (high - low)
    box.says(f"{lower} to ${higher}")
    box.inside.get_by_role("slider", name="Length of your job").press("End")
    box.says("A job of 8 hours: ")
    box.inside.get_by_role("button", name="all near four hours").press("Enter")
    for i, keys in enumerate((["Right"] * 2, ["Right"], ["Left"], ["Left"] * 2)):
        box.inside.get_by_role("slider", name=f"Bill {i + 1} of 4").focus()
        for key in keys:
            press(f"Arrow{key}")
    box.says("All bills are of one length.")


def contractor_by_touch(box):
    """A finger takes a bill along; the page stays where it is."""
    low, high = contractor_range(box)
    tap(box, "three")
    lower, higher = contractor_range(box)
    assert higher - lower > 2 * (high - low)
    bill = box.inside.get_by_role("slider", name="Bill 1 of 3")
    bill.scroll_into_view_if_needed()
    scrolled = box.page.evaluate("scrollY")
    before = bill.get_attribute("aria-valuetext")
    swipe(box, middle(bill), (0, -60))
    after = bill.get_attribute("aria-valuetext")
    assert after.split(",")[0] == before.split(",")[0]  # it went straight up
    paid = [int(text.split("$")[1]) for text in (before, after)]
    assert paid[1] > paid[0] + 100
    assert box.page.evaluate("scrollY") == scrolled
    assert "meant to hold nine bills in ten" in box.says("A job of 5 hours")


def control_by_keyboard(box):
    steps = box.inside.locator(".live-answer")
    assert steps.inner_text().startswith("Steps: 0 ")
    box.inside.focus()
    box.page.keyboard.press("ArrowRight")
    said = box.says("You kept the pole up for")
    assert "leaned more than 12 degrees" in said
    kept = int(re.search(r"for (\d+) steps", said)[1])
    assert 5 <= kept <= 100  # pushed to one side only
    assert steps.inner_text().startswith(f"Steps: {kept} ")


def control_by_touch(box):
    steps = box.inside.locator(".live-answer")
    box.page.wait_for_timeout(300)  # nothing moves by itself
    assert steps.inner_text().startswith("Steps: 0 ")
    tap(box, "you")
    box.says("Push to begin")
    assert steps.inner_text().startswith("Steps: 0 ")
    tap(box, "net")
    box.says("The net pushes.")
    box.page.wait_for_timeout(500)
    tap(box, "Stop")
    box.says("Stopped.")
    stopped = steps.inner_text()
    assert not stopped.startswith("Steps: 0 ")
    box.page.wait_for_timeout(300)
    assert steps.inner_text() == stopped


def chain_rule_by_keyboard(box):
    """A nudge keeps what the slope promised; a push across the kink does not."""
    box.says("The loss is 2.250")
    weight = box.inside.get_by_role("slider", name="w₁")
    weight.press("ArrowRight")
    assert "should change by −0.030; it changed by −0.030" in box.says("w₁")
    weight.press("Home")
    assert weight.input_value() == "-3"
    assert "by −3.51. By its slope the loss" in box.says("by −3.51")
    assert "unit 1 0.00, slope" in box.inside.get_by_role("img").get_attribute(
        "aria-label"
    )


def chain_rule_by_touch(box):
    """Steps downhill arrive, but not through a unit that is silent."""
    tap(box, "One step downhill")
    assert box.says("2.250 to").endswith("Unit 2 is silent: no slope gets through it.")
    for _ in range(40):
        tap(box, "One step downhill")
    box.says("to 0.000")
    tap(box, "Start again")
    box.says("As at first: the loss is 2.250.")


def pytorch_by_keyboard(box):
    assert "They are the same." in box.says("Rate 0.1.")
    box.inside.get_by_label("momentum 0.9").press("Space")
    box.inside.get_by_role("slider").press("ArrowRight")
    assert "They are the same." in box.says("Rate 0.13.")
    box.inside.get_by_label("a tenth of the rate half-way").press("Space")
    box.says("They part by up to")


def pytorch_by_touch(box):
    box.inside.get_by_label("PyTorch: zero_grad").tap()
    box.says("They part by up to")
    box.inside.get_by_label("PyTorch: zero_grad").tap()
    box.says("They are the same.")
    box.inside.get_by_label("Gluon: step(64), not step(1)").tap()
    box.says("They part by up to")
    assert box.status.bounding_box()["width"] <= 2  # what it says stands below, too


def mushrooms_by_keyboard(box):
    """Another word is another probability; a price changes the action, not that."""
    cap = box.inside.get_by_label("cap color")
    cap.focus()
    box.says("Cheapest: ask.")
    before = box.inside.locator(".live-answer").inner_text()
    box.inside.get_by_role("button", name="1", exact=True).press("Enter")
    told = box.says("Cheapest: eat.")
    assert told.startswith(before.split(" Cheapest")[0])
    was = cap.input_value()
    cap.focus()
    box.page.keyboard.press("ArrowDown")
    assert cap.input_value() != was
    box.says("The nets have never met this look.")


def mushrooms_by_touch(box):
    """A look by a tap; at a high price of asking, it is thrown away."""
    tap(box, "it set the threshold")
    box.says("looked exactly like this.")
    tap(box, "a look never met")
    box.says("The nets have never met this look.")
    tap(box, "poisonous, looks harmless")
    box.says("Cheapest: ask.")
    tap(box, "1.2")
    box.says("Cheapest: discard.")
    assert box.status.bounding_box()["width"] <= 2  # what it says stands below, too


def taxonomy_by_keyboard(box):
    """A dear bite makes the cheapest name another; a surer answer is a vaguer one."""
    box.says("Cheapest name: ")
    cheap = box.inside.locator(".live-answer").first
    box.inside.get_by_role("button", name="0", exact=True).press("Enter")
    before = cheap.inner_text().split(",")[0]
    box.inside.get_by_role("button", name="1,000", exact=True).press("Enter")
    assert cheap.inner_text().split(",")[0] != before
    sure = box.inside.get_by_role("slider")
    sure.press("Home")
    box.says("With at least 55")
    assert box.inside.locator("tr.live-best").count() == 1
    feathers = box.inside.get_by_label("feathers")
    feathers.focus()
    for key in ("Home", "ArrowDown", "ArrowDown"):
        box.page.keyboard.press(key)
    assert feathers.input_value() == "1"
    legs = box.inside.get_by_label("legs")
    for feature in box.inside.get_by_role("combobox").all()[1:]:
        feature.select_option("-1")
    legs.select_option("2")
    box.says("Aves (birds). That is a class.")


def taxonomy_by_touch(box):
    """A call by a tap, and what the answer is on each level of the tree."""
    tap(box, "feathers")
    box.says("lark")
    tap(box, "the hiker's call")
    said = box.says("pitviper")
    assert "That is " in said
    assert box.inside.get_by_text("pitviper ◆ venomous").count() == 1
    tap(box, "1,000")
    box.says("Cheapest name: pitviper")
    assert box.status.bounding_box()["width"] <= 2  # what it says stands below, too


def house_prices_said(box) -> dict[str, int]:
    """The best single price under each loss, as the box shows it."""
    shown = box.inside.locator(".live-answer").inner_text()
    said = re.findall(r"(\w+) says \$([\d,]+)", shown)
    return {loss: int(price.replace(",", "")) for loss, price in said}


def house_prices_by_keyboard(box):
    """A house that becomes dear takes L2 along, not L1, and Huber as far as k lets."""
    press = box.page.keyboard.press
    before = house_prices_said(box)
    house = box.inside.get_by_role("slider", name="House 5 of 5")
    house.focus()
    paid = int(house.get_attribute("aria-valuenow"))
    for _ in range(5):
        press("PageUp")
    assert int(house.get_attribute("aria-valuenow")) > 10 * paid
    after = house_prices_said(box)
    assert after["L1"] == before["L1"] < after["Huber"] < after["L2"]
    box.says(f"L2 says ${after['L2']:,}")
    bend = box.inside.get_by_role("slider", name="Where Huber bends, k")
    bend.press("End")
    wide = house_prices_said(box)
    assert after["Huber"] < wide["Huber"] and wide["L2"] == after["L2"]
    box.inside.get_by_role("button", name="three wrong").press("Enter")
    assert house_prices_said(box)["L1"] > 9 * before["L1"]


def house_prices_by_touch(box):
    """A finger takes a house along; the page stays where it is."""
    tap(box, "a zero too many")
    before = house_prices_said(box)
    assert before["L2"] > 1.4 * before["L1"]
    house = box.inside.get_by_role("slider", name="House 5 of 5")
    house.scroll_into_view_if_needed()
    scrolled = box.page.evaluate("scrollY")
    swipe(box, middle(house), (-84, 0), moves=7)
    after = house_prices_said(box)
    assert after["L2"] < before["L2"] and after["L1"] == before["L1"]
    assert box.page.evaluate("scrollY") == scrolled


def transit_time_late(box) -> int:
    """How often of a hundred one is late, leaving then by the best route."""
    answer = box.inside.locator(".live-answer").inner_text()
    return int(re.search(r"late (\d+) times", answer)[1])


def transit_time_leave(box) -> int:
    """The minute of the day at which one has to leave for the wanted certainty."""
    advice = box.inside.get_by_text("leave by").inner_text()
    hour, minute = re.search(r"leave by (\d+):(\d+)", advice).groups()
    return 60 * int(hour) + int(minute)


def transit_time_motorway(box) -> int:
    """How often of a hundred the motorway is in time."""
    shown = box.inside.locator("svg").text_content()
    return int(re.search(r"motorway: in time (\d+)", shown)[1])


def transit_time_by_keyboard(box):
    """Who leaves later is late more often; who wants certainty leaves earlier."""
    press = box.page.keyboard.press
    late = transit_time_late(box)
    box.inside.get_by_role("slider", name="You leave").focus()
    for _ in range(12):
        press("ArrowLeft")
    box.says("Leave at 8:42")
    assert transit_time_late(box) > late + 20
    by = transit_time_leave(box)
    sure = box.inside.get_by_role("slider", name="Certainty that you want")
    sure.press("Home")
    by_median = transit_time_leave(box)
    assert by_median > by + 5
    box.inside.get_by_role("slider", name="Distance").press("End")
    assert transit_time_leave(box) < by_median
    box.inside.get_by_role("button", name="dry Sunday").press("Enter")
    box.says("50 % certainty")


def transit_time_by_touch(box):
    """A reported crash and a wet day make one leave earlier; a slider is tapped."""
    by = transit_time_leave(box)
    tap(box, "wet Tuesday")
    wet = transit_time_leave(box)
    assert wet < by
    before = transit_time_motorway(box)
    tap(box, "crash reported")
    assert transit_time_motorway(box) < before - 5
    assert transit_time_leave(box) <= wet
    late = transit_time_late(box)
    leave = box.inside.get_by_role("slider", name="You leave")
    leave.scroll_into_view_if_needed()
    edge = leave.bounding_box()
    leave.tap(position={"x": 0.9 * edge["width"], "y": edge["height"] / 2})
    assert transit_time_late(box) < late


def wake_word_counts(box) -> tuple[int, int]:
    """False alarms and missed calls, as the box shows them."""
    shown = box.inside.locator(".live-answer").inner_text()
    return tuple(int(re.search(rf"(\d+) {what}", shown)[1]) for what in ("false", "of"))


def wake_word_by_keyboard(box):
    """From low to high the false alarms go, and calls are missed."""
    threshold = box.inside.get_by_role("slider", name="Threshold")
    threshold.press("Home")
    box.says("Threshold -4:")
    alarms, missed = wake_word_counts(box)
    assert alarms > 10
    threshold.press("End")
    box.says("Threshold 11:")
    fewer, more = wake_word_counts(box)
    assert fewer < alarms and more > missed
    box.inside.get_by_role("slider", name="Minute").press("End")
    assert "In minute 10: 0 false alarms" in box.says("In minute 10:")


def wake_word_by_touch(box):
    """A tap gives the sound that scored highest without the name, and its minute."""
    tap(box, "2")
    said = box.says("1.25 seconds of")
    minute = re.search(r"minute (\d+);", said)[1]
    slider = box.inside.get_by_role("slider", name="Minute")
    assert slider.input_value() == minute
    sound = box.inside.get_by_label("What the net heard")
    box.page.wait_for_function(
        "audio => audio.duration > 1.2 && audio.duration < 1.3",
        arg=sound.element_handle(),
    )
    assert sound.evaluate("audio => audio.paused")


BY_KEYBOARD = {
    "classification/digits": digits_by_keyboard,
    "classification/mushrooms": mushrooms_by_keyboard,
    "classification/taxonomy": taxonomy_by_keyboard,
    "classification/wake-word": wake_word_by_keyboard,
    "environment/control": control_by_keyboard,
    "fizzbuzz/chain-rule": chain_rule_by_keyboard,
    "fizzbuzz/pytorch": pytorch_by_keyboard,
    "fizzbuzz/four-ingredients": ingredients_by_keyboard,
    "fizzbuzz/choosing-a-net": choosing_by_keyboard,
    "fizzbuzz/rules-and-data": rules_by_keyboard,
    "regression/contractor": contractor_by_keyboard,
    "regression/house-prices": house_prices_by_keyboard,
    "regression/transit-time": transit_time_by_keyboard,
    "seq2seq/translation": translation_by_keyboard,
}
BY_TOUCH = {
    "classification/digits": digits_by_touch,
    "classification/mushrooms": mushrooms_by_touch,
    "classification/taxonomy": taxonomy_by_touch,
    "classification/wake-word": wake_word_by_touch,
    "environment/control": control_by_touch,
    "fizzbuzz/chain-rule": chain_rule_by_touch,
    "fizzbuzz/pytorch": pytorch_by_touch,
    "fizzbuzz/four-ingredients": ingredients_by_touch,
    "fizzbuzz/choosing-a-net": choosing_by_touch,
    "fizzbuzz/rules-and-data": rules_by_touch,
    "regression/contractor": contractor_by_touch,
    "regression/house-prices": house_prices_by_touch,
    "regression/transit-time": transit_time_by_touch,
    "seq2seq/translation": translation_by_touch,
}


def test_each_box_is_tried_by_keyboard_and_by_touch():
    assert sorted(BY_KEYBOARD) == sorted(BY_TOUCH) == BOXES


@pytest.mark.parametrize("name", BOXES)
def test_by_keyboard(visit, address, name):
    opened = visit(address, f"chapters/{name}.html")
    box = Box(opened, name)
    box.button.focus()
    opened.page.keyboard.press("Enter")
    box.inside.wait_for()
    BY_KEYBOARD[name](box)
    assert not opened.messages


@pytest.mark.parametrize("name", BOXES)
def test_by_touch(open_box, name):
    opened, box = open_box(name, width=390, has_touch=True)
    BY_TOUCH[name](box)
    assert not opened.messages


@pytest.mark.parametrize("centred", [True, False])
def test_drawn_digits_are_read(open_box, centred):
    """Forty digits by hand-like strokes: four shapes, sizes, places, widths of pen.

    Of 100 at least 95 are read; left as they are drawn, fewer, or these are too easy.
    """
    opened, box = open_box("classification/digits")
    box.inside.get_by_label("scale and centre").set_checked(centred)
    pad = box.inside.get_by_role("application")
    wrong = []
    for digit, shapes in DIGITS.items():
        for k, strokes in enumerate(shapes):
            pad.evaluate(
                "(pad, width) => { pad.getContext('2d').lineWidth = width; }",
                [14, 22, 30, 22][k],
            )
            size, left, top = [(0.8, 0.1, 0.1), (0.5, 0.4, 0.1), (0.6, 0.05, 0.35),
                               (0.4, 0.3, 0.3)][k]  # fmt: skip
            box.inside.get_by_role("button", name="Clear").click()
            edge = pad.bounding_box()
            at = lambda x, y: (  # noqa: E731
                edge["x"] + edge["width"] * (left + size * x),  # noqa: B023
                edge["y"] + edge["height"] * (top + size * y),  # noqa: B023
            )
            mouse = opened.page.mouse
            for first, *rest in strokes:
                mouse.move(*at(*first))
                mouse.down()
                for point in rest:
                    mouse.move(*at(*point), steps=3)
                mouse.up()
            best = box.inside.locator(".live-best th")
            opened.page.wait_for_timeout(50)
            if best.inner_text() != str(digit):
                wrong.append((digit, k, best.inner_text()))
    assert sum(map(len, DIGITS.values())) == 40
    assert (len(wrong) <= 2) == centred, wrong


def test_paths_of_scripts_stay_inside_the_site():
    """What a box loads is named relative to its page."""
    for name in BOXES:
        html = (SITE / "chapters" / f"{name}.html").read_text(encoding="utf-8")
        sources = re.findall(r'data-live="[^"]+" data-src="([^"]+)"', html)
        assert len(sources) == 4
        for source in sources:
            path = (SITE / "chapters" / name).parent / urlsplit(source).path
            assert path.resolve().is_file(), source
