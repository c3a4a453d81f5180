"""Serve the built site on localhost, with its own page for addresses it has not.

python -m book.tools.serve [port]
python -m book.tools.serve --check [port]     # only whether it could
"""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
import sys

from book.tools import options
from book.tools.chapters import ROOT

SITE = ROOT / "_build" / "html"


class Handler(SimpleHTTPRequestHandler):
    def send_error(self, code, message=None, explain=None):
        page = Path(self.directory, "404.html")
        if code != 404 or not page.exists():
            return super().send_error(code, message, explain)
        content = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *args):
        """Say nothing of each request."""


def server(port: int, site: Path = SITE) -> ThreadingHTTPServer:
    """A server of ``site`` on localhost; port 0 takes any that is free."""
    handler = partial(Handler, directory=str(site))
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


def main() -> None:
    arguments = sys.argv[1:]
    only_check = arguments[:1] == ["--check"]
    try:
        port = options.port((arguments[only_check:] or ["8000"])[0])
        httpd = server(port)
    except options.OptionError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(
            f"PORT is {port}, and nothing can be served there ({error.strerror}); "
            f"name another, as in: make serve PORT=8001"
        )
    if only_check:
        httpd.server_close()
        return
    print(f"The book is at http://localhost:{httpd.server_port}/ (Ctrl-C stops)")
    try:
        httpd.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
