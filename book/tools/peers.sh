#!/bin/sh
# Put the libraries that some chapters are measured against into .venv, exactly as
# requirements-peers.txt lists them. Does nothing where they are there.
set -eu
cd "$(dirname "$0")/../.."
exec .venv/bin/python -E -s -B -m book.tools.environment --peers
