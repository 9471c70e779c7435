"""The national instance for the bench, on a small scale."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import catalogue
from catalogue import loader
from concord import charter as charters
from concord.demo import fill, national, people
from concord.records.models import Alliance, Return
from concord.statistics.aggregate import pooled

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def _forget() -> None:
    loader._more.clear()
    catalogue.indicators.cache_clear()
    catalogue.datasets.cache_clear()
    people.forget()


@pytest.fixture
def home(tmp_path: Path, settings: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder of its own for the copies of indicators; afterwards the catalogue is as it was."""
    _forget()
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    yield tmp_path
    _forget()


def test_nine_regions_of_153_authorities_each_with_a_sound_charter(home: Path) -> None:
    national.write_catalogue(home / "catalogue")
    assert len(catalogue.datasets()[national.DATASET].indicators) == 60
    found = national.regions()
    assert len(found) == 9
    assert sum(len(members) for members in found.values()) == 153
    for region, members in found.items():
        text = national.charter(region, members, fill.last_finished(NOW.date(), "quarter"))
        charter = charters.load(text, region)
        assert charter.memorandum.region == region
        assert len(charter.members) == len(members)
        assert charter.datasets[0].key == national.DATASET


@pytest.mark.django_db
def test_an_alliance_is_played_through_and_its_last_quarter_left_to_release(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = national.regions()
    monkeypatch.setattr(national, "regions", lambda: {"North East": whole["North East"][:3]})
    national.fill(NOW, 2, lambda _: None)
    alliance = Alliance.objects.get()
    release = alliance.releases.get()
    assert release.period == "2026-27Q1"
    assert release.figures.count() == 3 * 60
    assert set(Return.objects.values_list("period", "state")) == {
        ("2026-27Q1", "accepted"),
        ("2026-27Q2", "accepted"),
    }
    own, again = (release.figures.filter(indicator=i) for i in ("s47_rate", "s47_rate_again"))
    assert list(own.values_list("numerator")) == list(again.values_list("numerator"))
    sums = release.aggregates.get(place="region", indicator="s47_rate")
    assert float(sums.numerator or 0) == pooled([float(f.numerator or 0) for f in own]).numerator
    with pytest.raises(fill.NotEmpty):
        national.fill(NOW, 2, lambda _: None)
