"""The site's search, asked for words that JavaScript has a use for itself."""

import importlib

import pytest

from book.tools.chapters import ROOT

WORDS = ("constructor", "__proto__", "toString", "hasOwnProperty", "valueOf")


@pytest.mark.parametrize("word", [*WORDS, "-constructor loss", "loss __proto__"])
def test_a_word_of_javascript_can_be_searched(visit, address, word):
    opened = visit(address, f"search.html?q={word}")
    status = opened.page.locator("#search-results .search-summary")
    status.wait_for(timeout=10_000)
    opened.page.wait_for_function(
        "/found|did not match/.test("
        "document.querySelector('.search-summary').innerText)"
    )
    assert not opened.messages


def test_a_word_of_javascript_is_found_where_it_stands(visit, address):
    """With an index that holds such words; scores are numbers, so the best is first."""
    page = visit(address, "search.html").page
    found = page.evaluate(
        """() => {
            Search._index = {
                docnames: ['one', 'two'], filenames: ['1', '2'], titles: ['One', 'Two'],
                terms: {['__proto__']: [0, 1], constructor: 1},
                titleterms: {['__proto__']: 1},
            };
            return ['__proto__', 'constructor', 'tostring'].map(
                w => Search.performTermsSearch(new Set([w]), new Set())
                    .map(r => [r[0], r[4]]));
        }"""
    )
    assert found == [[["one", 5], ["two", 15]], [["two", 5]], []]


def test_another_script_of_sphinx_is_noticed(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "book" / "tools" / "sphinx_ext"))
    guard = importlib.import_module("search_guard")
    with pytest.raises(ValueError, match="searchtools.js has 0 times"):
        guard.guarded("const terms = somethingElse;")
