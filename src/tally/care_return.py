"""Reads SSDA903 as the one XML file in which councils send it, child by child, into the lists that its CSVs have.

A child is a HEADER with particulars (and, for some, what the UASC and OC3 files hold) and an EPISODE for each
stretch of care. Elements that no indicator uses are passed over; what does not belong is a fault with its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tally.census import Misfit, Record, child_elements, count_lines, name_of, take_in, text_of
from tally.formats import formats

if TYPE_CHECKING:
    from tally.workspace import Workspace

ROOT = "EXPSSDA903"
ELEMENTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "s903_header": {"born": "DOB", "sex": "SEX", "ethnicity": "ETHNIC"},
        "s903_uasc": {"born": "DOB", "sex": "SEX", "uasc_until": "DUC"},
        "s903_oc3": {"born": "DOB", "in_touch": "IN_TOUCH", "activity": "ACTIV", "accommodation": "ACCOM"},
        "s903_episodes": {
            "started": "DECOM",
            "start_reason": "RNE",
            "legal_status": "LS",
            "placement": "PL",
            "ended": "DEC",
            "end_reason": "REC",
        },
    }
)
"""List -> column -> the element that holds it. PL is called PLACE in the CSVs."""
_ALONE = {"1": True, "0": False, "": False}


def read_return(workspace: Workspace, path: Path) -> None:
    """Take a return into a workspace. Raises TallyFault where the XML breaks off; nothing is guessed after that."""
    known = {key: formats()["ssda903"].lists[key] for key in ELEMENTS}
    headers = {
        key: ["CHILDID", *(ELEMENTS[key].get(name, name) for name in list(one.columns)[1:])]
        for key, one in known.items()
    }
    misfits: list[Misfit] = []
    records = (
        record for child, line in child_elements(path, "CHILD") for record in _child(child, line, misfits)
    )
    take_in(workspace, path, known, headers, records, misfits)


def _child(element: Any, line: int, misfits: list[Misfit]) -> Iterator[Record]:
    lines: dict[Any, int] = {}
    count_lines(element, line, lines)
    header = next((part for part in element if name_of(part) == "HEADER"), None)
    facts = {} if header is None else _facts(header, lines, "", misfits)
    id = facts.get("CHILDID", "")
    if header is None:
        misfits.append(Misfit(lines[element], id, "HEADER", "is missing from CHILD"))
    else:
        line = lines[header]
        yield _record("s903_header", line, id, facts)
        alone = _ALONE.get(facts.get("UASC", ""))
        if alone is None:
            misfits.append(Misfit(line, id, "UASC", "is neither 1 nor 0"))
        if alone:
            yield _record("s903_uasc", line, id, facts)
        if any(facts.get(name) for name in ("IN_TOUCH", "ACTIV", "ACCOM")):
            yield _record("s903_oc3", line, id, facts)
    for part in element:
        name = name_of(part)
        if name == "EPISODE":
            yield _record("s903_episodes", lines[part], id, _facts(part, lines, id, misfits))
        elif name not in ("HEADER", ""):
            misfits.append(Misfit(lines[part], id, name, "is not known within CHILD"))


def _facts(element: Any, lines: Mapping[Any, int], id: str, misfits: list[Misfit]) -> dict[str, str]:
    """The plain elements in one. One that stands twice is a fault, and its first is taken."""
    facts: dict[str, str] = {}
    for part in element:
        name = name_of(part)
        if len(part) or not name:
            continue  # reviews, missing episodes, adoption: used by no indicator
        if name in facts:
            where = name_of(element)
            misfits.append(
                Misfit(lines[part], id or facts.get("CHILDID", ""), name, f"stands twice within {where}")
            )
        else:
            facts[name] = text_of(part)
    return facts


def _record(key: str, line: int, id: str, facts: Mapping[str, str]) -> Record:
    columns = list(formats()["ssda903"].lists[key].columns)[1:]
    return key, line, [id, *(facts.get(ELEMENTS[key].get(name, ""), "") for name in columns)]
