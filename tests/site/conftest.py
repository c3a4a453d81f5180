"""The built site, a server of it, and the browser that opens its pages."""

import threading

from playwright.sync_api import sync_playwright
import pytest

from book.tools.browser import OPTIONS, chromium_path
from book.tools.chapters import ROOT
from book.tools.serve import server

SITE = ROOT / "_build" / "html"


def pytest_generate_tests(metafunc):
    """A test that asks for ``page_name`` runs for every page of the site."""
    if "page_name" in metafunc.fixturenames:
        pages = sorted(str(p.relative_to(SITE)) for p in SITE.rglob("*.html"))
        pages = [p for p in pages if not p.startswith(("_static", "_sources"))]
        assert pages, f"there is no built site in {SITE}; run: make book"
        metafunc.parametrize("page_name", pages)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=list(OPTIONS)
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address():
    """The address of a server of the built site."""
    httpd = server(0, SITE)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://localhost:{httpd.server_port}"
    httpd.shutdown()


class Visit:
    """A page of the site, opened; what it asked for and what it said."""

    def __init__(self, browser, address, page_name, width=1280, has_touch=False):
        self.requests, self.messages = [], []
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="light",
            has_touch=has_touch,
        )
        self.page = self.context.new_page()
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("response", self._note_missing)
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda e: self.messages.append(f"error: {e}"))
        self.page.on(
            "requestfailed", lambda r: self.messages.append(f"not loaded: {r.url}")
        )
        self.page.goto(f"{address}/{page_name}", wait_until="load")
        self.page.wait_for_function(  # the page that it leads on to, with its fonts
            "!document.querySelector('meta[http-equiv=Refresh]')"
            " && document.readyState === 'complete'"
            " && document.fonts.status === 'loaded'"
        )

    def _note_missing(self, response) -> None:
        if response.status >= 400:
            self.messages.append(f"{response.status}: {response.url}")

    def _note_message(self, message) -> None:
        if "Failed to load resource" not in message.text:  # noted with its address
            self.messages.append(f"{message.type}: {message.text}")

    def outside(self, address) -> list[str]:
        """Requests to anywhere but the site itself."""
        own = (address, "data:", "blob:", "about:")
        return [url for url in self.requests if not url.startswith(own)]

    def show_all(self) -> None:
        """Open everything that can be folded, and load all pictures."""
        self.page.evaluate(
            """async () => {
                document.querySelectorAll('details').forEach(d => d.open = true);
                document.querySelectorAll('.toggle-hidden .toggle-button, ' +
                    'button.toggle-button-hidden').forEach(b => b.click());
                const images = [...document.querySelectorAll('img')];
                images.forEach(i => i.loading = 'eager');
                await Promise.all(images.map(i => i.decode().catch(() => 0)));
            }"""
        )

    def set_theme(self, theme: str) -> None:
        self.page.emulate_media(color_scheme=theme)
        self.page.wait_for_function(
            f"document.documentElement.dataset.theme === '{theme}'"
        )
        self.page.wait_for_timeout(250)  # colours fade

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def visit(browser):
    """Open pages with ``visit(address, page_name)``; they are closed at the end."""
    visits = []

    def open_page(*args, **kwargs):
        visits.append(Visit(browser, *args, **kwargs))
        return visits[-1]

    yield open_page
    for one in visits:
        one.close()
