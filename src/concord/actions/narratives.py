"""Writing the narrative of a figure that stands out after a release."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

import catalogue
from catalogue.periods import Period
from concord.actions._run import Invalid, Run, action
from concord.queries import narratives
from concord.queries.standing import standing_of
from concord.records.models import Authority, Narrative, Release
from concord.rules.access import Facts
from concord.rules.narratives import NARRATIVE, PARTS

LONGEST = 4000  # characters of one part


@action("narrative.saved")
def save(
    run: Run,
    *,
    release: Release,
    code: str,
    indicator: str,
    texts: Mapping[str, str],
    seen_version: int,
    ready: bool = False,
) -> Narrative:
    """Keep a draft; ``texts`` has any of meaning, reason and doing. The first save begins it.

    ``ready`` marks it as ready for the self-evaluation and the challenge too; every part must then say something.
    Raises Invalid where the figure does not stand out, where somebody saved meanwhile, or a part is too long or empty.
    """
    row = _begun(run, release, code, indicator)
    run.require("narrative.write", _facts(row))
    if row.version != seen_version:
        raise Invalid(
            f"{row.saved_by} saved this while you were writing. Your text is below; theirs is on the page: bring them "
            "together and save again."
        )
    too_long = {
        name: f"Write {LONGEST:,} characters or fewer" for name, text in texts.items() if len(text) > LONGEST
    }
    if too_long:
        raise Invalid("A part is too long.", too_long)
    for name in PARTS:
        setattr(row, name, texts.get(name, getattr(row, name)).strip())
    empty = {n: f"Write {label[0].lower()}{label[1:]}" for n, label in PARTS.items() if not getattr(row, n)}
    if ready and empty:
        raise Invalid("A part is still empty.", empty)
    return _moved(run, row, "save", "finish") if ready else _moved(run, row, "save")


@action("narrative.carried")
def carry_over(run: Run, *, release: Release, code: str, indicator: str) -> Narrative:
    """Begin a narrative with the text of the same indicator's after an earlier release.

    Raises Invalid where there is none, or where something is written already.
    """
    row = _begun(run, release, code, indicator)
    run.require("narrative.write", _facts(row))
    if row.pk:
        raise Invalid("Something is written here already, so nothing was carried over.")
    earlier = last_before(row)
    if earlier is None:
        raise Invalid("There is no earlier narrative of this indicator.")
    row.carried_from = earlier
    for name in PARTS:
        setattr(row, name, getattr(earlier, name))
    return _moved(run, row, "save")


@action("narrative.revised")
def revise(run: Run, *, narrative: Narrative) -> Narrative:
    """Take a finished narrative up again."""
    row = _locked(narrative)
    run.require("narrative.write", _facts(row))
    return _moved(run, row, "revise")


def last_before(row: Narrative) -> Narrative | None:
    """The same authority's narrative of the indicator after an earlier release, the latest."""
    release = row.release
    same = Narrative.objects.filter(
        alliance=row.alliance_id,
        authority=row.authority_id,
        indicator=row.indicator,
        release__dataset=release.dataset,
    )
    earlier = same.filter(
        Q(release__period__lt=release.period)
        | Q(release__period=release.period, release__number__lt=release.number)
    )
    return earlier.order_by("release__period", "release__number").last()


def _begun(run: Run, release: Release, code: str, indicator: str) -> Narrative:
    """The narrative, locked, or a new one that is not kept yet."""
    asked = narratives.asked_of(standing_of(release.alliance, run.today), release, code)
    fits = next((row for row in asked.rows if row.indicator.id == indicator), None)
    if fits is None:
        raise Invalid("This figure does not stand out, so there is no narrative to write here.")
    authority = Authority.objects.get(code=code)
    found = Narrative.objects.filter(release=release, authority=authority, indicator=indicator).first()
    return (
        _locked(found)
        if found
        else Narrative(
            alliance=release.alliance,
            authority=authority,
            release=release,
            indicator=indicator,
            fifth=fits.fifth,
            state=NARRATIVE.first,
        )
    )


def _locked(row: Narrative) -> Narrative:
    rows = Narrative.objects.select_for_update(of=("self",)).select_related(
        "alliance", "authority", "release"
    )
    return rows.get(pk=row.pk)


def _facts(row: Narrative) -> Facts:
    return Facts(row.alliance.key, row.authority_id, row.authority.name)


def _moved(run: Run, row: Narrative, *names: str) -> Narrative:
    for name in names:
        move = NARRATIVE.move(name, row.state)
        row.state = move.target or row.state
    row.version += 1
    row.saved_by, row.saved_at = run.who[:200], run.at
    row.save()
    title = catalogue.indicators()[row.indicator].short
    label = Period.parse(row.release.period).label
    run.journal(
        f"narrative {row.pk}",
        f"The narrative on {title}, {label}, was {move.done}: {row.authority.name}"[:400],
        alliance=row.alliance.key,
        authority=row.authority.code,
        detail={"indicator": row.indicator, "version": row.version},
    )
    return row
