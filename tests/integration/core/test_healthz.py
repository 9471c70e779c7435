"""What a balancer is told: that this process and its database serve, or in words why not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def asked() -> tuple[int, str]:
    response = Client(raise_request_exception=False).get("/healthz")
    assert response["Content-Type"].startswith("text/plain")
    assert "no-store" in response["Cache-Control"]
    return response.status_code, response.content.decode()


@pytest.mark.django_db
def test_it_serves() -> None:
    assert asked() == (200, "ok\n")


@pytest.mark.django_db
def test_tables_of_an_older_version_are_told() -> None:
    MigrationRecorder.Migration.objects.filter(app="records", name__startswith="0003").delete()
    status, words = asked()
    assert status == 503
    assert "concord migrate" in words


@pytest.mark.django_db
def test_a_database_without_any_table_is_told() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO elsewhere")
    assert asked()[0] == 503


@pytest.mark.django_db
def test_a_database_that_is_not_there_is_told_and_nothing_of_where_it_is(monkeypatch: Any) -> None:
    def refused(*_: object) -> None:
        raise OperationalError("connection to server at “db.internal” failed")

    monkeypatch.setattr(type(connections["default"]), "cursor", refused)
    assert asked() == (503, "The database does not answer.\n")
