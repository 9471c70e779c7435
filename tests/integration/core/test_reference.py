"""The table of English authorities, loaded and loaded again."""

from __future__ import annotations

import pytest

import catalogue.reference
from concord.actions._run import SYSTEM
from concord.actions.editions import load_reference
from concord.records.models import Authority, GssCode, Judgement, Succession


@pytest.mark.django_db
def test_loading_again_adds_nothing_and_mends_what_differs() -> None:
    first = load_reference(by=SYSTEM)
    assert first == {
        "authorities": len(catalogue.reference.authorities()),
        "codes": len(catalogue.reference.gss_codes()),
        "successions": len(catalogue.reference.successions()),
        "judgements": len(catalogue.reference.judgements()),
    }
    Authority.objects.filter(code="202").update(name="Kamden")
    ids = set(Authority.objects.values_list("pk", flat=True))
    again = load_reference(by=SYSTEM)
    assert set(again.values()) == {0}
    assert Authority.objects.get(code="202").name == "Camden"
    assert set(Authority.objects.values_list("pk", flat=True)) == ids
    assert (GssCode.objects.count(), Succession.objects.count()) == (first["codes"], first["successions"])
    assert Judgement.objects.count() == first["judgements"]
