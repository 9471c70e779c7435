"""Reads the catalogue’s TOML files and holds them against one another. Every fault names file and key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import msgspec

from catalogue.model import GROUPS, POPULATION, Dataset, Indicator, NumeratorAtMostDenominator
from catalogue.publication import Publication

T = TypeVar("T", Indicator, Dataset, Publication)
_MULTIPLIER = {"proportion": 100, "count": 1, "fte": 1}


class CatalogueFault(ValueError):
    """A file of the catalogue that cannot be used: ``file``, ``key`` within it, ``problem``."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        self.file, self.key, self.problem = file, key, problem
        super().__init__(f"{file}, {key}: {problem}" if key else f"{file}: {problem}")


_more: list[Path] = []


def read_also(folder: Path) -> None:
    """Let a region’s own ``indicators`` and ``datasets`` in a folder stand beside Concord’s. Before any are read."""
    if folder not in _more:
        _more.append(folder)
    indicators.cache_clear()
    datasets.cache_clear()


@cache
def publications() -> Mapping[str, Publication]:
    """Every publication that can be read, by key."""
    return read_publications(_folder("publications"))


@cache
def indicators() -> Mapping[str, Indicator]:
    """Every indicator, by id, chapter by chapter and then by name."""
    return read_indicators(_folder("indicators"), publications(), *(more / "indicators" for more in _more))


@cache
def datasets() -> Mapping[str, Dataset]:
    """Every dataset, by key."""
    return read_datasets(_folder("datasets"), indicators(), *(more / "datasets" for more in _more))


def read_publications(folder: Traversable | Path) -> Mapping[str, Publication]:
    """Read a folder of publications. Raises CatalogueFault."""
    return MappingProxyType(dict(_read(folder, Publication, "key")))


def read_indicators(
    folder: Traversable | Path, known: Mapping[str, Publication], *more: Path
) -> Mapping[str, Indicator]:
    """Read folders of indicators and resolve every name in them. Raises CatalogueFault."""
    found = _read_all((folder, *more), Indicator, "id")
    for indicator in found.values():
        for key, problem in (*_shape_faults(indicator), *_reference_faults(indicator, found, known)):
            raise CatalogueFault(f"{indicator.id}.toml", key, problem)
    order = sorted(found.values(), key=lambda i: (GROUPS.index(i.group), i.name))
    return MappingProxyType({indicator.id: indicator for indicator in order})


def read_datasets(
    folder: Traversable | Path, known: Mapping[str, Indicator], *more: Path
) -> Mapping[str, Dataset]:
    """Read folders of datasets whose indicators must be in ``known``. Raises CatalogueFault."""
    found = _read_all((folder, *more), Dataset, "key")
    for dataset in found.values():
        for position, id in enumerate(dataset.indicators):
            fault = _membership_fault(id, dataset, known)
            if fault or id in dataset.indicators[:position]:
                raise CatalogueFault(
                    f"{dataset.key}.toml", f"indicators[{position}]", fault or f"“{id}” stands twice"
                )
    return MappingProxyType(found)


def _folder(name: str) -> Traversable:
    return files("catalogue") / name


def _read_all(folders: Iterable[Traversable | Path], kind: type[T], name: str) -> dict[str, T]:
    found: dict[str, T] = {}
    for folder in folders:
        for key, struct in _read(folder, kind, name):
            if key in found:
                raise CatalogueFault(f"{key}.toml", name, f"“{key}” stands in two folders")
            found[key] = struct
    return found


def _read(folder: Traversable | Path, kind: type[T], name: str) -> Iterable[tuple[str, T]]:
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        try:
            struct = msgspec.convert(tomllib.loads(file.read_text("utf-8")), kind)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise CatalogueFault(file.name, "", f"is not TOML: {fault}") from fault
        except msgspec.ValidationError as fault:
            problem, _, place = str(fault).partition(" - at `$")
            raise CatalogueFault(file.name, place.strip("`.") or "file", problem) from fault
        if getattr(struct, name) != file.name.removesuffix(".toml"):
            raise CatalogueFault(file.name, name, f"“{getattr(struct, name)}” is not the file’s name")
        yield getattr(struct, name), struct


def _shape_faults(indicator: Indicator) -> Iterable[tuple[str, str]]:
    """Keys of one indicator that do not go together, with what is wrong."""
    if indicator.group not in GROUPS:
        yield "group", f"“{indicator.group}” is none of {', '.join(GROUPS)}"
    source = indicator.denominator_from.partition(":")[0]
    if source not in ("return", POPULATION, "none", "indicator"):
        yield "denominator_from", "expected return, population-0-17, indicator:<id> or none"
    if indicator.has_denominator == (indicator.kind in ("count", "fte")):
        yield "denominator_from", "“none” goes with the kinds count and fte, and with no other"
    if indicator.has_denominator != bool(indicator.denominator):
        yield "denominator", "is named in words exactly when there is one"
    if indicator.multiplier != _MULTIPLIER.get(indicator.kind, indicator.multiplier):
        yield "multiplier", f"expected {_MULTIPLIER[indicator.kind]} for a {indicator.kind}"
    if not 0 <= indicator.decimals <= 4:
        yield "decimals", "expected 0 to 4"
    if indicator.next_review <= indicator.reviewed:
        yield "next_review", "is not after the last review"


def _reference_faults(
    indicator: Indicator, found: Mapping[str, Indicator], known: Mapping[str, Publication]
) -> Iterable[tuple[str, str]]:
    """Names in one indicator that lead nowhere."""
    other = indicator.denominator_indicator
    if other is not None and (other not in found or other == indicator.id):
        yield "denominator_from", f"there is no other indicator “{other}”"
    for n, check in enumerate(indicator.checks):
        if isinstance(check, NumeratorAtMostDenominator) and not indicator.has_denominator:
            yield f"checks[{n}]", "there is no denominator to compare with"
        for name in check.others:
            if name not in found:
                yield f"checks[{n}]", f"there is no indicator “{name}”"
    for n, link in enumerate(indicator.published):
        publication = known.get(link.publication)
        if publication is None or link.measure not in publication.measures:
            yield f"published[{n}]", f"no measure “{link.measure}” in publication “{link.publication}”"


def _membership_fault(id: str, dataset: Dataset, known: Mapping[str, Indicator]) -> str:
    if id not in known:
        return f"there is no indicator “{id}”"
    needed = known[id].denominator_indicator
    if needed and needed not in dataset.indicators:
        return f"“{id}” is a share of “{needed}”, which is not in the dataset"
    return ""
