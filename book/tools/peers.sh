#!/bin/sh
# Put the libraries that some chapters are measured against into .venv, exactly as
# requirements-peers.txt lists them. Does nothing where they are there.
set -eu
cd "$(dirname "$0")/../.."
done_copy=.venv/requirements-peers.installed.txt
if cmp -s requirements-peers.txt "$done_copy"; then
    exit 0
fi
echo "Installing the peers that chapters are measured against, once."
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --no-deps --require-hashes --only-binary :all: --requirement requirements-peers.txt; then
    echo "They could not be installed; make peers tries again." >&2
    exit 1
fi
cp requirements-peers.txt "$done_copy"
