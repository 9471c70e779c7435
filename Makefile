# Every command a developer needs; docs/developers/set-up.md says more. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
export PORT
# Checks and tests keep out of var/, where the developer's own data lies.
APART := CONCORD_HOME=$(CURDIR)/.venv/.home
# The national instance that is measured; made once for SQLite, each time for PostgreSQL.
BENCH := CONCORD_HOME=$(CURDIR)/.venv/.bench

.DEFAULT_GOAL := help
.PHONY: help setup run check fix test test-fast test-spark bench lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: ## install everything into .venv and node_modules; quick when nothing changed
	@$(PYTHON) scripts/setup.py

run: ## serve on http://127.0.0.1:8000 (PORT changes it), with a demo if there is no data
	@$(PYTHON) scripts/setup.py --run
	@$(BIN)/concord serve --demo-if-empty

check: setup ## format, lint, types, layers, charters, migrations
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(APART) $(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(APART) $(BIN)/concord charter check charters/*.toml
	$(APART) $(BIN)/python -m django makemigrations --check --dry-run --settings concord.config.settings

fix: setup ## put format and lint right where a machine can
	$(BIN)/ruff check --fix --quiet || true
	$(BIN)/ruff format

test: setup ## every test on SQLite, and all that meet the database on PostgreSQL, with a real browser
	@sh scripts/test.sh

test-fast: setup ## unit, properties, contracts on SQLite
	$(BIN)/pytest -q $(wildcard tests/unit tests/properties tests/contracts)

test-spark: setup ## a country's figures on Spark: this machine alone, then a cluster of two workers on it
	@$(BIN)/python scripts/spark.py -- $(BIN)/pytest -q tests/spark

bench: setup ## statistics, tally, and a national instance on SQLite and PostgreSQL: figures beside targets
	$(BIN)/python bench/statistics.py
	$(BIN)/python bench/analysis.py
	$(BIN)/python bench/groups.py
	$(BIN)/python bench/tally.py
	$(BENCH) $(BIN)/python bench/national
	$(BENCH) $(BIN)/python scripts/postgres.py -- $(BIN)/python bench/national

lock: setup ## pin the newest allowed versions by hash, without any address
	$(BIN)/uv pip compile -q --universal -p 3.11 --generate-hashes --no-header --no-annotate --upgrade pyproject.toml --extra s3 -o requirements/run.txt
	$(BIN)/uv pip compile -q --universal -p 3.11 --generate-hashes --no-header --no-annotate --upgrade pyproject.toml --extra s3 --group dev -c requirements/run.txt -o requirements/dev.txt
	echo 'pyspark~=4.3' | $(BIN)/uv pip compile -q --universal -p 3.11 --generate-hashes --no-header --no-annotate --upgrade - -o requirements/spark.txt
	echo 'setuptools' | $(BIN)/uv pip compile -q --universal -p 3.11 --generate-hashes --no-header --no-annotate --upgrade - -o requirements/spark-build.txt

clean: ## take away what set-up and the tools made; var/ stays
	rm -rf .venv node_modules src/concord/pages/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
