"""The pages of membership, from a form's first step to what stands on the page afterwards, in both regions."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.factories import actor, client_of, east_midlands, london

from concord.queries.membership import today
from concord.records.models import Entry, Judgement, Participation, SignOff, Tenure, Variation

pytestmark = pytest.mark.django_db
REGIONS = [(london, "202", "L2.1c"), (east_midlands, "831", "E1.6b")]
both = pytest.mark.parametrize(("region", "code", "clause"), REGIONS, ids=["london", "east-midlands"])


def day(name: str, when: date) -> dict[str, str]:
    """A date as its three boxes are sent."""
    return {f"{name}-day": str(when.day), f"{name}-month": str(when.month), f"{name}-year": str(when.year)}


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.clause("L1.1", "L1.3a")
@both
def test_a_director_limits_its_part(region: Any, code: str, clause: str) -> None:
    alliance = region()
    client = client_of(actor(alliance, "director", code=code))
    path = f"/alliances/{alliance.key}/members/{code}/participation/"
    sent = {"level": "limited", "agreed": [clause], "note": "Cabinet of May", **day("starts", today())}
    response = client.post(path, sent, follow=True)
    assert response.redirect_chain[0][0].endswith("/about/")
    page = text(response)
    assert "Takes part on a limited basis" in page
    assert "Cabinet of May" in page
    listed = text(client.get(f"/alliances/{alliance.key}/members/"))
    assert "Limited" in listed


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"level": "limited", **day("starts", today())}, "Choose what the authority agrees to"),
        (
            {"level": "full", "starts-day": "31", "starts-month": "2", "starts-year": "2026"},
            "must be a real date",
        ),
        ({"level": "full", "starts-day": "1", "starts-year": "2026"}, "must have a month"),
        ({"level": "full"}, "Answer “"),
        ({"level": "nonsense", **day("starts", today())}, "Select a valid choice"),
        ({"level": "declined", **day("starts", date(2019, 4, 1))}, "Enter a day after 1 April 2019"),
    ],
)
def test_bad_input_is_told_and_kept(sent: dict[str, Any], told: str) -> None:
    alliance = london()
    client = client_of(actor(alliance, "director", code="202"))
    response = client.post("/alliances/london/members/202/participation/", {**sent, "note": "My long note"})
    assert response.status_code == 200
    page = text(response)
    assert "There is a problem" in page
    assert told in page
    assert "My long note" in page
    if "starts-day" in sent:
        assert f'value="{sent["starts-day"]}"' in page
    assert Participation.objects.filter(authority__code="202").count() == 1


@pytest.mark.clause("E1.1")
def test_history_is_readable_from_both_sides() -> None:
    client = client_of(actor(east_midlands(), "director", code="940"))
    old = text(client.get("/alliances/east-midlands/members/928/about/"))
    assert "It ended on 31 March 2021" in old
    assert "/alliances/east-midlands/members/940/about/" in old
    assert "/alliances/east-midlands/members/941/about/" in old
    assert "E10000021" in old
    new = text(client.get("/alliances/east-midlands/members/940/about/"))
    assert "took over from" in new
    assert "/alliances/east-midlands/members/928/about/" in new
    assert "Northamptonshire Children’s Trust answers for it, as for West Northamptonshire" in new
    listed = text(client.get("/alliances/east-midlands/members/"))
    assert listed.count("/about/") == 10


@pytest.mark.clause("L1.2")
@both
def test_judgements_are_listed_and_recorded(region: Any, code: str, clause: str) -> None:
    alliance = region()
    manager = client_of(actor(alliance, "programme-manager"))
    path = f"/alliances/{alliance.key}/members/{code}/judgements/new/"
    sent = {
        "framework": "standard",
        "overall": "inadequate",
        "leaders": "requires improvement",
        "source": "Report 123",
        **day("published", today()),
        **day("inspected_from", today() - timedelta(days=60)),
        **day("inspected_to", today() - timedelta(days=50)),
    }
    assert "Answer “" in text(manager.post(path, {**sent, "overall": ""}))
    assert not Judgement.objects.filter(source="Report 123").exists()
    later = manager.post(path, {**sent, **day("published", today() + timedelta(days=2))})
    assert "not one to come" in text(later)
    page = text(manager.post(path, sent, follow=True))
    assert "Inadequate" in page
    assert "Report 123" in page
    assert "recorded already" in text(manager.post(path, sent))
    director = client_of(actor(alliance, "director", code=code))
    assert director.get(path).status_code == 403
    assert "Inadequate" in text(director.get(f"/alliances/{alliance.key}/members/"))


@both
def test_an_authority_joins(region: Any, code: str, clause: str) -> None:
    alliance = region()
    manager = client_of(actor(alliance, "programme-manager"))
    path = f"/alliances/{alliance.key}/join/"
    page = text(manager.post(path, {"code": "874", "level": "full", **day("starts", today())}, follow=True))
    assert "Peterborough has joined" in page
    assert Participation.objects.filter(alliance=alliance, authority__code="874", level="full").exists()
    assert client_of(actor(alliance, "director", code=code)).get(path).status_code == 403


@pytest.mark.clause("L1.3b")
def test_a_variation_from_proposal_to_end() -> None:
    alliance = london()
    director = client_of(actor(alliance, "director", code="202"))
    lead = client_of(actor(alliance, "sub-regional-lead", sub_region="north"))
    base = "/alliances/london/members/202/variations/"
    sent = {
        "side": "authority",
        "effect": "change",
        "commitments": ["L2.1c"],
        "reason": "A new case system",
        **day("starts", today()),
        **day("ends", today() + timedelta(days=100)),
    }
    assert "is not a rule that can be read" in text(
        director.post(base + "new/", {**sent, "due": "when it suits"})
    )
    sent["due"] = "60 working days after the quarter ends"
    assert "is proposed" in text(director.post(base + "new/", sent, follow=True))
    number = Variation.objects.get().pk
    assert "Agree" in text(lead.get(base))
    assert director.post(f"{base}{number}/agree/").status_code == 403
    assert "is agreed" in text(lead.post(f"{base}{number}/agree/", follow=True))
    assert "In force today" in text(director.get(base))
    everywhere = "/alliances/london/variations/"
    assert "Camden" in text(lead.get(everywhere))
    assert "Camden" not in text(
        client_of(actor(alliance, "sub-regional-lead", sub_region="west")).get(everywhere)
    )
    ended = director.post(f"{base}{number}/end/", day("last_day", today()), follow=True)
    assert "is ended" in text(ended)
    again = lead.post(f"{base}{number}/agree/")
    assert "cannot be agreed now" in text(again)
    stranger = client_of(actor(alliance, "director", code="203"))
    assert stranger.get(base).status_code == 403
    assert lead.get(f"{base}999/agree/").status_code == 404


@pytest.mark.clause("L5", "E0e")
@both
def test_signing_page(region: Any, code: str, clause: str) -> None:
    alliance = region()
    base = f"/alliances/{alliance.key}/signatures/"
    own = f"{base}{code}/"
    director = client_of(actor(alliance, "director", code=code))
    page = text(director.get(own))
    edition = alliance.editions.get()
    assert edition.hash in page
    assert page.count("Not signed yet") == 3
    assert f"{own}director/sign/" in page
    assert f"{own}lead-member/sign/" not in page
    stale = director.post(f"{own}director/sign/", {"seen_hash": "0" * 64})
    assert "not the one that you were shown" in text(stale)
    signed = director.post(f"{own}director/sign/", {"seen_hash": edition.hash}, follow=True)
    assert "Your signature is recorded" in text(signed)
    member = client_of(actor(alliance, "lead-member", code=code))
    assert "Answer “" in text(member.post(f"{own}lead-member/decline/", {"reason": " "}))
    member.post(f"{own}lead-member/decline/", {"reason": "Not before the vote"})
    assert "Not before the vote" in text(director.get(own))
    member.post(f"{own}lead-member/sign/", {"seen_hash": edition.hash})
    manager = client_of(actor(alliance, "programme-manager"))
    paper = f"{own}chief-executive/paper/"
    assert "There is a problem" in text(manager.post(paper, {"name": "C Ex"}))
    manager.post(paper, {"name": "C Ex", **day("on", edition.commences)})
    assert "has signed in full since" in text(director.get(own))
    assert "1 of " in text(director.get(base))
    withdrawn = director.post(f"{own}director/withdraw/", {"reason": "A slip"}, follow=True)
    assert "A slip" in text(withdrawn)
    assert SignOff.objects.filter(withdrawn_at__isnull=True, answer="signed").count() == 2
    assert director.post(paper, {"name": "X", **day("on", today())}).status_code == 403
    assert director.get(f"{own}nobody/sign/").status_code == 404


@pytest.mark.clause("L4.1", "L4.2", "E6.1", "E6.3")
@both
def test_reviews_and_revocation(region: Any, code: str, clause: str) -> None:
    alliance = region()
    base = f"/alliances/{alliance.key}/editions/"
    edition = alliance.editions.get()
    director = client_of(actor(alliance, "director", code=code))
    manager = client_of(actor(alliance, "programme-manager"))
    page = text(director.get(base))
    assert "In force" in page
    assert "No review is recorded yet" in page
    if region is east_midlands:
        assert "Replaces the memorandum of June 2018" in page
        assert "in March 2022" in page
    else:
        assert "after 30 April 2020" in page
    assert "Answer “" in text(director.post(base + "review/", {"party": code, "reason": ""}))
    asked = director.post(base + "review/", {"party": code, "reason": "New indicators"}, follow=True)
    assert "New indicators" in text(asked)
    number = edition.review_requests.get().pk
    held = f"{base}{edition.key}/review-held/{number}/"
    assert director.get(held).status_code == 403
    early = manager.post(held, {"outcome": "Kept", **day("held_on", edition.commences - timedelta(days=1))})
    assert "commenced on" in text(early)
    manager.post(held, {"outcome": "Kept as it is", **day("held_on", today())})
    assert "Kept as it is" in text(director.get(base))
    assert "No review is recorded yet" not in text(director.get(base))
    revoke = f"{base}{edition.key}/revoke/"
    assert director.get(revoke).status_code == 403
    assert "There is a problem" in text(manager.post(revoke, {"because": "", **day("on", today())}))
    manager.post(revoke, {"because": "A new region", **day("on", today())})
    page = text(director.get(base))
    assert "A new region" in page
    assert "revoked from the end of" in page
    assert Entry.objects.get(verb="edition.revoked").clauses[-1] == ("L4.1" if region is london else "E6.1")


def test_edition_text_and_file() -> None:
    alliance = london()
    edition = alliance.editions.get()
    anyone = Client()
    page = text(anyone.get("/alliances/london/editions/london-2019/"))
    assert "2.1c" in page
    file = anyone.get("/alliances/london/editions/london-2019/file/").content
    assert hashlib.sha256(file).hexdigest() == edition.hash
    assert anyone.get("/alliances/london/editions/london-2099/").status_code == 404
    assert anyone.get("/alliances/paris/editions/").status_code == 404


@pytest.mark.clause("L2.1b", "E1.6c")
@both
def test_offices_are_given_replaced_and_left(region: Any, code: str, clause: str) -> None:
    alliance = region()
    director = client_of(actor(alliance, "director", code=code))
    base = f"/alliances/{alliance.key}/people/"
    for office in ("data-lead", "improvement-lead"):
        sent = {
            "place": f"{office}|authority|{code}",
            "name": "First",
            "email": f"first.{office}@example.org",
        }
        page = text(
            director.post(
                base + "appoint/", {**sent, **day("starts", today() - timedelta(days=30))}, follow=True
            )
        )
        assert f"first.{office}@example.org" in page
    sent = {"place": f"data-lead|authority|{code}", "name": "Second", "email": "second@example.org"}
    director.post(base + "appoint/", {**sent, "succeeds": "on", **day("starts", today())})
    first, second = Tenure.objects.filter(office="data-lead").order_by("starts")
    assert first.ends == today() - timedelta(days=1)
    assert second.ends is None
    assert (
        "First"
        not in text(director.get(f"{base}?at={code}")).split("Improvement lead")[0].split("Data lead")[-1]
    )
    assert "first.data-lead@example.org" in text(director.get(base + "?past"))
    left = director.post(f"{base}{second.pk}/leave/", day("last_day", today()), follow=True)
    assert "leaves after" in text(left)
    wrong = director.post(f"{base}{second.pk}/leave/", day("last_day", date(2000, 1, 1)))
    assert "on or after the first" in text(wrong)


def test_a_director_appoints_only_for_its_own() -> None:
    alliance = london()
    director = client_of(actor(alliance, "director", code="202"))
    path = "/alliances/london/people/appoint/"
    for place in (
        "data-lead|authority|203",
        "programme-manager||",
        "sub-regional-lead|sub_region|north",
        "x|y|z",
        "",
    ):
        sent = {"place": place, "name": "N", "email": "n@example.org", **day("starts", today())}
        assert "There is a problem" in text(director.post(path, sent)), place
    other = Tenure.objects.get(person=actor(alliance, "data-lead", code="203").person)
    assert (
        director.post(f"/alliances/london/people/{other.pk}/leave/", day("last_day", today())).status_code
        == 403
    )
    analyst = client_of(actor(alliance, "analyst"))
    assert analyst.get(path).status_code == 403
    assert not Tenure.objects.filter(person__email="n@example.org").exists()


def test_a_body_is_appointed_for_by_those_who_answer_for_all_of_it() -> None:
    alliance = london()
    trust = client_of(actor(alliance, "director", body="Achieving for Children"))
    path = "/alliances/london/people/appoint/"
    page = text(trust.get(path))
    assert "Achieving for Children" in page
    place = f"data-lead|body|{Tenure.objects.get(office='director').body_id}"
    trust.post(path, {"place": place, "name": "Data", "email": "d@example.org", **day("starts", today())})
    assert Tenure.objects.get(office="data-lead").body
    kingston = client_of(actor(alliance, "director", code="314"))
    assert "There is a problem" in text(
        kingston.post(path, {"place": place, "name": "D", "email": "e@example.org", **day("starts", today())})
    )


def test_a_delegate_acts_and_is_taken_back() -> None:
    from concord.queries.membership import actor_of
    from concord.records.models import Authority, Person
    from concord.rules.access import Facts, decide

    alliance = london()
    director = actor(alliance, "director", code="202")
    client = client_of(director)
    tenure = Tenure.objects.get(person=director.person)
    path = f"/me/delegate/{tenure.pk}/"
    sent = {"name": "Deputy", "email": "deputy@example.org", **day("starts", today())}
    assert "Answer “" in text(client.post(path, sent))
    page = text(client.post(path, {**sent, "abilities": ["return.submit"]}, follow=True))
    assert "Deputy can act for you" in page
    deputy = Person.objects.get(email="deputy@example.org")
    facts = Facts("london", Authority.objects.get(code="202").pk)
    assert decide(actor_of(deputy), "return.submit", facts).allowed
    assert not decide(actor_of(deputy), "participation.set", facts).allowed
    assert "director of 202, Camden" in text(client_of(deputy).get("/me/"))
    number = tenure.delegations.get().pk
    assert client_of(deputy).get(f"/me/delegations/{number}/end/").status_code == 404
    client.post(f"/me/delegations/{number}/end/", day("last_day", today()))
    assert not decide(actor_of(deputy, today() + timedelta(days=1)), "return.submit", facts).allowed
    assert client_of(deputy).get(path).status_code == 404


@both
def test_pages_cost_few_queries(region: Any, code: str, clause: str, queries_of: Any) -> None:
    alliance = region()
    client = client_of(actor(alliance, "programme-manager"))
    for office in ("director", "lead-member", "chief-executive"):
        actor(alliance, office, code=code)
    base = f"/alliances/{alliance.key}/"
    for path in ("members/", "people/", "signatures/", "editions/", "journal/"):
        assert queries_of(client, base + path) <= 10, path
    for path in (f"members/{code}/about/", f"signatures/{code}/", f"members/{code}/variations/"):
        assert queries_of(client, base + path) <= 15, path
    assert queries_of(client, "/me/") <= 15


@both
def test_signature_page_prints(region: Any, code: str, clause: str) -> None:
    alliance = region()
    director = client_of(actor(alliance, "director", code=code))
    edition = alliance.editions.get()
    path = f"/alliances/{alliance.key}/signatures/{code}/"
    director.post(f"{path}director/sign/", {"seen_hash": edition.hash})
    found = director.get(path + "signature-page.pdf")
    assert found.headers["Content-Type"] == "application/pdf"
    assert found.content.startswith(b"%PDF-")
    stranger = client_of(actor(alliance, "dfe-officer"))
    assert stranger.get(path + "signature-page.pdf").status_code == 403
