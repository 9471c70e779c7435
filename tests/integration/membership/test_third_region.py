"""A third region needs a charter file and no code."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.factories import CHARTERS, actor, client_of, person, reference
from tests.releasing import released

from concord.commands import charter_load
from concord.queries.membership import today
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Edition, SubRegionSpan

pytestmark = pytest.mark.django_db
THIRD = Path(__file__).parents[2] / "fixtures/charters/third-region.toml"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def third(capsys: Any) -> Alliance:
    reference()
    assert charter_load.load(str(THIRD)) == 0
    assert "5 members today" in capsys.readouterr().out
    return Alliance.objects.get()


def test_it_stands_and_works(third: Alliance) -> None:
    head = client_of(person(third, "head-of-service", code="390"))
    base = f"/alliances/{third.key}/"
    assert len(standing_of(third, today()).members) == 5
    edition = Edition.objects.get()
    assert "Agreement to learn from one another" in text(Client().get(f"{base}editions/{edition.key}/"))
    for office in ("head-of-service", "council-leader"):
        signer = client_of(person(third, office, code="391"))
        sent = signer.post(f"{base}signatures/391/{office}/sign/", {"seen_hash": edition.hash})
        assert sent.status_code == 302
    assert "1 of 5 members have signed in full" in text(head.get(f"{base}signatures/"))
    pages = (
        "",
        "members/",
        "members/390/",
        "members/390/about/",
        "members/390/participation/",
        "people/",
        "editions/",
        "duties/",
    )
    for page in (*pages, "memorandum/", "returns/", "releases/"):
        assert head.get(base + page).status_code == 200, page
    convenor = client_of(person(third, "convenor"))
    for page in (*pages, "journal/", "people/appoint/"):
        expected = 403 if page == "members/390/participation/" else 200
        assert convenor.get(base + page).status_code == expected, page


def test_a_quarter_is_released_and_nothing_leads_where_its_reader_may_not_go(third: Alliance) -> None:
    """Its university sees releases and not the benchmarks that are made of them."""
    released(third, "riia-31", "2026-27Q1", actor(third, "convenor"))
    address = f"/alliances/{third.key}/releases/riia-31/2026-27Q1/1/"
    for office, place, sees in (("head-of-service", {"code": "390"}, True), ("researcher", {}, False)):
        reader = client_of(person(third, office, **place))
        page = reader.get(address)
        assert page.status_code == 200
        assert (f"{address}documents/" in text(page)) is sees, office
        within = {link for link in re.findall(r'href="([^"#?]+)', text(page)) if third.key in link}
        assert f"/alliances/{third.key}/members/390/" in within
        assert [link for link in sorted(within) if reader.get(link).status_code != 200] == []


def test_loading_again_changes_nothing(third: Alliance) -> None:
    assert charter_load.load(str(THIRD)) == 0
    assert Edition.objects.count() == 1


def test_a_changed_text_under_the_same_key_is_refused(third: Alliance, tmp_path: Path, capsys: Any) -> None:
    changed = tmp_path / "third.toml"
    changed.write_text(THIRD.read_text("utf-8").replace("learn from", "learn of"), "utf-8")
    assert charter_load.load(str(changed)) == 1
    assert "A signed edition is never changed" in capsys.readouterr().err


def test_a_key_that_another_region_has_is_refused(third: Alliance, tmp_path: Path, capsys: Any) -> None:
    copied = tmp_path / "fourth.toml"
    copied.write_text(THIRD.read_text("utf-8").replace("Tyne and Tees (made up)", "Wessex"), "utf-8")
    assert charter_load.load(str(copied)) == 1
    assert "is the key of Tyne and Tees (made up)’s memorandum" in capsys.readouterr().err
    assert Alliance.objects.get() == third


def test_a_sub_region_left_before_commencement_is_no_part_of_it(tmp_path: Path) -> None:
    reference()
    moved = 'sub_region = [{ key = "east", to = 2018-12-31 }, { key = "north", from = 2019-01-01 }]'
    london = (CHARTERS / "london-2019.toml").read_text("utf-8")
    path = tmp_path / "london.toml"
    path.write_text(london.replace('"Barnet", sub_region = "north"', f'"Barnet", {moved}'), "utf-8")
    assert charter_load.load(str(path)) == 0
    [span] = SubRegionSpan.objects.filter(authority__code="302")
    assert (span.sub_region.key, span.starts) == ("north", date(2019, 4, 1))


def test_every_fault_is_listed_and_nothing_loaded(tmp_path: Path, capsys: Any) -> None:
    bad = tmp_path / "bad.toml"
    text = (CHARTERS / "london-2019.toml").read_text("utf-8")
    bad.write_text(
        text.replace('through = "data-lead"', 'through = "data-leed"').replace(
            'code = "202"', 'code = "203"'
        ),
        "utf-8",
    )
    assert charter_load.load(str(bad)) == 1
    told = capsys.readouterr().err
    assert told.count("data-leed") >= 2
    assert "two members with the code" in told
    assert "line " in told
    assert not Alliance.objects.exists()


def test_an_authority_that_england_does_not_have(tmp_path: Path, capsys: Any) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(THIRD.read_text("utf-8").replace('"390"', '"111"'), "utf-8")
    assert charter_load.load(str(bad)) == 1
    assert "111" in capsys.readouterr().err
    assert not Alliance.objects.exists()
    assert Authority.objects.filter(code="390").exists()
