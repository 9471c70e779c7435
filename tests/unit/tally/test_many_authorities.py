"""Many authorities at once: the lifted definitions give each the figures that its own lists give alone."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest
from tests.nation import FORMATS, QUARTER, write_nation

from catalogue.periods import Period
from tally.engine import Definition, compute, definitions
from tally.faults import TallyFault
from tally.lift import TOTALS, identifiers_among, lifted, totals
from tally.main import main
from tally.national import columns, folders_by_authority, read_abouts, results
from tally.working_days import working_day_rows
from tally.workspace import Workspace


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    return write_nation(tmp_path_factory.mktemp("lists"))


@pytest.fixture(scope="module")
def alone(lists):
    """Each authority's lists by themselves."""
    workspaces = {code: Workspace() for code in lists}
    for code, workspace in workspaces.items():
        workspace.read(lists[code])
        workspace.prepare()
    return workspaces


@pytest.fixture(scope="module")
def folder(lists, tmp_path_factory):
    """The tables of all, written by the command from a folder for each."""
    out = tmp_path_factory.mktemp("tables")
    assert main(["tables", *(one for [one] in lists.values()), "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def database(folder):
    """DuckDB over the folder, as any engine would have it."""
    with duckdb.connect() as database:
        for name in columns():
            database.execute(
                f"CREATE TABLE {name} AS SELECT * FROM "
                f"read_parquet('{folder}/{name}/*/*.parquet', hive_partitioning = true, hive_types_autocast = false)"
            )
        database.execute("CREATE TABLE quarter (quarter_start DATE, quarter_end DATE)")
        database.execute("CREATE TABLE working_day (day DATE, number INTEGER)")
        database.executemany("INSERT INTO working_day VALUES (?, ?)", working_day_rows()[-4000:])
        yield database


def abouts(folder: Path):
    return read_abouts(path.read_bytes() for path in folder.joinpath("about").iterdir())


@pytest.mark.parametrize("quarter", [QUARTER, QUARTER.previous(), Period(2025, 1)], ids=str)
def test_each_authority_gets_the_figures_of_its_own_lists(quarter, alone, folder, database):
    database.execute("DELETE FROM quarter")
    database.execute("INSERT INTO quarter VALUES (?, ?)", [quarter.start, quarter.end])
    sums = [
        dict(zip(TOTALS, row, strict=True))
        for one in definitions().values()
        for row in database.execute(totals(one, "duckdb")).fetchall()
    ]
    found = results(quarter, abouts(folder), sums, None)
    assert list(found) == list(FORMATS)
    for code, workspace in alone.items():
        assert found[code] == compute(workspace, quarter), code
    assert len({len(one.figures) for one in found.values()}) > 2


def test_an_authority_that_gives_nothing_to_an_indicator_is_not_given_anothers(folder, database):
    """304 has no plans: its status when the list was taken decides, though others have dates of plans."""
    database.execute("DELETE FROM quarter")
    database.execute("INSERT INTO quarter VALUES (?, ?)", [QUARTER.start, QUARTER.end])
    rows = database.execute(lifted(definitions()["cin_plans_rate"]).sql(dialect="duckdb")).fetchall()
    methods = {(row[0], row[-2]) for row in rows}
    assert ("303", "dates of plans") in methods
    assert ("304", "status when the list was taken") in methods


class TestLifting:
    def definition(self, sql):
        return Definition("x", sql, (("referral.day",),))

    @pytest.mark.parametrize("id", definitions())
    def test_every_definition_can_be_lifted_and_says_whose_first(self, id):
        query = lifted(definitions()[id])
        assert query.named_selects[:2] == ["authority", "child"]

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT day FROM quarter",
            "SELECT day FROM (SELECT day FROM referral) AS inner_query",
            "SELECT r.day FROM referral AS r CROSS JOIN contact AS c",
            "SELECT r.day FROM referral AS r JOIN contact AS c USING (child)",
            "WITH n AS (SELECT count(*) AS n FROM contact) SELECT r.day, n FROM referral AS r CROSS JOIN n",
            "WITH n AS (SELECT max(day) AS d FROM contact GROUP BY child) SELECT d FROM referral CROSS JOIN n",
        ],
    )
    def test_what_would_mix_authorities_is_refused(self, sql):
        with pytest.raises(ValueError, match="^x: "):
            lifted(self.definition(sql))

    def test_words_are_looked_for_among_identifiers_with_their_quotes(self, database):
        asked = identifiers_among(["C000001", "o'clock", "dates of plans"], ["referral", "contact"])
        assert database.execute(asked).fetchall() == [("C000001",)]


class TestTables:
    def test_they_are_parquet_by_authority_with_the_canonical_columns(self, folder, database):
        assert {path.name for path in folder.joinpath("referral").iterdir()} == {
            f"authority={one}" for one in FORMATS
        }
        for name, kinds in columns().items():
            described = database.execute(f"DESCRIBE {name}").fetchall()
            assert {row[0]: row[1] for row in described} == {**kinds, "authority": "VARCHAR"}

    def test_what_is_known_of_an_authority_names_no_child(self, folder, alone):
        text = folder.joinpath("about/301.json").read_text()
        told = json.loads(text)
        assert told["rows"] > 300
        assert not [one for one in alone["301"].identifiers() if one in text]

    def test_one_that_cannot_be_read_does_not_stop_the_others_and_is_named(self, lists, tmp_path, capsys):
        (tmp_path / "398 Nowhere").mkdir()
        (tmp_path / "398 Nowhere" / "annex_a.xlsx").write_bytes(b"no workbook")
        out = tmp_path / "tables"
        assert main(["tables", str(tmp_path / "398 Nowhere"), *lists["304"], "--out", str(out)]) == 3
        assert "398: NOT WRITTEN. annex_a.xlsx" in capsys.readouterr().out
        assert [path.name for path in out.joinpath("about").iterdir()] == ["304.json"]

    def test_an_authority_is_written_anew_in_place_of_what_it_had(self, lists, tmp_path):
        for code in ("303", "304"):
            assert main(["tables", *lists[code], "--authority", "304", "--out", str(tmp_path)]) == 0
        assert abouts(tmp_path)["304"].rows == 6

    def test_the_database_may_write_there_alone(self, lists, tmp_path):
        workspace = Workspace(writes_to=tmp_path / "in")
        workspace.read(lists["304"])
        workspace.prepare()
        (tmp_path / "in").mkdir()
        workspace.query(f"COPY referral TO '{tmp_path}/in/x.parquet' (FORMAT parquet)")
        with pytest.raises(Exception, match="disabled by configuration"):
            workspace.query(f"COPY referral TO '{tmp_path}/x.parquet' (FORMAT parquet)")

    def test_tables_of_other_definitions_are_refused(self, folder):
        told = json.loads(folder.joinpath("about/301.json").read_text()) | {"definitions": "0" * 64}
        with pytest.raises(TallyFault, match="tables of 301 were written by tally .* with other definitions"):
            read_abouts([json.dumps(told)])

    @pytest.mark.parametrize(
        ("text", "said"), [([], "holds no authority's tables"), (["{}"], "cannot be read")]
    )
    def test_a_folder_that_is_none_says_so(self, text, said):
        with pytest.raises(TallyFault, match=said):
            read_abouts(text)

    @pytest.mark.parametrize("names", [["3010"], ["List 3.csv"], ["301", "301 again"]])
    def test_whose_lists_they_are_must_be_said(self, names, tmp_path):
        for name in names:
            (tmp_path / name).mkdir()
        with pytest.raises(TallyFault, match="say whose|both of authority 301"):
            folders_by_authority([str(tmp_path / name) for name in names])


def test_without_pyspark_it_says_how_to_get_it(folder, capsys, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyspark.errors", None)
    assert main(["spark", str(folder), "--quarter", QUARTER.key]) == 3
    assert 'pip install "concord[spark]"' in capsys.readouterr().err


def test_the_notes_say_what_each_authority_lacks(folder, tmp_path, monkeypatch, capsys):
    """The command from sums to files, with DuckDB's sums in Spark's place."""
    from contextlib import nullcontext

    from tally import spark

    known = abouts(folder)
    empty = results(QUARTER, known, [], None)
    monkeypatch.setattr(spark, "session", nullcontext)
    monkeypatch.setattr(spark, "compute", lambda *_: (known, empty))
    monkeypatch.setattr(spark, "identifiers", lambda *_: set())
    out, notes = tmp_path / "all.csv", tmp_path / "notes.csv"
    command = ["spark", str(folder), "--quarter", QUARTER.key, "--out", str(out), "--notes", str(notes)]
    assert main(command) == 1
    told = list(csv.DictReader(notes.read_text("utf-8-sig").splitlines()))
    assert {"authority": "302", "indicator": "s47_rate", "kind": "not computed",
            "note": "no list was given that holds section 47 enquiries"} in told  # fmt: skip
    assert {row["authority"] for row in csv.DictReader(out.read_text().splitlines())} == set(FORMATS)
    assert "Initial contacts (rate)" in capsys.readouterr().out
    monkeypatch.setattr(spark, "identifiers", lambda *_: {"contacts_rate"})
    out.unlink()
    assert main(command) == 4
    assert not out.exists()
