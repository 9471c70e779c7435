"""The first page, the duties board, the memorandum live, a clause, a duty."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime

import catalogue
from catalogue.periods import Period
from concord.actions.feeds import see_news
from concord.charter import vocabulary, words
from concord.pages.access import actor_of, page
from concord.pages.sharing import who_sees
from concord.queries import analysis
from concord.queries import board as reading
from concord.queries.duties import offices_of
from concord.queries.home import home as home_of
from concord.queries.membership import alliance_named, alliances, facts_of_alliance, today
from concord.queries.standing import Standing, standing_of
from concord.rules import access
from concord.rules.access import Actor, Facts
from concord.rules.analysed import SURE
from concord.rules.duty import STATES, in_words

KEY = [(mark.letter, mark.words[0].upper() + mark.words[1:], mark.colour) for mark in STATES.values()]


def _standing(alliance: str) -> Standing:
    return standing_of(alliance_named(alliance), today())


def _shared(standing: Standing, clause: str = "") -> str:
    """Who sees how duties stand; the rule of the commitment itself where it has one."""
    commitment = standing.charter.commitment(clause) if clause else None
    if commitment and commitment.seen_by:
        seen_by = access.audience_sentence(standing.rules.audiences("duties", commitment.id))
        return f"how each stands: {seen_by} (clause {commitment.cited or commitment.clause})"
    return who_sees(standing, "duties")


@page("anyone")
def home(request: HttpRequest) -> HttpResponse:
    """What is yours to do; for somebody who is not signed in, what Concord is."""
    actor = actor_of(request)
    if actor.person is None:
        return render(request, "duties/landing.html", {"alliances": alliances(), "title": "Concord"})
    now = timezone.now()
    everywhere = alliances()
    found = home_of(actor, everywhere, now, request.user.seen_until)  # type: ignore[union-attr]
    context = {
        "title": "What is yours to do",
        "caption": f"{now:%A} {timezone.localdate(now).day} {now:%B %Y}",
        "home": found,
        "heard": analysis.heard(actor, everywhere),
        "indicators": catalogue.indicators(),
        "sure": SURE,
        "period_of": Period.parse,
        "offices": actor.holdings,
        "several": len({h.alliance for h in actor.holdings}) > 1,
        "in_words": partial(in_words, today=timezone.localdate(now)),
        "who_sees": "only you",
    }
    return render(request, "duties/home.html", context)


@page("signed-in", methods=("POST",))
def seen(request: HttpRequest) -> HttpResponse:
    """The reader has looked at what changed, up to the moment at which the page was made."""
    until = _moment(request.POST.get("until", ""))
    if until is None:
        messages.error(request, "That page was out of date. Look at the changes again.")
    else:
        see_news(by=actor_of(request), until=until)
        messages.success(request, "Done. You will be shown what changes from now on.")
    return redirect("home")


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None


@page("see duties", of=facts_of_alliance)
def board(request: HttpRequest, alliance: str) -> HttpResponse:
    """Each commitment by authority, in a financial year."""
    row = alliance_named(alliance)
    standing = standing_of(row, today())
    chosen = {name: request.GET.get(name, "") for name in ("year", "sub_region", "authority", "commitment")}
    known = reading.years(standing)
    year = chosen["year"] if chosen["year"] in known else Period.year_of(today()).key
    found = reading.board(
        actor_of(request),
        row,
        year,
        sub_region=chosen["sub_region"] if chosen["sub_region"] in standing.sub_regions else "",
        commitment=chosen["commitment"],
    )
    context = {
        "title": "Duties",
        "caption": standing.name,
        "width": "app-wide",
        "who_sees": who_sees(standing, "duties"),
        "board": found,
        "standing": standing,
        "items": _items(standing, found, chosen | {"year": year}),
        "whole": not (chosen["authority"] or chosen["commitment"]),
        "one": next((r for r in found.rows if r.party.key == chosen["authority"]), None),
        "key": KEY,
        "states": STATES,
        "in_words": partial(in_words, today=today()),
        "titles": {o.key: o.title for o in standing.charter.offices},
    }
    return render(request, "duties/board.html", context)


def _items(
    standing: Standing, found: reading.Board, chosen: dict[str, str]
) -> dict[str, list[dict[str, object]]]:
    """The choices above the board, with what is chosen."""
    choices = {
        "year": [(year, year) for year in found.years],
        "sub_region": [("", "All"), *standing.sub_regions.items()],
        "authority": [("", "All"), *((m.code, m.name) for m in standing.members)],
        "commitment": [
            ("", "All"),
            *((c.id, f"{c.cited or c.clause}: {c.duty}"[:90]) for c in standing.charter.commitments),
        ],
    }
    return {
        name: [{"value": value, "text": text, "selected": value == chosen[name]} for value, text in pairs]
        for name, pairs in choices.items()
    }


@page("see charter", of=facts_of_alliance)
def memorandum(request: HttpRequest, alliance: str) -> HttpResponse:
    """The memorandum as text, clause by clause, with how many members have done each."""
    row = alliance_named(alliance)
    standing = standing_of(row, today())
    context = {
        "title": standing.charter.memorandum.title,
        "caption": f"{standing.name}: the memorandum, live",
        "who_sees": _text_and_states(actor_of(request), standing),
        "standing": standing,
        "chapters": reading.memorandum(actor_of(request), row),
        "summary": words.summary(standing.charter)[1:4],
        "timing": words.timing,
        "offices_of": partial(offices_of, standing.charter),
        "sharing": [(rule, words.audience(standing.charter, rule)) for rule in standing.charter.sharing],
        "kinds": vocabulary.RECORDS,
    }
    return render(request, "duties/memorandum.html", context)


def _text_and_states(actor: Actor, standing: Standing, clause: str = "") -> str:
    text = f"the text: {who_sees(standing, 'charter')}"
    facts = Facts(standing.key, of=clause)
    if access.decide(actor, "see duties", facts).allowed:
        return f"{text}; how members stand: {_shared(standing, clause).removeprefix('how each stands: ')}"
    return text


@page("see charter", of=reading.facts_of_clause)
def clause(request: HttpRequest, alliance: str, clause: str) -> HttpResponse:
    """One clause: the duty, who owes it, when, what discharges it, and every member's state."""
    row = alliance_named(alliance)
    standing = standing_of(row, today())
    found = reading.clause_page(actor_of(request), row, clause)
    commitment = found.clause.commitment
    context = {
        "title": commitment.duty,
        "caption": f"{standing.name}: clause {found.clause.clause} of the memorandum",
        "who_sees": _text_and_states(actor_of(request), standing, commitment.id),
        "breadcrumbs": [
            {"text": "Memorandum", "href": f"/alliances/{alliance}/memorandum/"},
            {"text": f"Clause {found.clause.clause}"},
        ],
        "width": "app-wide",
        "found": found,
        "commitment": commitment,
        "standing": standing,
        "owner": vocabulary.OWNERS[commitment.owed_by],
        "offices": offices_of(standing.charter, commitment),
        "timing": words.timing(commitment),
        "met_by": met_by(standing, commitment.id),
        "key": KEY,
        "states": STATES,
        "in_words": partial(in_words, today=today()),
        "titles": {o.key: o.title for o in standing.charter.offices},
    }
    return render(request, "duties/clause.html", context)


def met_by(standing: Standing, clause: str) -> str:
    """What discharges a commitment, in words: “a return accepted: London core 18”."""
    charter, met = standing.charter, standing.charter.commitment(clause).met_by
    kind = vocabulary.EVIDENCE[met.kind]
    match met.kind:
        case "return":
            return f"{charter.dataset(met.of).title} is returned; it counts from the day on which it was first sent"
        case "release":
            return f"{kind}: {charter.dataset(met.of).title}"
        case "sign-off" | "document":
            return f"{kind}: {charter.template(met.of).title}"
        case "office":
            held = words.listed([charter.office(name).title for name in met.names])
            return f"{'offices held' if met.also else kind}: {held}"
        case "record" | "acknowledgement":
            return f"{kind}: {vocabulary.RECORDS[met.of]}"
        case "event" | "attendance":
            return f"{kind}: {next(e.title for e in charter.events if e.key == met.of)}"
        case "nomination":
            return f"{kind}: {next(g.title for g in charter.groups if g.key == met.of)}"
        case _:
            return kind


@page("see duties", of=reading.facts_of_duty)
def duty(request: HttpRequest, alliance: str, clause: str, key: str) -> HttpResponse:
    """One party's duty under a clause: each time it fell due, and what shows that it was done."""
    row = alliance_named(alliance)
    standing = standing_of(row, today())
    commitment, party, found = reading.duty_page(actor_of(request), row, clause, key)
    cited = commitment.cited or commitment.clause
    context = {
        "title": commitment.duty,
        "caption": f"{party.name}, clause {cited}",
        "who_sees": _shared(standing, commitment.id).removeprefix("how each stands: "),
        "breadcrumbs": [
            {"text": "Duties", "href": f"/alliances/{alliance}/duties/"},
            {"text": f"Clause {cited}", "href": f"/alliances/{alliance}/memorandum/{commitment.id}/"},
            {"text": party.name},
        ],
        "found": found,
        "several": len({it.office for it, _, _ in found}) > 1,
        "commitment": commitment,
        "standing": standing,
        "timing": words.timing(commitment),
        "met_by": met_by(standing, commitment.id),
        "states": STATES,
        "titles": {o.key: o.title for o in standing.charter.offices},
    }
    return render(request, "duties/duty.html", context)
