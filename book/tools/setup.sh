#!/bin/sh
# Make .venv hold exactly what the lock lists. Does nothing where it does.
#
# Chooses a Python from 3.11 on with venv: $PYTHON, or one found on the PATH (where MXNet
# has builds, one that it runs on before others), or one that uv
# (https://docs.astral.sh/uv) fetches. The rest is book/tools/environment.py.
set -eu
cd "$(dirname "$0")/../.."

# Prints the interpreter's path (of the one behind it, where it is itself of a .venv),
# or ends with 1 and says why it is unfit.
probe='
import sys
if sys.version_info < (3, 11):
    print("it is Python %d.%d, and 3.11 or later is wanted" % sys.version_info[:2])
    sys.exit(1)
try:
    import ensurepip, venv
except ImportError as error:
    print("it lacks venv (%s)" % error)
    sys.exit(1)
print(sys.executable if sys.prefix == sys.base_prefix else sys._base_executable)'

# Sets `python` to the path of an interpreter that is fit, or `reason` to why it is not.
try() {
    python=
    if ! command -v "$1" >/dev/null 2>&1; then
        reason="there is no such program"
    elif answer=$("$1" -E -s -c "$probe" 2>/dev/null) && [ -x "$answer" ]; then
        python=$answer
    else
        case "$answer" in
        "it "*) reason=$answer ;;
        *) reason="it does not start as a Python does" ;;
        esac
    fi
}

# The installation that an interpreter belongs to.
home() {
    "$1" -E -s -c 'import os, sys; print(os.path.realpath(sys.base_prefix))'
}

asked=
if [ -n "${PYTHON:-}" ]; then
    try "$PYTHON"
    if [ -z "$python" ]; then
        echo "PYTHON=$PYTHON cannot be used: $reason." >&2
        exit 1
    fi
    asked=$python
fi

# -E and -s: nothing of PYTHONHOME, PYTHONPATH or a user's own packages; -B: on a full
# disk, compiled modules that were cut off would stay
module="-E -s -B -m book.tools.environment"
if .venv/bin/python $module --ready 2>/dev/null; then
    if [ -n "$asked" ] && [ "$(home "$PYTHON")" != "$(home .venv/bin/python)" ]; then
        echo "Note: .venv is that of $(home .venv/bin/python), not of PYTHON=$PYTHON;" \
            "to make it anew with that: make clean" >&2
    fi
    exit 0
fi

case "$(uname -sm)" in
"Linux x86_64" | "Darwin x86_64") candidates="python3.11 python3.12 python3 python3.13" ;;
*) candidates="python3.13 python3.12 python3.11 python3" ;;
esac
candidates="$candidates python3.14 python"

python=$asked
seen=
if [ -z "$python" ]; then
    for candidate in $candidates; do
        try "$candidate"
        [ -z "$python" ] || break
        command -v "$candidate" >/dev/null 2>&1 && seen="$seen $candidate: $reason."
    done
fi
if [ -z "$python" ] && command -v uv >/dev/null; then
    python=$(uv python find --system 3.11 2>/dev/null) || {
        echo "Fetching Python 3.11 with uv."
        uv python install --quiet 3.11
        python=$(uv python find --system 3.11)
    }
fi
if [ -z "$python" ]; then
    echo "No Python from 3.11 on with venv found.$seen Install one (Debian, Ubuntu: apt" \
        "install python3.11-venv; macOS: brew install python@3.11), or uv, or name" \
        "one: make PYTHON=/path/to/python3.11 ..." >&2
    exit 1
fi
exec "$python" $module
