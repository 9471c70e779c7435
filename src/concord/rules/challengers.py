"""Who may challenge: tiers, years of experience, availability, training; and why somebody may not, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from concord.charter import words
from concord.charter.chapters import Challenge, Role, Team

TIERS: Mapping[int, str] = {1: "Director", 2: "Second tier", 3: "Third tier"}
"""How far below the chief officer for children somebody works: the director is the first."""


@dataclass(frozen=True, slots=True)
class OnRegister:
    """Somebody on the register, as far as eligibility asks."""

    tier: int
    experience_since: date
    roles: tuple[str, ...] = ()
    available_from: date | None = None
    available_to: date | None = None
    ended_on: date | None = None
    trained_for: frozenset[str] = frozenset()  # roles; "" stands for any


def years_since(since: date, day: date) -> int:
    """Whole years from one day to another; 0 where it has not come."""
    return max(0, day.year - since.year - ((day.month, day.day) < (since.month, since.day)))


def ready_on(since: date, years: int) -> date:
    """The day on which somebody has so many years."""
    try:
        return since.replace(year=since.year + years)
    except ValueError:  # 29 February
        return date(since.year + years, 3, 1)


def lacks_years(team: Team, tier: int, since: date, day: date) -> str:
    """Why somebody of the third tier may not challenge yet, or nothing."""
    if tier != 3 or years_since(since, day) >= team.third_tier_years:
        return ""
    when = words.day(ready_on(since, team.third_tier_years))
    return f"The third tier needs {words.number(team.third_tier_years, 'year')} of experience: from {when}"


def roles_for(chapter: Challenge, tier: int) -> tuple[Role, ...]:
    """The parts that somebody of a tier may take: a director’s office takes directors, any other those below."""
    directors = next((r.office for r in chapter.roles if r.role == "host"), "director")
    parts = [r for r in chapter.roles if r.role != "host"]
    return tuple(r for r in parts if (r.office == directors) == (tier == 1))


def not_eligible(chapter: Challenge, who: OnRegister, role: str, day: date) -> list[str]:
    """Why somebody may not take a part on a day, in sentences without full stops; empty where they may."""
    why = []
    if who.ended_on and who.ended_on <= day:
        why.append(f"Left the register on {words.day(who.ended_on)}")
    if role not in {r.role for r in roles_for(chapter, who.tier)}:
        why.append(f"The part is not for the {TIERS[who.tier].lower()}")
    elif who.roles and role not in who.roles:
        why.append("Nominated for other parts")
    if lacking := lacks_years(chapter.team, who.tier, who.experience_since, day):
        why.append(lacking)
    if who.available_from and day < who.available_from:
        why.append(f"Available from {words.day(who.available_from)}")
    if who.available_to and day > who.available_to:
        why.append(f"Available until {words.day(who.available_to)}")
    if not who.trained_for & {role, ""}:
        why.append("Not trained for this part yet")
    return why
