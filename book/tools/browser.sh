#!/bin/sh
# Make sure that the browser tests have a Chromium, and Playwright's driver the one
# library that a bare Debian lacks; and, where it can be had, a Firefox for the boxes.
# Does nothing where all is there.
set -eu
cd "$(dirname "$0")/../.."

ready() {
    .venv/bin/python -m book.tools.browser >/dev/null 2>&1
}

has_firefox() {
    [ -n "${FIREFOX:-}" ] || command -v firefox-esr >/dev/null || command -v firefox >/dev/null
}

install() {
    as_root=
    [ "$(id -u)" = 0 ] || as_root="sudo -n"
    if [ -f /etc/debian_version ] && $as_root true 2>/dev/null; then
        $as_root apt-get -qq update || true
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
            --no-install-recommends "$@" >/dev/null 2>&1 || true
    fi
}

if ! has_firefox; then
    echo "No Firefox for the tests of the boxes; installing one."
    install firefox-esr
    has_firefox || echo "Going on without: the boxes are tried in Chromium alone."
fi
ready && exit 0
echo "No browser for the browser tests; installing Chromium."
install chromium libatomic1
ready && exit 0
.venv/bin/playwright install chromium || true
ready && exit 0
echo "The browser tests need Chromium: install it (Debian: apt install chromium" \
    "libatomic1), or name one with CHROMIUM=/path/to/chromium make test" >&2
exit 1
