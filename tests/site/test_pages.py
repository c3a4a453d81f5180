"""What must hold of every page of the built site, in a real browser."""

import gzip
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
import pytest

from tests.site.conftest import SITE

THEMES = ("light", "dark")
WIDTHS = (1280, 390)
MAX_BYTES = 310_000  # gzipped, first load
MAX_REQUESTS = 40
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    "resultTypes": ["violations"],  # lists of what is fine take long
    "preload": False,  # it would ask for style sheets at addresses of its own
}
# pictures without words, or with words that are none
PICTURES = """() => [...document.querySelectorAll('main img, main [role=img]')]
    .filter(i => {
        const words = (i.alt || i.getAttribute('aria-label') || '').trim();
        const figure = i.closest('figure, .cell_output');
        return words.length < (figure ? 15 : 1) || words.includes('.png');
    })
    .map(i => 'not described: ' + i.outerHTML.slice(0, 150))"""

# of pieces of code that look alike one is kept: axe takes its time for each (all are
# looked at before any is taken away, or else styles are worked out anew for each)
ONE_OF_A_KIND = """() => {
    const seen = new Set();
    const around = new Map();
    const place = element => {
        if (!element) return '';
        if (!around.has(element))
            around.set(element, [element.className, element.style.cssText,
                                 place(element.parentElement)].join('|'));
        return around.get(element);
    };
    const again = [];
    for (const piece of document.querySelectorAll('.highlight span')) {
        if (piece.querySelector('*') || piece.closest('a')) continue;
        const kind = getComputedStyle(piece).color + place(piece);
        if (seen.has(kind)) again.push(piece);
        seen.add(kind);
    }
    again.forEach(piece => piece.replaceWith(piece.textContent));
}"""

HEIGHTS = """() => [...document.querySelectorAll('main img')].map(
    i => [i.getAttribute('src'), i.checkVisibility() && !i.closest('.toggle-hidden')
        ? i.offsetHeight : null])"""


def test_over_http(visit, address, page_name):
    """Quiet, from this host only, light, accessible; all described, none cut off."""
    opened = visit(address, page_name)
    first_load = list(opened.requests)
    opened.show_all()
    opened.page.evaluate(ONE_OF_A_KIND)
    problems = []
    for width in WIDTHS:
        opened.page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            opened.set_theme(theme)
            found = Axe().run(opened.page, options=AXE).response["violations"]
            problems += [
                f"{theme}, {width} px: {v['id']}: {v['help']}: "
                f"{[n['html'][:150] for n in v['nodes'][:3]]}"
                for v in found
            ]
        overflow = opened.page.evaluate("document.documentElement.scrollWidth")
        if overflow > width:
            problems.append(f"{width} px: the page is {overflow} px wide")
    problems += opened.outside(address) + opened.messages
    problems += opened.page.evaluate(PICTURES)
    if len(first_load) > MAX_REQUESTS:
        problems.append(f"{len(first_load)} requests, at most {MAX_REQUESTS}")
    size = sum(compressed_size(url) for url in set(first_load))
    if size > MAX_BYTES:
        problems.append(f"{size} bytes gzipped, at most {MAX_BYTES}")
    assert not problems, "\n".join(problems)


def compressed_size(url: str) -> int:
    """Bytes of a file of the site as a server would send it."""
    path = SITE / urlsplit(url).path.lstrip("/")
    if path.is_dir():
        path = path / "index.html"
    content = path.read_bytes()
    packed = path.suffix in (".png", ".woff2", ".woff", ".jpg", ".ogg", ".mp3")
    return len(content) if packed else len(gzip.compress(content, 6))


def test_from_a_file(visit, page_name):
    """Quiet and not too wide; pictures take their room before they are loaded."""
    address = SITE.as_uri().rstrip("/")
    opened = visit(address, page_name, width=390)
    before = opened.page.evaluate(HEIGHTS)
    opened.show_all()
    after = opened.page.evaluate(HEIGHTS)
    for (source, height), (_, then) in zip(before, after, strict=True):
        if height is not None:  # else it was folded
            assert abs(height - then) <= 1, source
    opened.set_theme("dark")
    overflow = opened.page.evaluate("document.documentElement.scrollWidth")
    assert overflow <= 390
    assert not opened.outside(address) + opened.messages


@pytest.mark.parametrize("theme", THEMES)
def test_figures_stand_out_in_both_themes(visit, address, theme):
    """Dark mode turns figures over; pictures that ask for it keep their colours."""
    opened = visit(address, "chapters/regression/contractor.html")
    opened.set_theme(theme)
    turned = opened.page.evaluate(
        "getComputedStyle(document.querySelector('.cell_output img')).filter"
    )
    assert ("invert" in turned) == (theme == "dark")
