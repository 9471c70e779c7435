#!/bin/sh
# All tests. First those that meet the database, on a throw-away PostgreSQL; then every test on SQLite.
# Stops at the first run that fails, so the last line is always the summary that counts.
set -eu
cd "$(dirname "$0")/.."
# Two processes side by side, each with its own database and browser; a file stays in one, and with it its world.
SIDE="-n 2 --dist loadfile"
.venv/bin/python scripts/postgres.py -- .venv/bin/pytest $SIDE tests/integration tests/contracts tests/browser "$@"
exec env -u DATABASE_URL .venv/bin/pytest $SIDE "$@"
