#!/bin/sh
# Make .venv hold exactly what requirements.txt lists. Does nothing where it does.
#
# Wants a Python 3.11 or 3.12 with venv: $PYTHON, or one found on the PATH, or one
# that uv (https://docs.astral.sh/uv) fetches.
set -eu
cd "$(dirname "$0")/../.."

root=$(pwd -P)
done_copy=.venv/requirements.installed.txt
root_note=.venv/root.installed.txt
if cmp -s requirements.txt "$done_copy" && [ "$(cat "$root_note")" = "$root" ]; then
    exit 0
fi

case "$(uname -sm)" in
"Linux x86_64" | "Darwin x86_64") ;;
*)
    echo "MXNet, which trains the networks, has no build that runs on $(uname -sm)." \
        "Use the container (.devcontainer) or Binder; README.md tells how." >&2
    exit 1
    ;;
esac

usable='
import sys, ensurepip, venv
sys.exit(not (3, 11) <= sys.version_info < (3, 13))'
python=
for candidate in ${PYTHON:-} python3.11 python3.12 python3 python; do
    if "$candidate" -c "$usable" 2>/dev/null; then
        python=$candidate
        break
    fi
done

rm -rf .venv
if [ -n "$python" ]; then
    echo "Setting up .venv with $("$python" --version), once; this takes a minute or two."
    "$python" -m venv .venv
elif command -v uv >/dev/null; then
    echo "Setting up .venv with a Python 3.11 from uv, once; this takes a minute or two."
    uv venv --quiet --seed --python 3.11 .venv
else
    echo "No Python 3.11 or 3.12 with venv found. Install one (Debian, Ubuntu: apt" \
        "install python3.11-venv; macOS: brew install python@3.11), or uv, or name" \
        "one: make PYTHON=/path/to/python3.11 ..." >&2
    exit 1
fi

# The list is complete: --no-deps keeps older versions of pip from looking for more
# (before 23.3 they take `coverage[toml]` for a package without a pinned version).
# Two packages come as sources; --use-pep517 has those versions build them, too.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --use-pep517 \
    --no-deps --require-hashes --requirement requirements.txt
# MXNet's wheel for Linux leaves two compiler libraries to the system (Debian: libgomp1,
# libquadmath0). Where one is missing it gets the copy that scikit-learn or NumPy brings.
.venv/bin/python -c 'import ctypes, pathlib, sys, sysconfig
site = pathlib.Path(sysconfig.get_path("purelib"))
copies = {
    "libgomp.so.1": "scikit_learn.libs/libgomp-*.so*",
    "libquadmath.so.0": "numpy.libs/libquadmath-*.so*",
}
for name, pattern in copies.items() if sys.platform == "linux" else ():
    try:
        ctypes.CDLL(name)
    except OSError:
        for copy in sorted(site.glob(pattern))[:1]:
            (site / "mxnet" / name).symlink_to(copy)'
# `import utils` works in whatever folder a notebook lies.
.venv/bin/python -c 'import pathlib, sys, sysconfig
site = pathlib.Path(sysconfig.get_path("purelib"))
(site / "programming-with-data.pth").write_text(sys.argv[1] + "\n")' "$root"
# Data that may not be passed on. Without a network the chapter that reads them asks again.
.venv/bin/python -m book.tools.fetch_data || true
printf '%s\n' "$root" >"$root_note"
cp requirements.txt "$done_copy"
