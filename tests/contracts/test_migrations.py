"""Migrations have names that say what they do, follow one another in one line, and hold exactly the models."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "src/concord/records/migrations"


def test_each_is_named_and_numbered_in_one_line() -> None:
    names = sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1)), names
    unnamed = [name for name in names if not re.fullmatch(r"\d{4}_[a-z][a-z_]+", name) or "_auto" in name]
    assert not unnamed


@pytest.mark.django_db
def test_the_database_was_made_by_them_from_nothing_and_holds_the_models() -> None:
    """The tests’ own database is migrated from zero: on SQLite and, in ``make test``, on PostgreSQL."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert not executor.loader.detect_conflicts()
    call_command("makemigrations", "records", check=True, dry_run=True, stdout=StringIO())


@pytest.mark.django_db
def test_the_start_up_checks_have_nothing_to_say() -> None:
    from django.core import checks

    said: list[Any] = checks.run_checks(databases=["default"])
    assert said == []
