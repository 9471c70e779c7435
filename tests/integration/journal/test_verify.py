"""``concord journal verify`` after somebody got at the database itself, past what refuses change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from tests import factories

from concord.actions.participation import set_participation
from concord.commands.main import main
from concord.queries.membership import today
from concord.records.models import Authority, Entry

pytestmark = pytest.mark.django_db
TABLE = Entry._meta.db_table


@pytest.fixture
def journal() -> list[Entry]:
    """Entries as actions write them, with nothing left in the database that refuses a change."""
    london, east_midlands = factories.london(), factories.east_midlands()
    for alliance, code in ((london, "202"), (london, "203"), (east_midlands, "831"), (east_midlands, "830")):
        director = factories.actor(alliance, "director", code=code)
        of = {"alliance": alliance, "authority": Authority.objects.get(code=code)}
        set_participation(by=director, **of, level="declined", starts=today())
    found = list(Entry.objects.order_by("number"))
    assert len(found) > 5
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
            triggers = [name for (name,) in cursor.fetchall()]
            assert triggers
            for name in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
    return found


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.format(table=TABLE), values)
        assert cursor.rowcount == 1, sql


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    capsys.readouterr()
    return main(["journal", "verify", *words]), capsys.readouterr().out


def test_it_holds_and_names_the_last_hash(journal: list[Entry], capsys: Any) -> None:
    code, words = told(capsys)
    assert code == 0
    assert f"{len(journal)} entries" in words
    assert journal[-1].hash in words
    assert told(capsys, "--last-hash", journal[-1].hash)[0] == 0
    assert told(capsys, "--last-hash", journal[2].hash)[0] == 0


def _changed(of: list[Entry]) -> None:
    run("UPDATE {table} SET sentence = 'Nothing happened' WHERE number = %s", of[3].number)


def _backdated(of: list[Entry]) -> None:
    run("UPDATE {table} SET at = %s WHERE number = %s", of[0].at, of[3].number)


def _removed(of: list[Entry]) -> None:
    run("DELETE FROM {table} WHERE number = %s", of[3].number)


def _removed_and_closed_up(of: list[Entry]) -> None:
    run("DELETE FROM {table} WHERE number = %s", of[3].number)
    for entry in of[4:]:
        run("UPDATE {table} SET number = %s WHERE number = %s", entry.number - 1, entry.number)


def _put_in(of: list[Entry]) -> None:
    for entry in reversed(of[3:]):
        run("UPDATE {table} SET number = %s WHERE number = %s", entry.number + 1, entry.number)
    copy = Entry.objects.get(pk=of[0].pk)
    copy.pk, copy.number, copy.hash = None, of[3].number, "f" * 64
    copy.previous = of[2].hash
    copy.save(force_insert=True)


def _swapped(of: list[Entry]) -> None:
    a, b = of[3].number, of[4].number
    run("UPDATE {table} SET number = %s WHERE number = %s", 10_000, a)
    run("UPDATE {table} SET number = %s WHERE number = %s", a, b)
    run("UPDATE {table} SET number = %s WHERE number = %s", b, 10_000)


def _first_gone(of: list[Entry]) -> None:
    run("DELETE FROM {table} WHERE number = %s", of[0].number)


@pytest.mark.parametrize(
    ("tamper", "at", "words"),
    [
        (_changed, 4, "was changed after it was written"),
        (_backdated, 4, "was changed after it was written"),
        (_removed, 4, "entry 4 is missing"),
        (_removed_and_closed_up, 4, "does not follow"),
        (_put_in, 4, "was changed after it was written"),
        (_swapped, 4, "does not follow"),
        (_first_gone, 1, "entry 1 is missing"),
    ],
)
def test_the_first_broken_entry_is_named(
    journal: list[Entry], capsys: Any, tamper: Callable[[list[Entry]], None], at: int, words: str
) -> None:
    tamper(journal)
    code, said = told(capsys)
    assert code == 1
    assert f"broken at entry {at}:" in said
    assert words in said
    assert f"{at - 1} entries before it hold" in said


def test_entries_cut_off_the_end_are_found_with_the_hash_that_was_noted(
    journal: list[Entry], capsys: Any
) -> None:
    for entry in journal[-2:]:
        run("DELETE FROM {table} WHERE number = %s", entry.number)
    assert told(capsys)[0] == 0
    code, said = told(capsys, "--last-hash", journal[-1].hash)
    assert code == 1
    assert f"broken at entry {journal[-2].number}" in said
    assert "entries were removed" in said


@pytest.mark.parametrize("column", ["detail", "clauses", "at"])
def test_a_value_that_is_no_value_any_more_is_named_too(
    journal: list[Entry], capsys: Any, column: str
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL itself keeps such values out of a column of its kind")
    with connection.cursor() as cursor:  # as with any other program than Concord
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(f"UPDATE {TABLE} SET {column} = 'rubbish' WHERE number = %s", [journal[3].number])
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    code, said = told(capsys)
    assert code == 1
    assert "broken at entry 4:" in said
