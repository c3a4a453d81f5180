"""What a reader does: search, turn pages, copy code, fetch the notebook, get lost."""

import importlib
import json
import os
from types import SimpleNamespace

import pytest

from book.tools.chapters import ROOT, chapter_files, chapter_names
from tests.site.conftest import SITE

# a word of each chapter that stands on no other chapter's first screen
CHAPTERS = chapter_names()


@pytest.mark.parametrize("name", CHAPTERS)
def test_search_finds_the_chapter_by_its_title(visit, address, name):
    title = json.loads(chapter_files(name)[1].read_text())["cells"][0]["source"][0]
    word = max(title.strip("# \n").replace("’", " ").split(), key=len)
    opened = visit(address, f"search.html?q={word}")
    link = opened.page.locator(f"#search-results a[href*='{name}']").first
    link.wait_for(timeout=10_000)
    assert not opened.messages


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_page(visit, address, name):
    """Previous and next, copy buttons, the notebook to take home, claims that hold."""
    opened = visit(address, f"chapters/{name}.html")
    page = opened.page
    assert page.locator(".prev-next-area a").count() >= 1
    assert page.locator("button.copybtn").count() >= 5
    href = page.locator("a.btn-download-source-button").get_attribute("href")
    source = SITE / "chapters" / name.split("/")[0] / href
    assert source.resolve().read_text() == chapter_files(name)[1].read_text()
    assert page.locator(".claim-holds").count() >= 1
    assert page.locator(".claim-fails").count() == 0
    assert page.locator("aside.margin", has_text="Runs in").count() == 1
    assert page.locator("body", has_text="{eval}").count() == 0


def test_solutions_are_folded_and_open(visit, address):
    opened = visit(address, f"chapters/{CHAPTERS[0]}.html")
    box = opened.page.locator("div.solution").first
    text = box.locator(":scope > :not(.admonition-title):not(button)").first
    assert text.is_hidden()
    box.locator("button").first.click()
    assert text.is_visible()


def test_theme_can_be_switched(visit, address):
    opened = visit(address, "book/index.html")
    seen = set()
    for _ in range(3):
        seen.add(opened.page.evaluate("document.documentElement.dataset.mode"))
        opened.page.locator("button.theme-switch-button").first.click()
    assert seen == {"auto", "light", "dark"}


def test_the_ledger_holds_every_claim(visit, address):
    opened = visit(address, "book/ledger.html")
    table = opened.page.locator("table.ledger").first.inner_text()
    ids = []
    for name in CHAPTERS:
        text = chapter_files(name)[1].read_text()
        for cell in json.loads(text)["cells"]:
            for output in cell.get("outputs", []):
                for mime, record in output.get("data", {}).items():
                    if mime.endswith("claim+json"):
                        ids.append(record["id"])
    assert len(ids) >= 2 * len(CHAPTERS)
    assert all(id in table for id in ids)


@pytest.mark.parametrize("path", ["no-such-page.html", "chapters/deep/down/nothing"])
def test_a_lost_reader_finds_home(visit, address, path):
    opened = visit(address, path)
    assert "404" in opened.page.locator("h1").inner_text()
    opened.page.locator("main a", has_text="first page").click()
    opened.page.wait_for_url("**/index.html")
    assert "Programming with Data" in opened.page.title()


def test_first_address_leads_to_the_first_page(visit, address):
    opened = visit(address, "")
    opened.page.wait_for_url("**/book/index.html")


def test_every_page_has_what_a_social_card_shows(visit, address):
    """Title and description; a picture, where the site knows its own address."""
    for page_name in ("book/index.html", f"chapters/{CHAPTERS[0]}.html"):
        page = visit(address, page_name).page
        content = "el => el.content"
        if os.environ.get("BOOK_SITE_URL"):
            image = page.locator("meta[property='og:image']").evaluate(content)
            assert (SITE / "_images" / image.split("_images/")[1]).exists()
        assert page.locator("meta[property='og:title']").evaluate(content)
        assert len(page.locator("meta[name='description']").evaluate(content)) > 40


def test_no_buttons_to_addresses_that_were_not_given(visit, address):
    """Built without BOOK_REPOSITORY_URL, no page links to somebody's repository."""
    opened = visit(address, f"chapters/{CHAPTERS[0]}.html")
    header = opened.page.locator("header a, .bd-header-article a")
    links = header.evaluate_all("links => links.map(a => a.href)")
    assert not [link for link in links if not link.startswith(address)]


@pytest.fixture
def configured(monkeypatch):
    """The theme's options under given environment variables."""
    monkeypatch.syspath_prepend(str(ROOT / "book" / "tools" / "sphinx_ext"))
    site_finish = importlib.import_module("site_finish")

    def configure(**environment):
        for name in ("REPOSITORY_URL", "SITE_URL", "JUPYTERHUB_URL"):
            monkeypatch.delenv(f"BOOK_{name}", raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        config = SimpleNamespace(html_theme_options={}, ogp_social_cards={})
        site_finish.configure(None, config)
        return config

    return configure


def test_addresses_appear_only_where_they_are_given(configured):
    without = configured()
    assert without.html_theme_options == {"launch_buttons": {}}
    assert without.ogp_site_url == ""
    assert without.ogp_social_cards == {"enable": False}
    given = configured(
        BOOK_REPOSITORY_URL="https://example.org/us/book",
        BOOK_SITE_URL="https://example.org/site",
    )
    assert given.html_theme_options["repository_url"] == "https://example.org/us/book"
    assert given.html_theme_options["use_edit_page_button"]
    assert {"binderhub_url", "colab_url"} <= set(
        given.html_theme_options["launch_buttons"]
    )
    assert given.ogp_site_url == "https://example.org/site/"


def test_sounds_are_files_that_play_when_asked(visit, address):
    """Of every chapter with sounds: none is loaded at first, each can be."""
    with_sounds = [n for n in CHAPTERS if "<audio" in chapter_files(n)[1].read_text()]
    assert with_sounds
    for name in with_sounds:
        opened = visit(address, f"chapters/{name}.html")
        assert not [url for url in opened.requests if "_sounds" in url]
        for sound in opened.page.locator("audio").all():
            assert sound.get_attribute("aria-label")
            seconds = sound.evaluate(
                "a => new Promise((done, fail) => {"
                "a.onloadedmetadata = () => done(a.duration);"
                "a.onerror = () => fail(a.error.message); a.load()})"
            )
            assert 0.1 < seconds < 90


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_search_engine_of_the_search_chapter_answers(visit, address, scheme):
    """Its index is loaded when a reader comes to the box, who needs no mouse."""
    root = address if scheme == "http" else SITE.as_uri()
    opened = visit(root, "chapters/ranking/search.html")
    assert not [url for url in opened.requests if "/_data/" in url]
    box = opened.page.get_by_role("combobox", name="What should the function do?")
    box.focus()
    opened.page.keyboard.type("solve linear equations")
    answers = opened.page.get_by_role("listbox", name="Pages, best first")
    answers.get_by_role("option").first.wait_for(timeout=10_000)
    assert answers.get_by_text("numpy.linalg.solve", exact=True).count() == 1
    opened.page.keyboard.press("ArrowDown")
    assert answers.locator("[aria-selected=true]").count() == 1
    opened.page.keyboard.press("Enter")
    status = opened.page.locator("#search-note")
    assert answers.get_by_role("option").first.inner_text() in status.inner_text()
    assert len([url for url in opened.requests if "/_data/" in url]) == 1
    assert not opened.outside(root) and not opened.messages


CHOOSERS = {
    "seq2seq/named-entities": 1,
    "seq2seq/speech-recognition": 1,
    "seq2seq/text-to-speech": 2,
}


@pytest.mark.parametrize(("name", "groups"), CHOOSERS.items())
def test_a_chooser_shows_what_is_chosen(visit, address, name, groups):
    """One panel at a time, changed with the keyboard alone."""
    opened = visit(address, f"chapters/{name}.html")
    box = opened.page.locator(".chooser")
    assert box.get_by_role("group").count() == groups
    panels = box.locator("[data-panel]")
    assert panels.count() > 2

    def shown():
        return [i for i in range(panels.count()) if panels.nth(i).is_visible()]

    for group in box.get_by_role("group").all():
        (before,) = shown()
        button = group.locator("[aria-pressed=false]").first
        label = button.inner_text()
        button.focus()
        opened.page.keyboard.press("Enter")
        (after,) = shown()
        assert after != before
        assert group.locator("[aria-pressed=true]").all_inner_texts() == [label]
        assert panels.nth(after).inner_text().strip() or panels.nth(after).locator(
            "audio"
        )
    assert not opened.outside(address) + opened.messages


@pytest.mark.parametrize("name", CHOOSERS)
def test_a_chooser_can_be_read_without_script(browser, address, name):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/chapters/{name}.html")
        box = page.locator(".chooser")
        panels = box.locator("[data-panel]")
        assert panels.count() > 2
        assert all(panel.is_visible() for panel in panels.all())
        assert not box.get_by_role("button").count()


# every game that somebody can play, by clicks: how often each last sentence came
ALL_GAMES = """() => {
    const root = document.getElementById('noughts');
    const fields = [...root.querySelectorAll('.fields button')];
    const ends = {};
    const walk = (stone, clicks) => {
        root.querySelector(`[data-stone=${stone}]`).click();
        clicks.forEach(i => fields[i].click());
        const open = fields.flatMap(
            (f, i) => f.getAttribute('aria-disabled') == 'false' ? [i] : []);
        open.forEach(i => walk(stone, [...clicks, i]));
        if (!open.length) {
            const note = root.querySelector('[role=status]').textContent;
            const end = note.replace(/^It plays [^.]*\\. /, '');
            ends[end] = (ends[end] || 0) + 1;
        }
    };
    ['x', 'o'].forEach(stone => walk(stone, []));
    return ends;
}"""


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_nobody_beats_the_player_on_the_page(visit, address, scheme):
    """It ends all possible games as the chapter's record says: none is lost."""
    root = address if scheme == "http" else SITE.as_uri()
    opened = visit(root, "chapters/environment/control.html")
    ends = opened.page.evaluate(ALL_GAMES)
    record = opened.page.locator("tr", has=opened.page.locator("th", has_text="40,000"))
    won, drawn, lost = (int(cell) for cell in record.locator("td").all_inner_texts())
    assert lost == 0
    assert ends == {
        "It has three in a row and wins.": won,
        "The board is full: a draw.": drawn,
    }
    assert not opened.outside(root) and not opened.messages


def test_the_game_can_be_played_by_keyboard(visit, address):
    opened = visit(address, "chapters/environment/control.html")
    game = opened.page.locator("#noughts")
    game.get_by_role("button", name="New game, you begin").focus()
    opened.page.keyboard.press("Enter")
    game.get_by_role("button", name="row 2, column 2, empty").focus()
    opened.page.keyboard.press("Space")
    assert game.get_by_role("button", name="row 2, column 2, x, yours").count() == 1
    assert game.get_by_role("button", name="o, its own").count() == 1
    assert "Your turn, you are x." in game.get_by_role("status").inner_text()
    box = game.get_by_role("button", name="row 1, column 1").bounding_box()
    assert min(box["width"], box["height"]) >= 44  # pixels, for a finger


def test_without_script_the_game_says_what_it_needs(browser, address):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{address}/chapters/environment/control.html")
        note = page.locator("#noughts", has_text="To play you need JavaScript.")
        assert note.is_visible()
        assert not page.locator("#noughts button").first.is_visible()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_films_move_only_while_their_box_is_ticked(visit, address, motion):
    """Also where the reader's system asks for less motion."""
    opened = visit(address, "chapters/environment/control.html")
    opened.page.emulate_media(reduced_motion=motion)
    films = opened.page.locator(".film")
    assert films.count() == 3
    moving = "e => e.getAnimations({subtree: true}).map(a => a.playState)"
    for film in films.all():
        assert "running" not in film.evaluate(moving)
        film.get_by_label("Play: ").check()
        assert film.evaluate(moving) == ["running", "running"]  # cart and pole
        film.get_by_label("Play: ").uncheck()
        assert "running" not in film.evaluate(moving)


def test_a_claim_unfolds_into_its_seeds_by_keyboard(visit, address):
    page = visit(address, f"chapters/{CHAPTERS[0]}.html").page
    claim = page.locator("details.claim").first
    told = claim.locator(".claim-spread")
    assert not told.is_visible()
    claim.locator("summary").focus()
    page.keyboard.press("Enter")
    assert told.is_visible()
    assert "seeds: worst" in told.inner_text()
    assert told.locator("svg.spread").count() >= 1


def test_the_ledger_is_sorted_by_a_press(visit, address):
    page = visit(address, "book/ledger.html").page
    table = page.locator("table.sortable")
    head = table.locator("th", has_text="Tightness")
    column = "rows => rows.map(row => row.lastElementChild.innerText.trim())"

    def cells():
        return table.locator("tbody tr").evaluate_all(column)

    before = cells()
    for order in ("ascending", "descending"):
        head.locator("button").focus()
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == order
        numbers = [float(text) for text in cells() if text]
        assert numbers == sorted(numbers, reverse=order == "descending")
        assert cells()[len(numbers) :] == [""] * before.count("")
    assert sorted(before) == sorted(cells())
