"""What people do in these tests, through the actions."""

from __future__ import annotations

from datetime import UTC, date, datetime

from concord.actions.returns import save, submit
from concord.queries.returns import asked
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Return
from concord.rules.access import Actor
from concord.rules.figures import Amount


def returned(by: Actor, alliance: Alliance, code: str, dataset: str, period: str, on: date) -> Return:
    """A return sent on a day, every figure missing with a reason."""
    at = datetime(on.year, on.month, on.day, 11, tzinfo=UTC)
    charter = standing_of(alliance, on).charter
    amounts = {i.id: Amount(None, None, "A new system") for i in asked(charter, dataset)}
    authority = Authority.objects.get(code=code)
    saved = save(
        by=by, at=at, alliance=alliance, authority=authority, dataset=dataset, period=period, amounts=amounts
    )
    submit(by=by, at=at, ret=saved.of)
    return saved.of
