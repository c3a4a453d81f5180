#!/bin/sh
# Make sure there is a Chromium for the browser tests; do nothing where there is.
set -eu
cd "$(dirname "$0")/../.."

if .venv/bin/python -m book.scripts.browser >/dev/null; then
    exit 0
fi
echo "No Chromium found for the browser tests; installing one."
as_root=
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if [ -f /etc/debian_version ] && $as_root true 2>/dev/null &&
    $as_root apt-get -qq update && $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends chromium >/dev/null; then
    :
else
    .venv/bin/playwright install chromium || true
fi
if ! .venv/bin/python -m book.scripts.browser >/dev/null; then
    echo "The browser tests need Chromium: install it, or name one with" \
        "CHROMIUM=/path/to/chromium make test" >&2
    exit 1
fi
