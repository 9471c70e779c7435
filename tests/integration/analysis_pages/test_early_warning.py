"""From the first page to evidence that can be copied: early warning through a lead’s eyes, and nobody else’s."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from lxml import html
from tests import factories

from catalogue.periods import Period
from concord.records.models import Signal

from .test_analysis_pages import POLAR, Region, make, standing, text_of

pytestmark = pytest.mark.django_db


def lead_of(region: Region) -> Client:
    """Who is to hear first: the lead of the sub-region in London, the lead director in the East Midlands."""
    if region.alliance.key == "east-midlands":
        return region.client("lead-director")
    part = next(m.sub_region for m in standing(region).members if m.code == region.own)
    return region.client("sub-regional-lead", sub_region=part)


@pytest.mark.clause("E0a", "L1.4")
@pytest.mark.parametrize("key", ["london", "east-midlands"])
def test_a_lead_is_told_on_the_first_page_and_follows_it_to_the_figures(key: str) -> None:
    region = make(key)
    lead = lead_of(region)
    first = lead.get("/")
    assert "these stand out" in text_of(first)
    [whole] = link(first, "The whole list, with the rules behind it")
    listed = lead.get(whole)
    words = text_of(listed)
    assert re.search(r"[\d,]+ checks were made", words)
    assert "as a whole" in words
    [figures] = {
        href for href in link(first, "") if f"/{region.own}/benchmark/" in href and "cla_rate" in href
    }
    assert figures in link(listed, "")
    page = text_of(lead.get(figures))
    assert "Stands out" in page
    assert "We are sure" in page


@pytest.mark.clause("E0a", "L1.4")
@pytest.mark.parametrize("key", ["london", "east-midlands"])
def test_others_are_told_nothing_on_their_first_page(key: str) -> None:
    region = make(key)
    for client in (
        region.client("director", code=region.codes[1]),
        region.client("dfe-officer"),
        factories.client_of(factories.actor(other(key), "director", code=OTHERS[key])),
    ):
        words = text_of(client.get("/"))
        assert "stands out" not in words or "nothing that you may see stands out" in words
        assert "these stand out" not in words


OTHERS = {"london": "831", "east-midlands": "202"}


def other(key: str) -> Any:
    return {"london": factories.east_midlands, "east-midlands": factories.london}[key]()


@pytest.mark.parametrize("key", ["london", "east-midlands"])
def test_where_nothing_stands_out_a_lead_is_told_so(key: str) -> None:
    region = make(key)
    Signal.objects.all().delete()
    assert "nothing that you may see stands out more than chance would bring" in text_of(
        lead_of(region).get("/")
    )


@pytest.mark.clause("L3.5a")
@pytest.mark.parametrize("key", ["london", "east-midlands"])
def test_a_flag_can_be_copied_as_clear_and_particular_evidence(key: str) -> None:
    """What, of whom, the rules with how often chance brings as much, the source, and an address that opens it."""
    region = make(key)
    lead = lead_of(region)
    page = html.fromstring(lead.get(f"{region.at}members/{region.own}/where-to-look/").content)
    opened = [
        d.text_content() for d in page.xpath("//details") if "The points and rules behind" in d.text_content()
    ]
    assert len(opened) == 2
    for words in opened:
        assert Period.parse(region.release.period).short in words  # the newest point, beside the region's
        assert "95 in 100 authorities lie from" in words
        assert "How often chance brings as much" in words
    texts = [area.text for area in page.xpath("//textarea")]
    assert len(texts) == 2
    name = next(m.name for m in standing(region).members if m.code == region.own)
    for text, indicator in zip(texts, ("cla_rate", POLAR[region.dataset]), strict=True):
        lines = text.strip().splitlines()
        assert lines[0] == f"{name}. {indicator} stands out"
        assert "chance brings as much less than once in a million" in text
        assert "rate of false discoveries" in text
        assert f"release {region.release.number} of {standing(region).name}" in text
        assert lines[-1].endswith(f"/{indicator}/?period={region.release.period}")
        assert lead.get(lines[-1].removeprefix("http://testserver")).status_code == 200


@pytest.mark.clause("L2.1b", "E1.6b")
@pytest.mark.parametrize("key", ["london", "east-midlands"])
def test_what_is_shown_of_all_can_be_taken_away(key: str) -> None:
    """All as CSV and Excel; the rug, and two indicators together, also as a picture; the choices in the address."""
    region = make(key)
    client = region.client("director", code=region.own)
    for page, kinds in (
        (region.pages[0], 4),
        (region.pages[1], 2),
        (f"{region.pages[2]}?second=cla_rate", 4),
    ):
        found = [href for href in link(client.get(page), "") if f"/benchmark/{region.dataset}/" in href]
        files = [href for href in found if "?" in href and "/members/" not in href]
        assert len(files) == kinds, page
        for href in files:
            answer = client.get(href)
            assert answer.status_code == 200
            assert "attachment" in answer["Content-Disposition"]
        text = client.get(next(href for href in files if ".csv" in href)).content.decode()
        assert "cla_rate" in text
    assert client.get(f"{region.at}benchmark/{region.dataset}/quarter.png").status_code == 404
    assert client.get(f"{region.at}benchmark/{region.dataset}/nonsense.csv").status_code == 404


def link(response: Any, words: str) -> list[str]:
    """Where the links with these words lead."""
    found = html.fromstring(response.content).xpath("//main//a[@href]")
    return [a.get("href") for a in found if words in " ".join(a.text_content().split())]
