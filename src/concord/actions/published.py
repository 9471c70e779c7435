"""Taking in published figures and judgements: one action a file, which can be run again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple

import catalogue
import catalogue.reference
from catalogue.publication import Figure
from concord.actions._queue import later
from concord.actions._run import Invalid, Run, action
from concord.records.models import Authority, Judgement, Load, Publication, PublishedFigure
from concord.rules import access
from concord.rules.hashing import content_hash

OWN_TABLE = "Concord’s own table"
PLACES = Decimal("0.0001")
LARGEST = Decimal(10) ** 12
LISTED = 1000
"""Changed cells that one journal entry lists; beyond it they are counted only."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader met in a file: its name and SHA-256, its rows, and in words what it could not place."""

    name: str
    hash: str
    rows: int
    placed: int
    unplaced: int
    problems: Collection[str] = ()


class _Put(NamedTuple):
    """What became of the figures of one file."""

    given: int
    added: int
    changes: list[dict[str, Any]]


_Key = tuple[str, str, str, int]
_Cell = tuple[Decimal | None, str]


@action("published.loaded")
def load_published(run: Run, *, publication: str, reading: Reading, figures: Iterable[Figure]) -> Load:
    """Take in the figures of one published file: all of it or nothing.

    ``publication`` is a key of the catalogue. What is there already stays; a cell that the publisher has since
    revised is changed, and the journal says from what to what. Nothing is taken away: a file may hold some years
    only. Raises Invalid for a number that is too large to keep.
    """
    run.require(access.OPERATE)
    row = _publication(publication)
    put = _put(row, figures)
    load = _load(run, row, reading, put)
    run.journal(
        f"published {publication}",
        f"Loaded {row.title} from {reading.name}: {put.added} figures new, {len(put.changes)} changed"[:400],
        detail={"load": load.pk, "hash": reading.hash, "changed": put.changes[:LISTED]},
    )
    later("analyse_published")
    return load


@action("published.own_table_loaded")
def load_own_table(run: Run, *, publications: Collection[str] | None = None) -> list[Load]:
    """Take in the published figures that Concord carries (of every place, since 2016), one load a publication.

    ``publications`` (keys of the catalogue) narrows it.
    """
    run.require(access.OPERATE)
    by_publication: dict[str, list[Figure]] = defaultdict(list)
    for figure in catalogue.reference.published():
        if publications is None or figure.publication in publications:
            by_publication[figure.publication].append(figure)
    loads, changes = [], []
    for key, figures in by_publication.items():
        rows = len({(f.place, f.measure) for f in figures})
        hash = content_hash([[f.measure, f.place, f.year, f.value, f.symbol] for f in figures])
        row = _publication(key)
        put = _put(row, figures)
        loads.append(_load(run, row, Reading(OWN_TABLE, hash, rows, rows, 0), put))
        changes += put.changes
    added = sum(load.added for load in loads)
    run.journal(
        "published",
        f"Loaded the published figures that Concord carries: {added} figures new, {len(changes)} changed",
        detail={"loads": [load.pk for load in loads], "changed": changes[:LISTED]},
    )
    later("analyse_published")
    return loads


@action("published.judgements_loaded")
def load_judgements(
    run: Run, *, publication: str, reading: Reading, judgements: Iterable[catalogue.reference.Judgement]
) -> Load:
    """Take in the judgements of one of Ofsted’s files; one of the same authority and day is brought up to date.

    Raises Invalid when the table of authorities here lacks one that the file names.
    """
    run.require(access.OPERATE)
    row = _publication(publication)
    given = list(judgements)
    ids = dict(Authority.objects.values_list("code", "pk"))
    if unknown := sorted({j.authority for j in given} - set(ids)):
        raise Invalid(
            f"The table of authorities lacks {', '.join(unknown)}: run concord migrate, then try again."
        )
    added, changes = 0, []
    for judgement in given:
        values = {
            k: getattr(judgement, k)
            for k in judgement.__struct_fields__
            if k not in ("authority", "published")
        }
        key = {"authority_id": ids[judgement.authority], "published": judgement.published}
        source = f"{row.publisher}, {row.title} ({row.licence})"[:200]
        found, new = Judgement.objects.get_or_create(**key, defaults=values | {"source": source})
        added += new
        before = {k: getattr(found, k) for k in values if getattr(found, k) != values[k]}
        if before:
            Judgement.objects.filter(pk=found.pk).update(**values)
            changes += [
                {
                    "place": judgement.authority,
                    "measure": k,
                    "from": str(old or ""),
                    "to": str(values[k] or ""),
                }
                for k, old in before.items()
            ]
    load = _load(run, row, reading, _Put(len(given), added, changes))
    run.journal(
        f"published {publication}",
        f"Loaded {row.title} from {reading.name}: {added} judgements new, {len(changes)} grades or days changed"[
            :400
        ],
        detail={"load": load.pk, "hash": reading.hash, "changed": changes[:LISTED]},
    )
    return load


def _publication(key: str) -> Publication:
    """The publication’s row, brought up to date with the catalogue and locked."""
    known = catalogue.publications()[key]
    words = {"title": known.title, "publisher": known.publisher, "licence": known.licence}
    Publication.objects.update_or_create(key=key, defaults=words)
    return Publication.objects.select_for_update().get(key=key)


def _put(publication: Publication, figures: Iterable[Figure]) -> _Put:
    """Add what is new and change what differs; each cell that changed, with both values."""
    here = {
        (measure, level, place, year): (pk, (value, symbol))
        for pk, measure, level, place, year, value, symbol in PublishedFigure.objects.filter(
            publication=publication
        ).values_list("pk", "measure", "level", "place", "year", "value", "symbol")
    }
    given, new, changed, changes = 0, [], [], []
    for figure in figures:
        given += 1
        key = (figure.measure, figure.level, figure.place, figure.year)
        cell = _cell(figure)
        if key not in here:
            new.append(_row(publication, key, cell))
            continue
        pk, before = here[key]
        if before != cell:
            changed.append(_row(publication, key, cell, pk))
            changes.append(_change(key, before, cell))
    PublishedFigure.objects.bulk_create(new, batch_size=2000)
    PublishedFigure.objects.bulk_update(changed, ["value", "symbol"], batch_size=200)
    return _Put(given, len(new), changes)


def _cell(figure: Figure) -> _Cell:
    """As it is kept: four decimal places, so that the same file gives the same cell the next time."""
    if figure.value is None:
        return None, figure.symbol
    if abs(figure.value) >= LARGEST:
        raise Invalid(
            f"{figure.measure} of {figure.name} in {figure.year} is {figure.value}, too large to be right: "
            "mend the file. Nothing of it was loaded."
        )
    return figure.value.quantize(PLACES, ROUND_HALF_EVEN), ""


def _row(publication: Publication, key: _Key, cell: _Cell, pk: int | None = None) -> PublishedFigure:
    measure, level, place, year = key
    value, symbol = cell
    return PublishedFigure(
        pk=pk,
        publication=publication,
        measure=measure,
        level=level,
        place=place,
        year=year,
        value=value,
        symbol=symbol,
    )


def _change(key: _Key, before: _Cell, after: _Cell) -> dict[str, Any]:
    measure, _, place, year = key
    return {"place": place, "measure": measure, "year": year, "from": _text(before), "to": _text(after)}


def _text(cell: _Cell) -> str:
    value, symbol = cell
    return symbol if value is None else format(value.normalize(), "f")


def _load(run: Run, publication: Publication, reading: Reading, put: _Put) -> Load:
    return Load.objects.create(
        publication=publication,
        name=reading.name[:200],
        hash=reading.hash,
        at=run.at,
        rows=reading.rows,
        placed=reading.placed,
        unplaced=reading.unplaced,
        figures=put.given,
        added=put.added,
        changed=len(put.changes),
        problems=list(reading.problems),
    )
