"""The definitions as a body: complete, sound, without a clock, and in SQL that DuckDB and Spark both run."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import sqlglot
from sqlglot import exp

from catalogue import indicators
from catalogue.tables import tables
from tally.engine import definitions, definitions_hash, read_definition
from tally.formats import formats
from tally.workspace import Workspace

COLUMNS = ["child", "row_id", "numerator", "denominator", "excluded", "unknown", "method", "reason"]


@pytest.fixture(scope="module")
def empty():
    workspace = Workspace()
    workspace.prepare()
    return workspace


def test_every_indicator_that_lists_give_has_a_definition():
    assert set(definitions()) == {id for id, one in indicators().items() if one.input == "lists"}


@pytest.mark.parametrize("id", definitions())
class TestEach:
    def test_it_gives_the_columns_that_every_definition_gives(self, id, empty):
        described = empty.query(f"DESCRIBE {definitions()[id].sql}")
        assert [row[0] for row in described] == COLUMNS

    def test_what_it_needs_is_in_the_tables_and_some_format_gives_it(self, id):
        definition = definitions()[id]
        given = [
            {one for known in form.lists.values() for one in known.gives(list(known.columns))}
            for form in formats().values()
        ]
        for needed in (*definition.needs, definition.instead):
            for one in needed:
                table, _, column = one.partition(".")
                assert column in tables()[table].columns
        assert any(set(need) <= one for need in definition.needs for one in given)

    def test_it_reads_what_it_needs_and_nothing_it_did_not_name(self, id):
        """A table that it reads without needing it may be empty; it must still be one that exists."""
        tree = sqlglot.parse_one(definitions()[id].sql, read="duckdb")
        own = {cte.alias for cte in tree.find_all(exp.CTE)}
        read = {table.name for table in tree.find_all(exp.Table)} - own
        assert read <= tables().keys() | {"quarter", "working_day", "coverage"}
        assert {one.partition(".")[0] for need in definitions()[id].needs for one in need} & read

    def test_it_reads_no_clock_and_fetches_nothing(self, id):
        banned = r"\b(now|current_date|current_timestamp|today|random|read_csv|read_parquet|getenv|uuid)\b"
        assert not re.search(banned, definitions()[id].sql, re.IGNORECASE)

    def test_it_can_be_said_in_the_sql_of_spark(self, id):
        [said] = sqlglot.transpile(
            definitions()[id].sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
        )
        assert sqlglot.parse_one(said, read="spark").named_selects == COLUMNS

    def test_it_counts_no_record_for_empty_lists(self, id, empty):
        assert empty.query(f"SELECT count(*) FROM ({definitions()[id].sql})") in ([(0,)], [])

    def test_it_has_a_denominator_where_the_catalogue_says_so(self, id):
        source = indicators()[id].denominator_from
        none = "CAST(NULL AS INTEGER) AS denominator" in definitions()[id].sql
        assert none == (source in ("population-0-17", "none"))


def test_the_hash_is_of_all_that_a_figure_depends_on(monkeypatch):
    from tally import engine

    before = definitions_hash()
    text = engine.read_text
    monkeypatch.setattr(engine, "read_text", lambda name: text(name) + (" " if name == "macros.sql" else ""))
    definitions_hash.cache_clear()
    changed = definitions_hash()
    definitions_hash.cache_clear()
    assert before != changed


def test_a_definition_must_say_what_it_needs():
    with pytest.raises(ValueError, match="does not say"):
        read_definition("x", "SELECT 1")


def test_lists_of_all_formats_have_names_of_their_own():
    names = Counter([key for form in formats().values() for key in form.lists] + list(tables()))
    assert not [name for name, count in names.items() if count > 1]


def test_what_a_format_gives_is_in_the_tables():
    for form in formats().values():
        for known in form.lists.values():
            for given in known.gives(list(known.columns)):
                table, _, column = given.partition(".")
                assert column in tables()[table].columns, f"{form.key}, {known.key}: {given}"
