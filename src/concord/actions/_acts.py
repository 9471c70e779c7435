"""Acts of a challenge that are done elsewhere: with the plan, and with the looks back."""

from __future__ import annotations

from concord.actions._run import Run
from concord.charter import Charter
from concord.queries.standing import parsed
from concord.records.models import Act, Challenge
from concord.rules.challenge import acts_of


def act_done(run: Run, challenge: Challenge | None, act: str, note: str = "") -> None:
    """Note that an act of a challenge is done, if its memorandum has it; the first time is the one that counts."""
    if challenge is None or act not in acts_of(_charter(challenge), challenge.activity):
        return
    done = {"person_id": run.by.person, "by": run.who[:200], "on": run.today, "at": run.at, "note": note}
    Act.objects.get_or_create(challenge=challenge, act=act, defaults=done)


def _charter(challenge: Challenge) -> Charter:
    return parsed(challenge.edition.hash, challenge.edition_id)
