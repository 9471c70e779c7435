"""The timetable of a challenge, its calendar file, and the host's permissions."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localtime, now

from concord.actions import challenges, slots
from concord.outputs.calendar import meetings
from concord.pages.access import page
from concord.pages.challenges import forms
from concord.pages.challenges.common import OPENS, Shown
from concord.pages.downloads import saved
from concord.pages.sharing import who_sees
from concord.queries import challenge_record as reading
from concord.queries.challenges import address, facts_of_challenge, permission_named, seat_named
from concord.rules.challenge import HOST, TIMES


@page(OPENS, of=facts_of_challenge, methods=("GET", "POST"))
def timetable(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """The meetings, the host's agreement, and what visitors may do."""
    shown = Shown.of(request, alliance, number, act="timetable")
    seats = [
        (str(s.id), f"{s.name}, {s.title[0].lower()}{s.title[1:]}")
        for s in shown.now.seats
        if s.role != "host"
    ]
    adding, giving = forms.Meeting(), forms.Permission(seats=seats)
    form: Any = None
    if request.method == "POST":
        form, done = _do(shown, seats)
        if done:
            return done
        adding = form if isinstance(form, forms.Meeting) else adding
        giving = form if isinstance(form, forms.Permission) else giving
    act = next((a for s in shown.now.stages for a in s.acts if a.act == "timetable"), None)
    return shown.render(
        "challenge_timetable",
        "timetable",
        "Timetable",
        sees=f"{who_sees(shown.standing, 'challenge')}; and those who arrange it",
        form=form,
        slots=reading.slots_of(shown.row),
        permissions=reading.permissions_of(shown.row),
        arranges=shown.now.open and shown.may(TIMES),
        hosts=shown.now.open and shown.may(HOST),
        adding=adding,
        giving=giving,
        act=act,
    )


def _do(shown: Shown, seats: Any) -> tuple[Any, HttpResponse | None]:
    post, by, row = shown.request.POST, shown.actor, shown.row
    do, _, which = post.get("do", "").partition(":")
    if do == "give":
        form: Any = forms.Permission(post, seats=seats)
        return form, shown.done(form, lambda d: _give(shown, d), "Given. They have been told.")
    if do == "withdraw":
        form = forms.Note(post)
        permission = permission_named(row, which)
        return form, shown.done(form, lambda d: slots.withdraw(by=by, permission=permission), "Taken back.")
    if do == "agree":
        form = forms.Note(post)
        return form, shown.done(
            form, lambda d: challenges.do(by=by, challenge=row, act="timetable"), "The timetable is agreed."
        )
    form = forms.Meeting(post)
    return form, shown.done(form, lambda d: _add(shown, form, d), "Added. Everybody has been told.")


def _give(shown: Shown, given: Any) -> Any:
    seat = seat_named(shown.row, given.pop("seat")) if given["seat"] else given.pop("seat") or None
    return slots.give(by=shown.actor, challenge=shown.row, seat=seat, **given)


def _add(shown: Shown, form: forms.Meeting, given: Any) -> Any:
    starts, ends = form.span()
    return slots.add(
        by=shown.actor,
        challenge=shown.row,
        title=given["title"],
        starts=starts,
        ends=ends,
        place=given["place"],
    )


@page(TIMES, of=facts_of_challenge, methods=("GET", "POST"))
def meeting(request: HttpRequest, alliance: str, number: int, slot: int) -> HttpResponse:
    """Change a meeting, or call it off."""
    shown = Shown.of(request, alliance, number, act="timetable")
    row = reading.slot_named(shown.row, slot)
    start, end = localtime(row.starts), localtime(row.ends)
    form: Any = forms.Meeting(
        initial={
            "title": row.title,
            "on": start.date(),
            "begins": f"{start:%H:%M}",
            "until": f"{end:%H:%M}",
            "place": row.place,
            "sequence": row.sequence,
        }
    )
    if request.method == "POST":
        if request.POST.get("do") == "cancel":
            form = forms.Note(request.POST)
            done = shown.done(form, lambda d: slots.cancel(by=shown.actor, slot=row), "Called off.")
        else:
            form = forms.Meeting(request.POST)
            done = shown.done(
                form, lambda d: _change(shown, row, form, d), "Changed. Everybody has been told."
            )
        if done:
            return cast(HttpResponse, redirect("challenge_timetable", **shown.place))
    return shown.render("challenge_timetable", "meeting", row.title, form=form, slot=row)


def _change(shown: Shown, row: Any, form: forms.Meeting, given: Any) -> Any:
    starts, ends = form.span()
    return slots.change(
        by=shown.actor,
        slot=row,
        title=given["title"],
        starts=starts,
        ends=ends,
        place=given["place"],
        seen_sequence=-1 if given["sequence"] is None else given["sequence"],
    )


@page(OPENS, of=facts_of_challenge)
def calendar(request: HttpRequest, alliance: str, number: int) -> HttpResponse:
    """The meetings as a calendar file; taken in again, it changes what has changed since."""
    shown = Shown.of(request, alliance, number, act="timetable")
    content = meetings(
        shown.row.title,
        reading.slots_of(shown.row, cancelled=True),
        settings.SITE_URL,
        address(shown.row),
        now(),
    )
    return saved(content, f"challenge-{shown.row.pk}.ics")
