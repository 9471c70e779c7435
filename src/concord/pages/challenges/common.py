"""What every page of a challenge shares: what is shown, to whom, the parts beside it, and how buttons act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from concord.pages.access import actor_of
from concord.pages.asking import attempt
from concord.pages.sharing import who_sees
from concord.queries.challenges import ChallengeNow, challenge_named, challenge_page, facts_of
from concord.queries.membership import today
from concord.queries.standing import Standing, standing_of
from concord.rules import access
from concord.rules.challenge import FORMS, READS, REPORTED, TEAM, activity_title

SEE = "see challenge"
OPENS = f"{SEE} or {FORMS}"
"""Who arranges a challenge sees its people and days, though not what is written in it."""

# Part of the address, its title, what it needs, and the act whose being part of the activity brings it.
PARTS = (
    ("challenge", "Overview", OPENS, ""),
    ("challenge_seats", "People", OPENS, ""),
    ("challenge_timetable", "Timetable", OPENS, "timetable"),
    ("challenge_contacts", "Coaching", "sit", "coach"),
    ("challenge_reading", "Reading", READS, "scrutinise"),
    ("challenge_lines", "Lines of enquiry", SEE, "enquire"),
    ("challenge_room", "In the room", TEAM, "record"),
    ("challenge_report", "Record and report", REPORTED, "record"),
    ("challenge_reflections", "Reflections", SEE, "reflect"),
    ("challenge_themes", "Themes", SEE, "record"),
    ("challenge_incidents", "Incidents", "see incident", ""),
    ("challenge_disputes", "Disputes", "see dispute", ""),
)


@dataclass
class Shown:
    """A challenge for one request."""

    request: HttpRequest
    row: Any

    @classmethod
    def of(cls, request: HttpRequest, alliance: str, number: int, *, act: str = "") -> Shown:
        """The challenge of an address, and with ``act`` one of which it is a part. Raises Http404."""
        shown = cls(request, challenge_named(alliance, number))
        if act and not shown.now.has(act):
            raise Http404(
                f"A {activity_title(shown.now.charter, shown.row.activity).lower()} has no such part."
            )
        return shown

    @cached_property
    def now(self) -> ChallengeNow:
        """The challenge as it stands."""
        return challenge_page(self.row)

    @cached_property
    def standing(self) -> Standing:
        """Its alliance today."""
        return standing_of(self.row.alliance, today())

    @property
    def actor(self) -> access.Actor:
        """Who looks."""
        return actor_of(self.request)

    @property
    def place(self) -> dict[str, Any]:
        """The parts of its address."""
        return {"alliance": self.row.alliance.key, "number": self.row.pk}

    def may(self, ability: str) -> bool:
        """Whether who looks has an ability over it."""
        return access.decide(self.actor, ability, facts_of(self.row)).allowed

    @property
    def reads_report(self) -> bool:
        """Whether who looks may open the report now: who is not of the challenge, once it is out."""
        return self.may(SEE) or ("report" if self.now.has("report") else "record") in self.now.done

    def parts(self, current: str) -> list[dict[str, Any]]:
        """The parts of the challenge that who looks may open."""
        return [
            {"text": title, "href": reverse(name, kwargs=self.place), "current": name == current}
            for name, title, needs, act in PARTS
            if (not act or self.now.has(act)) and self.may(needs) and (needs != REPORTED or self.reads_report)
        ]

    def render(
        self,
        name: str,
        template: str,
        title: str,
        *,
        sees: str = "",
        width: str = "",
        caption: str = "",
        **more: Any,
    ) -> HttpResponse:
        """One of its pages; ``name`` is the address's, ``sees`` says who can see it where that is not the group."""
        context = {
            "title": title,
            "caption": caption or self.row.title,
            "who_sees": sees or who_sees(self.standing, "challenge"),
            "breadcrumbs": self._back(name),
            "parts": self.parts(name),
            "now": self.now,
            "row": self.row,
            "place": self.place,
            "activity": activity_title(self.now.charter, self.row.activity),
            "width": width,
            **more,
        }
        context["form"] = more.get("form")
        return render(self.request, f"challenges/{template}.html", context)

    def _back(self, name: str) -> list[dict[str, str]]:
        """The way back: to the challenge, or for who reads its report alone, to all answers of the year."""
        of = {"alliance": self.row.alliance.key}
        found = [{"text": "Challenges", "href": reverse("challenges", kwargs=of)}]
        if self.may(OPENS):
            found.append({"text": self.row.authority.name, "href": reverse("challenge", kwargs=self.place)})
        elif name == "challenge_report":
            href = f"{reverse('challenge_responses', kwargs=of)}?year={self.row.year}"
            found.append({"text": "Answers to challenges", "href": href})
        return found

    def done(
        self, form: forms.Form, do: Callable[[Mapping[str, Any]], Any], said: str
    ) -> HttpResponse | None:
        """Run an action with a form: back to the page where it went well, else None and the form says why not."""
        result = attempt(form, lambda data: (do(data), True))
        if result is None:
            return None
        messages.success(self.request, said)
        return redirect(self.request.get_full_path())
