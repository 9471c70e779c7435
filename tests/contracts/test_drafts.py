"""What is not submitted is its own authority’s, whoever else may open the page of the return."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ["london", "east_midlands"])
def test_only_its_own_authority_sees_what_is_not_submitted(world: Any, key: str) -> None:
    from django.urls import reverse
    from tests.contracts.expected import LINES, named
    from tests.contracts.world import QUARTER, today

    from concord.actions import returns
    from concord.records.models import Authority
    from concord.rules.figures import Amount

    region = getattr(world, key)
    one = region.setting
    of = {"alliance": region.alliance, "dataset": one.dataset, "period": QUARTER}
    put = {"cla_rate": Amount(Decimal(876543), explanation="Not yet for others")}
    with today():
        returns.save(
            by=region.actor("director"), authority=Authority.objects.get(code=one.code), amounts=put, **of
        )
        address = reverse(
            "return",
            kwargs={"alliance": one.key, "dataset": one.dataset, "period": QUARTER, "code": one.code},
        )
        seen, opened = set(), set()
        for label in region.people:
            response = world.client(region, label).get(address)
            page = response.content.decode()
            opened |= {label} if response.status_code == 200 else set()
            seen |= {label} if "876,543" in page or "Not yet for others" in page else set()
    assert opened == LINES["return"].who(region)
    assert seen == named("own") & set(region.people)
