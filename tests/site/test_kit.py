"""What boxes are made of: each piece shows what it was given, says what was done."""

from utils import live
import pytest


@pytest.fixture
def page(browser):
    page = browser.new_page()
    page.set_content(
        f"<style>{(live.LIVE / 'box.css').read_text()}</style><main></main>"
    )
    for part in ("runtime.js", "kit.js"):
        page.add_script_tag(content=(live.LIVE / part).read_text())
    page.evaluate(
        "() => { window.heard = []; window.root = document.querySelector('main'); }"
    )
    yield page
    page.close()


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0"), (0.001, "<1"), (0.25, "25"), (0.999, ">99"), (1, "100")],
)
def test_shares_are_never_called_certain_that_are_not(page, share, text):
    assert page.evaluate(f"live.percent({share})") == f"{text}\N{NO-BREAK SPACE}%"


def test_bars_show_shares_and_mark_the_largest(page):
    page.evaluate(
        """() => { const bars = live.bars("How sure", ["a", "b"]);
            root.append(bars.table); bars.show([0.2, 0.8]); window.bars = bars; }"""
    )
    rows = page.locator("tbody tr")
    shown = [text.split() for text in rows.all_inner_texts()]
    assert shown == [["a", "20", "%"], ["b", "80", "%"]]
    assert page.locator(".live-best th").all_inner_texts() == ["b"]
    assert page.locator(".live-bar").nth(1).evaluate("b => b.style.width") == "80%"
    page.evaluate("bars.show(null)")
    assert [t.split() for t in rows.all_inner_texts()] == [["a", "–"], ["b", "–"]]
    assert not page.locator(".live-best").count()


def test_a_slider_says_its_value_with_the_unit(page):
    page.evaluate(
        """() => { window.slider = live.slider("Length", { min: 0, max: 9, value: 4,
            unit: " m" }, (v) => heard.push(v)); root.append(slider.line); }"""
    )
    page.get_by_role("slider", name="Length").press("ArrowRight")
    assert page.evaluate("[heard, slider.value]") == [[5], 5]
    assert page.locator("label").inner_text() == "Length: 5 m"
    page.evaluate("slider.value = 2")
    assert page.locator("label").inner_text() == "Length: 2 m"
    says = page.get_by_role("slider").get_attribute("aria-valuetext")
    assert says == "2 m"


def test_a_tick_tells_whether_it_is_set(page):
    page.evaluate(
        """() => { window.tick = live.tick("Turned", false, (v) => heard.push(v));
            root.append(tick.line); }"""
    )
    page.get_by_role("checkbox", name="Turned").press("Space")
    assert page.evaluate("[heard, tick.value]") == [[True], True]


def test_of_several_buttons_one_is_pressed(page):
    page.evaluate(
        """() => { const made = live.choices("Which", ["x", { name: "y" }],
            (item, i) => heard.push(i)); root.append(made.row); window.made = made; }"""
    )
    page.get_by_role("button", name="y").click()
    assert page.evaluate("heard") == [1]
    pressed = page.locator("[aria-pressed=true]")
    assert pressed.all_inner_texts() == ["y"]
    page.evaluate("made.choose(0)")
    assert page.evaluate("heard") == [1, 0] and pressed.all_inner_texts() == ["x"]
    page.evaluate("made.press(null)")
    assert not pressed.count()


def test_a_field_sends_its_text(page):
    page.evaluate(
        """() => root.append(live.field("A word", "Send", { lang: "de" },
            (text) => heard.push(text)).form)"""
    )
    field = page.get_by_role("textbox", name="A word")
    field.fill("Haus")
    field.press("Enter")
    page.get_by_role("button", name="Send").click()
    assert page.evaluate("heard") == ["Haus", "Haus"]


def test_a_stroke_begins_once_and_leaves_ink_where_it_went(page):
    page.evaluate(
        """() => { window.pad = live.pad(280, 20, { begun: () => heard.push("begun"),
            drawn: () => heard.push("drawn"), say: (text) => heard.push(text) });
            root.append(pad.paper); }"""
    )
    edge = page.get_by_role("application").bounding_box()
    page.mouse.move(edge["x"] + 50, edge["y"] + 140)
    page.mouse.down()
    page.mouse.move(edge["x"] + 200, edge["y"] + 140, steps=5)
    page.mouse.up()
    page.wait_for_function("heard.at(-1) == 'drawn'")
    assert page.evaluate("heard.filter(h => h == 'begun').length") == 1
    ink = "(x, y) => pad.ink.getImageData(x, y, 1, 1).data[3]"
    assert page.evaluate(f"[({ink})(125, 140), ({ink})(125, 200)]") == [255, 0]
    page.evaluate("pad.clear()")
    assert page.evaluate(f"({ink})(125, 140)") == 0


def test_a_pen_that_is_up_draws_nothing(page):
    page.evaluate(
        """() => { window.pad = live.pad(280, 20, { begun: () => heard.push("begun"),
            drawn: () => {}, say: (text) => heard.push(text) });
            root.append(pad.paper); }"""
    )
    paper = page.get_by_role("application")
    paper.focus()
    paper.press("ArrowLeft")
    assert page.evaluate("heard") == []
    paper.press("Space")
    paper.press("ArrowLeft")
    paper.press("Space")
    assert page.evaluate("heard") == ["Pen down.", "begun", "Pen up."]


def test_a_chart_draws_a_line_for_each_row_of_numbers(page):
    page.evaluate(
        """() => { window.chart = live.chart("What it shows", { x: "hour", y: "share",
            low: 0, high: 2 }); root.append(chart.drawing);
            chart.show({ ours: [0, 1, 2], theirs: [5, 5] }); }"""
    )
    drawn = page.locator("svg polyline[class]")
    points = [p.get_attribute("points") for p in drawn.all()]
    assert points == ["44,150 197,80 350,10", "44,10 350,10"]  # 5 is cut off at the top
    texts = page.locator("svg text").all_text_contents()
    assert texts == ["2", "0", "hour", "share", "ours", "theirs"]
    assert page.get_by_role("img", name="What it shows").count() == 1


def test_a_player_plays_the_samples(page):
    found = page.evaluate(
        """async () => {
            const { audio, show } = live.player("A sound");
            root.append(audio);
            show(Float32Array.from([0, 0.5, -0.5, 2]), 8000);
            const bytes = await (await fetch(audio.src)).arrayBuffer();
            const context = new OfflineAudioContext(1, 4, 8000);
            const sound = await context.decodeAudioData(bytes);
            return [sound.sampleRate, [...sound.getChannelData(0)]];
        }"""
    )
    assert found[0] == 8000
    assert found[1] == pytest.approx([0, 0.5, -0.5, 1], abs=1e-4)


def test_the_difference_is_the_largest_and_no_number_is_not_passed_over(page):
    check = "{ inputs: [1, 2], answers: [[1, 2], [2, 4]] }"
    assert page.evaluate(f"live.difference({check}, (x) => [x, 2 * x + 0.5])") == 0.5
    found = page.evaluate(f"live.difference({check}, (x) => [x, x == 1 ? NaN : 4])")
    assert found != found
