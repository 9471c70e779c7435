"""The reference tables hold together among themselves and against what is known of England."""

import itertools
from collections import Counter
from datetime import date, timedelta

import pytest

from catalogue import reference
from catalogue.reference import REGISTER_BEGINS, authorities, gss_codes, neighbours, regions

LIVE = {code: a for code, a in authorities().items() if a.ends is None}


def test_153_authorities_in_nine_regions() -> None:
    by_region = Counter(regions()[a.region].name for a in LIVE.values())
    assert by_region == {
        "London": 33, "North West": 24, "South East": 19, "Yorkshire and The Humber": 15, "South West": 15,
        "West Midlands": 14, "North East": 12, "East of England": 11, "East Midlands": 10,
    }  # fmt: skip


def test_inner_and_outer_london_are_londons_and_no_ones_else() -> None:
    parts = Counter((a.part, a.region) for a in authorities().values() if a.part or a.region == "E12000007")
    assert parts == {("E13000001", "E12000007"): 14, ("E13000002", "E12000007"): 19}
    assert {r.part_of for r in regions().values() if r.code.startswith("E13")} == {"E12000007"}


def test_names_are_one_authoritys() -> None:
    assert max(Counter(a.name for a in LIVE.values()).values()) == 1


def test_every_authority_has_one_ons_code_at_a_time_for_its_whole_life() -> None:
    assert {g.authority for g in gss_codes()} == set(authorities())
    for code, authority in authorities().items():
        spans = sorted((g.starts, g.ends) for g in gss_codes() if g.authority == code)
        assert spans[0][0] == authority.starts
        assert spans[-1][1] == authority.ends
        for (_, ends), (starts, _) in itertools.pairwise(spans):
            assert ends is not None
            assert starts == ends + timedelta(days=1)


def test_an_ons_code_is_one_authoritys() -> None:
    assert len({g.gss for g in gss_codes()}) == len(gss_codes())
    assert reference.authority_by_gss()["E10000002"] == reference.authority_by_gss()["E06000060"] == "825"


def test_successors_begin_the_day_after_the_predecessor_ends() -> None:
    ended = {code for code, a in authorities().items() if a.ends}
    assert {s.predecessor for s in reference.successions()} == ended
    for step in reference.successions():
        assert authorities()[step.successor].starts == step.on
        assert authorities()[step.predecessor].ends == step.on - timedelta(days=1)
    northamptonshire = {s.successor for s in reference.successions() if s.predecessor == "928"}
    assert {authorities()[code].name for code in northamptonshire} == {
        "North Northamptonshire",
        "West Northamptonshire",
    }


def test_the_east_midlands_were_nine_and_became_ten() -> None:
    def on(day: date) -> int:
        return sum(
            a.region == "E12000004" and a.starts <= day and (a.ends is None or day <= a.ends)
            for a in authorities().values()
        )

    assert on(date(2021, 3, 31)) == 9
    assert on(date(2021, 4, 1)) == 10


@pytest.mark.parametrize("edition", reference.NEIGHBOUR_EDITIONS)
def test_ten_known_neighbours_each_in_order_and_never_oneself(edition: str) -> None:
    for code, near in neighbours(edition).items():
        assert code in authorities()
        assert [n.rank for n in near] == list(range(1, 11))
        assert len({n.neighbour for n in near} - {code}) == 10
        assert all(n.neighbour in authorities() for n in near)


def test_the_newest_neighbours_cover_everyone_who_lives() -> None:
    assert set(LIVE) <= set(neighbours())
    assert [n.neighbour for n in neighbours("2025")["831"]][:3] == ["331", "350", "335"]


def test_another_edition_is_refused_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="2025, 2021"):
        neighbours("1999")


def test_judgements_are_of_living_authorities_one_each_and_in_order_of_time() -> None:
    assert {j.authority for j in reference.judgements()} == set(LIVE)
    assert len(reference.judgements()) == 153
    for j in reference.judgements():
        if j.inspected_from and j.inspected_to:
            assert j.inspected_from <= j.inspected_to < j.published
        assert j.leaders
        assert j.help_and_protection
        assert j.in_care


def test_the_tables_are_read_once_and_frozen() -> None:
    assert authorities() is authorities()
    with pytest.raises(TypeError):
        authorities()["999"] = authorities()["301"]  # type: ignore[index]
    assert authorities()["301"].starts == REGISTER_BEGINS


def test_joint_places_have_joined_names() -> None:
    assert reference.name_of("940/941") == "North Northamptonshire and West Northamptonshire"
    assert reference.name_of("E12000004") == "East Midlands"


def test_every_source_is_named() -> None:
    from importlib.resources import files

    folder = files("catalogue.reference")
    sources = (folder / "SOURCES.md").read_text("utf-8")
    for file in folder.iterdir():
        if file.name.endswith(".csv"):
            assert f"`{file.name}`" in sources
    assert "Open Government Licence v3.0" in sources
