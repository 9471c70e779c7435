"""The command, from files to a submitted quarter: what it writes, says, returns and never says."""

from __future__ import annotations

import csv
import json
import shutil
import socket
import subprocess
import sys

import pytest

from catalogue import datasets, indicators
from tally.engine import definitions
from tally.main import main

QUARTER = "2025-26Q4"


def rows_of(path):
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    assert (
        main(
            [
                "sample",
                "--children",
                "800",
                "--seed",
                "3",
                "--dirt",
                "0.03",
                "--quarter",
                QUARTER,
                "--out",
                str(folder),
            ]
        )
        == 0
    )
    return folder


@pytest.mark.clause("E1.5a", "E1.6b", "L2.1c")
def test_from_a_workbook_to_a_return_with_every_indicator_of_the_region(sample, tmp_path, capsys):
    """Collected and analysed inside the authority; what leaves is the quarter's figures and nothing else."""
    typed = tmp_path / "typed.csv"
    typed.write_text("indicator,numerator,denominator\nsw_vacancy_pct,10.5,90\nsw_agency_pct,12,92\n")
    out, exclusions = tmp_path / "return.csv", tmp_path / "exclusions.csv"
    code = main(
        [
            "compute",
            str(sample / "annex_a.xlsx"),
            "--authority",
            "330",
            "--quarter",
            QUARTER,
            "--out",
            str(out),
        ]
        + ["--typed", str(typed), "--exclusions", str(exclusions), "--dataset", "london-core-18"]
    )
    assert code == 1  # repeat plans within two years are not in an Annex A of six months
    rows = rows_of(out)
    wanted = set(datasets()["london-core-18"].indicators) - {"cpp_repeat_2y_pct"}
    assert {row["indicator"] for row in rows} == wanted
    assert {(row["authority"], row["period"]) for row in rows} == {("330", QUARTER)}

    said = capsys.readouterr().out
    local = rows_of(exclusions)
    children = {row["child"] for row in local}
    assert len(children) > 100
    for text in (said, out.read_text()):
        assert not children & set(text.replace(",", " ").split())
    assert "Not computed" in said
    assert "24 months before the quarter are needed" in said

    # “Which children are in this number?”
    for row in rows:
        if row["method"] != "typed":
            counted = [
                one for one in local if one["indicator"] == row["indicator"] and one["in_numerator"] == "1"
            ]
            assert len(counted) == int(row["numerator"]), row["indicator"]


def test_every_damaged_cell_is_listed_with_its_sheet_and_cell(sample, tmp_path):
    exclusions = tmp_path / "exclusions.csv"
    assert main(["check", str(sample / "annex_a.xlsx"), "--exclusions", str(exclusions)]) == 1
    listed = {(r["sheet"], r["cell"], r["value"]) for r in rows_of(exclusions)}
    damage = [row for row in rows_of(sample / "damage.csv") if row["table"].startswith("List")]
    assert damage
    for one in damage:
        cell = f"{chr(65 + int(one['column']))}{int(one['row']) + 2}"
        assert (one["table"], cell, one["value"]) in listed, one


def test_last_quarter_stands_beside(sample, tmp_path, capsys):
    before = tmp_path / "before.csv"
    args = ["compute", str(sample / "annex_a.xlsx"), "--authority", "330"]
    main([*args, "--quarter", "2025-26Q3", "--out", str(before)])
    was = next(r["numerator"] for r in rows_of(before) if r["indicator"] == "contacts_rate")
    capsys.readouterr()
    main([*args, "--quarter", QUARTER, "--last", str(before)])
    [shown] = [text for text in capsys.readouterr().out.splitlines() if "Initial contacts" in text]
    assert f"last: {was}" in shown


def test_two_analysts_get_the_same_file(sample, tmp_path):
    made = []
    for name in ("one.csv", "two.csv"):
        main(
            [
                "compute",
                str(sample / "annex_a.xlsx"),
                "--authority",
                "330",
                "--quarter",
                QUARTER,
                "--out",
                str(tmp_path / name),
            ]
        )
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_compare_puts_two_sources_side_by_side(sample, tmp_path, capsys):
    for path in sample.glob("*_20*.csv"):
        shutil.copy(path, tmp_path)
    assert main(["compare", str(sample / "annex_a.xlsx"), str(tmp_path), "--quarter", QUARTER]) in (0, 1)
    said = capsys.readouterr().out
    assert "Children looked after (rate)" in said
    assert "In one only" in said


@pytest.mark.parametrize("id", list(indicators()))
def test_explain_gives_rule_query_and_traps(id, capsys):
    assert main(["explain", id]) == 0
    said = capsys.readouterr().out
    assert indicators()[id].definition in said
    assert all(trap in said for trap in indicators()[id].traps)
    assert ("SELECT" in said) is (id in definitions())


def test_the_form_is_written_once(tmp_path, capsys):
    path = tmp_path / "typed.csv"
    assert main(["form", str(path)]) == 0
    path.write_text("mine")
    assert main(["form", str(path)]) == 2
    assert path.read_text() == "mine"
    assert "was not touched" in capsys.readouterr().err


def test_the_sample_knows_its_true_figures(sample):
    told = json.loads((sample / "truth.json").read_text())
    assert set(told["quarters"]) == {QUARTER, "2025-26Q3"}
    assert told["quarters"][QUARTER]["figures"]["rereferrals_pct"]["denominator"] > 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["compute", "none.xlsx", "--authority", "330", "--quarter", QUARTER], 3, "there is no such file"),
        (["compute", "none.xlsx", "--authority", "Barking", "--quarter", QUARTER], 2, "three digits"),
        (["compute", "none.xlsx", "--authority", "330", "--quarter", "Q4"], 2, "write a quarter as 2026-27Q1"),
        (["compute", "none.xlsx", "--authority", "330", "--quarter", "2025-26"], 2, "is a year: give a quarter"),
        (["compute", "none.xlsx", "--authority", "330", "--quarter", QUARTER, "--out", "no/r"], 2, "no such folder"),
        (["compute", "none.xlsx", "--authority", "330", "--quarter", QUARTER, "--dataset", "x"], 2, "no dataset “x”"),
        (["explain", "cla_number"], 2, "Known: cla_cease_rate"),
        (["sample", "--out", "x", "--quarter", "2025-26"], 2, "give a quarter"),
        (["sample", "--out", "x", "--dirt", "2"], 2, "a share of dirt from 0 to 1"),
    ],
)  # fmt: skip
def test_errors_are_sentences_with_their_code(arguments, code, words, capsys):
    assert main(arguments) == code
    told = capsys.readouterr()
    assert words in told.err
    assert told.err.startswith("tally: ")
    assert "Traceback" not in told.err


class TestWritten:
    """What is written stands beside what is read, and never on it."""

    @pytest.fixture
    def lists(self, sample, tmp_path):
        return shutil.copy(sample / "annex_a.xlsx", tmp_path / "lists.xlsx")

    @pytest.mark.parametrize("command", ["compute", "check"])
    @pytest.mark.parametrize("given", ["file", "folder"])
    def test_no_list_is_written_over(self, lists, command, given, capsys):
        before = lists.read_bytes()
        arguments = [command, str(lists if given == "file" else lists.parent), "--exclusions", str(lists)]
        if command == "compute":
            arguments += ["--authority", "330", "--quarter", QUARTER]
        assert main(arguments) == 2
        assert "would be written over" in capsys.readouterr().err
        assert lists.read_bytes() == before

    def test_nor_are_the_typed_items(self, lists, tmp_path, capsys):
        typed = tmp_path / "typed.csv"
        typed.write_text("indicator,numerator,denominator\nsw_vacancy_pct,10,90\n")
        arguments = ["compute", str(lists), "--authority", "330", "--quarter", QUARTER]
        assert main([*arguments, "--typed", str(typed), "--out", str(typed)]) == 2
        assert typed.read_text().startswith("indicator,numerator")

    def test_a_second_run_in_the_same_folder_writes_again(self, lists, tmp_path):
        arguments = ["compute", str(tmp_path), "--authority", "330", "--quarter", QUARTER]
        arguments += ["--out", str(tmp_path / "return.csv"), "--exclusions", str(tmp_path / "rows.csv")]
        main(arguments)
        first = (tmp_path / "return.csv").read_bytes()
        main(arguments)
        assert (tmp_path / "return.csv").read_bytes() == first

    @pytest.mark.parametrize(
        ("out", "exclusions", "words"),
        [
            ("x.csv", "x.csv", "cannot be one file"),
            (".", "x.csv", "is a folder"),
            ("x.csv", "no/x.csv", "no such folder"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_written_is_said_before_anything_is_read(
        self, tmp_path, out, exclusions, words, capsys
    ):
        arguments = ["compute", "none.xlsx", "--authority", "330", "--quarter", QUARTER]
        arguments += ["--out", str(tmp_path / out), "--exclusions", str(tmp_path / exclusions)]
        assert main(arguments) == 2
        assert words in capsys.readouterr().err


def test_a_form_that_excel_saved_is_read(sample, tmp_path):
    from catalogue.periods import Period
    from tally.returns import read_typed

    typed = tmp_path / "typed.csv"
    typed.write_bytes("indicator,numerator,denominator,note\nsw_vacancy_pct,10,90,Ann’s\n".encode("cp1252"))
    [line] = read_typed(typed, "330", Period.parse(QUARTER))
    assert line.numerator == 10


def test_explain_alone_names_every_indicator(capsys):
    assert main(["explain"]) == 0
    said = capsys.readouterr().out
    assert all(id in said for id in indicators())


def test_a_year_is_refused(sample, capsys):
    assert main(["compute", str(sample / "annex_a.xlsx"), "--authority", "330", "--quarter", "2025-26"]) == 2
    assert "give a quarter, such as 2025-26Q1" in capsys.readouterr().err


def test_a_failed_proof_writes_nothing(sample, tmp_path, monkeypatch, capsys):
    from tally import returns

    monkeypatch.setattr(returns, "methods", frozenset)
    out = tmp_path / "return.csv"
    assert (
        main(
            [
                "compute",
                str(sample / "annex_a.xlsx"),
                "--authority",
                "330",
                "--quarter",
                QUARTER,
                "--out",
                str(out),
            ]
        )
        == 4
    )
    assert not out.exists()
    assert "Nothing was written" in capsys.readouterr().err


def test_nothing_to_compute_writes_nothing(tmp_path, capsys):
    (tmp_path / "List 1.csv").write_text("Child Unique ID,Contact Source\n1,6\n")
    out = tmp_path / "return.csv"
    assert (
        main(
            [
                "compute",
                str(tmp_path / "List 1.csv"),
                "--authority",
                "330",
                "--quarter",
                QUARTER,
                "--out",
                str(out),
            ]
        )
        == 1
    )
    assert not out.exists()
    assert "List 1.csv has no column for “day”" in capsys.readouterr().out


class TestNoNetwork:
    def test_no_socket_is_opened(self, sample, monkeypatch):
        def refuse(*_args, **_kwargs):
            raise AssertionError("a socket was opened")

        for name in ("socket", "create_connection", "getaddrinfo"):
            monkeypatch.setattr(socket, name, refuse)
        assert (
            main(["compute", str(sample / "annex_a.xlsx"), "--authority", "330", "--quarter", QUARTER]) == 1
        )

    def test_it_works_where_there_is_no_network(self, sample, tmp_path):
        """In a network namespace of its own nothing can be reached, not by compiled code either."""
        if not shutil.which("unshare") or subprocess.run(["unshare", "-rn", "true"], check=False).returncode:
            pytest.skip("this system does not let a process give up its network")
        out = tmp_path / "return.csv"
        command = [
            sys.executable,
            "-m",
            "tally.main",
            "compute",
            str(sample / "annex_a.xlsx"),
            "--authority",
            "330",
        ]
        done = subprocess.run(
            ["unshare", "-rn", *command, "--quarter", QUARTER, "--out", str(out)], check=False
        )
        assert done.returncode == 1
        assert out.stat().st_size > 1000

    def test_the_database_cannot_reach_out(self, sample):
        from tally.workspace import Workspace

        workspace = Workspace()
        workspace.read([str(sample / "annex_a.xlsx")])
        workspace.prepare()
        with pytest.raises(Exception, match="disabled by configuration|Permission"):
            workspace.query("SELECT * FROM read_csv('/etc/hostname')")
