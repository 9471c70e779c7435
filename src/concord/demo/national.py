"""A whole country to measure with: nine alliances, every authority, forty quarters, sixty indicators.

It tells no story. Figures lie at the published levels as in the demonstration, without planted events; the sixty
are Concord’s own and copies of some, kept under ``catalogue`` beside the data. The charters are that of the East
Midlands with another region’s members.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from django.conf import settings
from django.db import transaction

import catalogue
from catalogue import reference
from catalogue.model import POPULATION
from catalogue.periods import Period, last_finished
from catalogue.reference import Authority as Row
from concord.actions._run import SYSTEM
from concord.actions.editions import load_edition, load_reference
from concord.actions.published import load_own_table
from concord.demo import people
from concord.demo.fill import Say, must_be_empty
from concord.demo.play import LONDON, Collection, moment, play
from concord.demo.quarters import AGAIN, history
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority

DATASET = "national-60"
INDICATORS, QUARTERS = 60, 40
OFFICES = ("director", "data-lead", "data-specialist", "programme-manager", "lead-director", "dfe-officer")
PATTERN = "east-midlands-2020"


def fill(now: datetime, quarters: int, say: Say) -> None:
    """One alliance after the other, each whole. Raises NotEmpty."""
    must_be_empty()
    write_catalogue(settings.HOME / "catalogue")
    last = last_finished(now.astimezone(LONDON).date(), "quarter")
    periods = tuple(last.shift(n) for n in range(1 - quarters, 1))
    if not Authority.objects.exists():
        load_reference(by=SYSTEM)
    load_own_table(by=SYSTEM)
    for region, members in regions().items():
        with transaction.atomic():
            _alliance(region, members, periods, now, say)


def regions() -> dict[str, list[Row]]:
    """The authorities that stand today, by the name of their region."""
    found: dict[str, list[Row]] = {}
    for row in reference.authorities().values():
        if row.ends is None:
            found.setdefault(row.region_name, []).append(row)
    return found


def _alliance(region: str, members: list[Row], periods: tuple[Period, ...], now: datetime, say: Say) -> None:
    begins = moment(periods[0].start)
    text = charter(region, members, periods[0])
    alliance = load_edition(by=SYSTEM, at=begins, text=text, name=region, demo=True).alliance
    people.appoint_everybody(alliance, begins, OFFICES)
    standing = standing_of(alliance, periods[-1].end)
    books = {m.code: history(m.code, periods[-1], len(periods), planting=False) for m in standing.members}
    use = standing.charter.dataset(DATASET)
    steps = Collection(alliance, use, books, periods, now, planting=False).steps()
    play(steps, now, _telling(alliance, say))


def _telling(alliance: Alliance, say: Say) -> Callable[[int, int], None]:
    return lambda done, of: say(f"  {alliance.name}: {done:,} of {of:,} steps")


def write_catalogue(folder: Path) -> None:
    """Sixty indicators: all of Concord’s, and copies of those that stand alone until there are enough."""
    own = {id: i for id, i in catalogue.indicators().items() if not id.endswith(AGAIN)}
    alone = [i for i in own.values() if i.denominator_from in ("return", POPULATION, "none")]
    copied = alone[: INDICATORS - len(own)]
    for name in ("indicators", "datasets"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for indicator in copied:
        text = (files("catalogue") / f"indicators/{indicator.id}.toml").read_text("utf-8")
        again = text.replace(f'id = "{indicator.id}"', f'id = "{indicator.id}{AGAIN}"', 1)
        again = re.sub(r'^(name|short) = "(.*)"$', r'\1 = "\2, again"', again, flags=re.MULTILINE)
        (folder / f"indicators/{indicator.id}{AGAIN}.toml").write_text(again, "utf-8")
    ids = [*own, *(i.id + AGAIN for i in copied)]
    (folder / f"datasets/{DATASET}.toml").write_text(_dataset(ids), "utf-8")
    catalogue.read_also(folder)


def _dataset(ids: Iterable[str]) -> str:
    listed = "".join(f'  "{id}",\n' for id in ids)
    return (
        f'key = "{DATASET}"\ntitle = "Sixty indicators"\nlabel = "Made up, to measure with."\n'
        f'source = "Concord"\ncadence = "quarter"\nversion = "1"\nindicators = [\n{listed}]\n'
    )


def charter(region: str, members: Iterable[Row], first: Period) -> str:
    """The East Midlands’ charter with another region’s name, members and dataset."""
    text = (settings.ROOT / f"charters/{PATTERN}.toml").read_text("utf-8")
    slug = region.lower().replace(" ", "-")
    rows = "".join(f'  {{ code = "{row.code}", name = "{row.name}" }},\n' for row in members)
    membership = f"[membership]\nmembers = [\n{rows}]\n\n[participation]"
    text = re.sub(r"\[membership\].*?\[participation\]", lambda _: membership, text, flags=re.DOTALL)
    for key, value in (
        ("key", f'"{slug}-bench"'),
        ("region", f'"{region}"'),
        ("alliance", f'"{region} alliance"'),
        ("commences", first.start.isoformat()),
        ("review", f"{{ after = {first.start}, any_party = true }}"),
    ):
        text = re.sub(rf"^{key} = .*$", f"{key} = {value}", text, count=1, flags=re.MULTILINE)
    return text.replace("riia-31", DATASET)
