"""How the demonstration's groups are formed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from concord.actions import challenges
from concord.demo.people import Cast
from concord.records.models import Authority

if TYPE_CHECKING:
    from concord.demo.year import Year


def form(year: Year, sub_region: str, at: datetime) -> None:
    chapter = year.charter.challenge
    office = chapter.formed_by
    by = Cast(year.alliance).actor(office, at, sub_region=sub_region)
    members = [m for m in year.standing.taking_part if not sub_region or m.sub_region == sub_region]
    codes = [m.code for m in members]
    n = len(codes)
    has_lead = any(r.role == "lead" for r in chapter.roles)
    for i, m in enumerate(members):
        if has_lead:
            s = {
                "lead": [codes[(i + 2) % n]],
                "triad": [codes[(i + 4) % n], codes[(i + 6) % n]],
                "quality-assurance": [codes[(i + 3) % n]],
            }
        else:
            g = i // 4 * 4
            s = {"triad": [c for c in codes[g : g + 4] if c != m.code]}
        challenges.open_challenge(
            by=by,
            at=at,
            alliance=year.alliance,
            authority=Authority.objects.get(pk=m.id),
            year=year.year.key,
            seats=s,
        )
