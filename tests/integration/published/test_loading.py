"""Taking in published files: through the command, as an operator does, and the table that Concord carries."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from tests import factories

from concord.actions._run import SYSTEM, Invalid, Refused
from concord.actions.published import Reading, load_own_table, load_published
from concord.commands import load_published as command
from concord.records.models import Entry, Judgement, Load, Publication, PublishedFigure
from concord.rules.access import Actor

pytestmark = pytest.mark.django_db

HEADER = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,"
    "old_la_code,new_la_code,la_name,population_type,children_count,population_estimate,rate_per_10000"
)
AT = "Children looked after on 31 March each year"
ENGLAND = f"2025,Reporting year,National,E92000001,England,,,,,,{AT},81770,12200000,67"
LONDON = f"2025,Reporting year,Regional,E92000001,England,E12000007,London,,,,{AT},9740,1870000,52"
CAMDEN = (
    f"2025,Reporting year,Local authority,E92000001,England,E12000007,London,202,E09000007,"
    f"Camden,{AT},187,35276,53"
)
CITY = (
    f"2025,Reporting year,Local authority,E92000001,England,E12000007,London,201,E09000001,City,{AT},c,847,c"
)
UNKNOWN = f"2025,Reporting year,Local authority,E92000001,England,E12000007,London,999,E09000099,Atlantis,{AT},1,2,3"


@pytest.fixture
def load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Write lines into files and run ``concord import published`` on them: code, output, complaints."""

    def run(*files: list[str] | bytes) -> tuple[int, str, str]:
        paths = []
        for n, content in enumerate(files):
            path = tmp_path / f"file{n}.csv"
            path.write_bytes(
                content if isinstance(content, bytes) else "\r\n".join(content).encode("utf-8-sig")
            )
            paths.append(str(path))
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        code = command.run(parser.parse_args(["published", *paths]))
        return (code, *capsys.readouterr())

    return run


def cells() -> dict[tuple[str, str], Decimal | str]:
    rows = PublishedFigure.objects.values_list("place", "measure", "value", "symbol")
    return {(p, m.removeprefix("at_31_march.")): v if v is not None else s for p, m, v, s in rows}


def test_a_file_is_kept_as_it_stands_with_its_source_and_its_counts(load: Callable) -> None:
    code, out, err = load([HEADER, ENGLAND, LONDON, CAMDEN, CITY, UNKNOWN])
    assert (code, err) == (0, "")
    assert cells() == {
        ("E92000001", "children_count"): 81770,
        ("E92000001", "population_estimate"): 12200000,
        ("E92000001", "rate_per_10000"): 67,
        ("E12000007", "children_count"): 9740,
        ("E12000007", "population_estimate"): 1870000,
        ("E12000007", "rate_per_10000"): 52,
        ("202", "children_count"): 187,
        ("202", "population_estimate"): 35276,
        ("202", "rate_per_10000"): 53,
        ("201", "children_count"): "c",
        ("201", "population_estimate"): 847,
        ("201", "rate_per_10000"): "c",
    }
    publication = Publication.objects.get()
    assert (publication.publisher, publication.licence) == (
        "Department for Education",
        "Open Government Licence v3.0",
    )
    kept = Load.objects.get()
    assert (kept.rows, kept.placed, kept.unplaced, kept.figures, kept.added) == (5, 4, 1, 12, 12)
    assert kept.problems == ["line 6: old_la_code “999” is no authority’s DfE code"]
    assert "rows     5 = 4 placed + 1 not placed + 0 skipped; 2025 to 2025" in out
    assert (
        "cells    15 = 10 numbers or grades + 2 symbols (c 2) + 0 blank + 0 unreadable + 3 in rows not placed"
        in out
    )
    assert "figures  12 = 12 new + 0 changed + 0 as before" in out
    assert "line 6: old_la_code “999” is no authority’s DfE code" in out


def test_a_second_run_adds_and_changes_nothing(load: Callable) -> None:
    load([HEADER, ENGLAND, CAMDEN, CITY])
    before = cells()
    _, out, _ = load([HEADER, ENGLAND, CAMDEN, CITY])
    assert cells() == before
    assert "figures  9 = 0 new + 0 changed + 9 as before" in out
    assert list(Load.objects.order_by("pk").values_list("added", "changed")) == [(9, 0), (0, 0)]


def test_a_revised_cell_is_changed_and_the_journal_says_from_what_to_what(load: Callable) -> None:
    load([HEADER, CAMDEN, CITY])
    _, out, _ = load([HEADER, CAMDEN.replace(",187,", ",188,"), CITY.replace(",c,847,c", ",6,847,71")])
    assert "figures  6 = 0 new + 3 changed + 3 as before" in out
    assert cells()["201", "children_count"] == 6
    changed = Entry.objects.order_by("-number")[0].detail["changed"]
    measure = "at_31_march.children_count"
    assert {"place": "202", "measure": measure, "year": 2025, "from": "187", "to": "188"} in changed
    assert {"place": "201", "measure": measure, "year": 2025, "from": "c", "to": "6"} in changed
    assert len(changed) == 3


def test_what_a_file_no_longer_holds_stays(load: Callable) -> None:
    load([HEADER, ENGLAND, CAMDEN])
    load([HEADER, ENGLAND])
    assert cells()["202", "children_count"] == 187


def test_a_file_that_is_not_known_is_refused_and_the_others_are_loaded(load: Callable) -> None:
    code, out, err = load(b"name,shoe size\r\nA,42\r\n", [HEADER, CAMDEN], b"PK\x03\x04rest")
    assert code == 1
    assert "file0.csv: passed over" in out
    assert "file2.csv is a workbook" in err
    assert "1 of 3 files loaded, 1 passed over (file0.csv), 1 refused" in out
    assert len(cells()) == 3


def test_a_table_of_another_kind_is_passed_over_and_is_no_fault(load: Callable) -> None:
    """A folder of published files holds lists of definitions too: all that has figures was loaded."""
    code, out, err = load(b"Measure_code,Topic,Description\r\n4,Health,Deaths\r\n", [HEADER, CAMDEN])
    assert (code, err) == (0, "")
    assert "file0.csv is no table known here. It begins with the columns measure_code, topic" in out
    assert "1 of 2 files loaded, 1 passed over (file0.csv)" in out


def test_a_folder_is_loaded_file_by_file_and_what_is_no_csv_is_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("\n".join([HEADER, CAMDEN]), "utf-8-sig")
    (tmp_path / "b.parquet").write_bytes(b"PAR1\x15\x04\x15\x00\n")
    (tmp_path / "c.xlsx").write_bytes(b"PK\x03\x04rest")
    (tmp_path / "d").mkdir()
    assert command.run(argparse.Namespace(files=[tmp_path])) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "c.xlsx is a workbook or an archive" in out
    assert "1 of 3 files loaded, 2 passed over (b.parquet, c.xlsx)" in out
    assert len(cells()) == 3


def test_an_empty_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(argparse.Namespace(files=[tmp_path])) == 1
    assert "0 of 0 files loaded" in capsys.readouterr().out


def test_a_command_that_loaded_nothing_says_so_by_its_end(load: Callable) -> None:
    code, out, _ = load(b"Measure_code,Topic,Description\r\n4,Health,Deaths\r\n")
    assert code == 1
    assert "passed over" in out


def test_a_known_table_that_lacks_a_column_is_a_fault(load: Callable) -> None:
    code, _, err = load([HEADER.replace("children_count", "children"), CAMDEN], [HEADER, CAMDEN])
    assert code == 1
    assert "lacks the columns children_count" in err


def test_a_file_with_an_impossible_number_leaves_nothing_behind(load: Callable) -> None:
    code, _, err = load([HEADER, CITY, CAMDEN.replace(",187,", ",1870000000000000,")])
    assert code == 1
    assert "too large to be right" in err
    assert not PublishedFigure.objects.exists()
    assert not Load.objects.exists()


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run(argparse.Namespace(files=[Path("nowhere.csv")])) == 1
    assert "nowhere.csv: cannot be opened: No such file" in capsys.readouterr().err


def test_numbers_finer_than_are_kept_do_not_change_on_the_second_run(load: Callable) -> None:
    fine = CAMDEN.replace(",53", ",53.123456")
    load([HEADER, fine])
    _, out, _ = load([HEADER, fine])
    assert "0 new + 0 changed" in out
    assert cells()["202", "rate_per_10000"] == Decimal("53.1235")


def test_only_the_keeper_loads() -> None:
    with pytest.raises(Refused):
        load_published(
            by=Actor(1, "Somebody"), publication="cla-numbers", reading=Reading("f", "", 0, 0, 0), figures=[]
        )


def test_the_carried_table_is_kept_whole_and_can_be_loaded_again() -> None:
    loads = load_own_table(by=SYSTEM, publications=["ons-population"])
    assert [(load.publication.key, load.figures, load.added) for load in loads] == [
        ("ons-population", 1476, 1476)
    ]
    assert [
        (load.added, load.changed) for load in load_own_table(by=SYSTEM, publications=["ons-population"])
    ] == [(0, 0)]
    assert PublishedFigure.objects.get(place="201", year=2024).value == 847


OFSTED = (
    "la_code,overall_effectiveness_grade,inspection_framework,inspection_start_date,inspection_end_date,"
    "publication_date,impact_of_leaders_grade,help_and_protection_grade,in_care_grade,care_leavers_grade"
)


def test_judgements_are_added_then_kept_or_corrected(load: Callable) -> None:
    factories.reference()
    Judgement.objects.all().delete()
    row = "202,Good,Standard,03/03/2025,07/03/2025,15/04/2025,Good,Good,Good,Good"
    _, out, _ = load([OFSTED, row])
    assert "1 judgements: 1 new, 0 grades or days changed" in out
    load([OFSTED, row.replace("Good,Standard", "Outstanding,Standard")])
    judgement = Judgement.objects.get()
    assert (judgement.authority.code, judgement.overall, judgement.leaders) == ("202", "outstanding", "good")
    assert judgement.source.startswith("Ofsted")
    assert Entry.objects.order_by("-number")[0].detail["changed"] == [
        {"place": "202", "measure": "overall", "from": "good", "to": "outstanding"}
    ]


def test_judgements_need_the_table_of_authorities(load: Callable) -> None:
    code, _, err = load([OFSTED, "202,Good,Standard,,,15/04/2025,Good,Good,Good,Good"])
    assert code == 1
    assert "lacks 202: run concord migrate" in err


def test_too_large_says_where() -> None:
    from catalogue.publication import Figure

    figure = Figure("cla-numbers", "m", "authority", "202", "", "Camden", 2025, Decimal(10) ** 13, "")
    with pytest.raises(Invalid, match="m of Camden in 2025"):
        load_published(
            by=SYSTEM, publication="cla-numbers", reading=Reading("f", "", 1, 1, 0), figures=[figure]
        )
