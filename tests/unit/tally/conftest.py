"""Small lists, written as a council would give them, and the figure that comes of them."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalogue.periods import Period
from tally.engine import Figure, Result, compute
from tally.workspace import Workspace

HEADERS = {
    "List 1": ["Child Unique ID", "Date of Birth", "Date of Contact", "Contact Source"],
    "List 3": [
        "Child Unique ID",
        "Date of referral",
        "Referral Source",
        "Number of Referrals in Last 12 Months",
    ],
    "List 4": [
        "Child Unique ID",
        "Continuous Assessment Start Date",
        "Continuous Assessment Date of Authorisation",
    ],
    "List 5": [
        "Child Unique ID",
        "Strategy discussion initiating Section 47 Enquiry Start Date",
        "Date of Initial Child Protection Conference",
    ],
    "List 6": ["Child Unique ID", "CIN Start Date", "CIN Closure Date", "Case Status"],
    "List 7": [
        "Child Unique ID",
        "Child Protection Plan Start Date",
        "Child Protection Plan End Date",
        "Number of Previous Child Protection Plans",
    ],
    "List 8": [
        "Child Unique ID",
        "Date of Birth",
        "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)",
        "Date Started to be Looked After",
        "Child's Legal Status",
        "Number of Placements in the Last 12 months",
        "Date Ceased to be Looked After",
        "Start Date of Most Recent Placement",
        "Placement Type",
    ],
    "List 9": [
        "Child Unique ID",
        "Date of Birth",
        "Age",
        "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)",
        "Eligibility Category",
        "Type of Accommodation",
        "Suitability of Accommodation",
    ],
    "episodes": ["CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC"],
    "header": ["CHILD", "SEX", "DOB", "ETHNIC"],
    "uasc": ["CHILD", "SEX", "DOB", "DUC"],
    "oc3": ["CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"],
}

Lists = dict[str, list[list[Any]]]


class Council:
    """Lists given to tally, and what comes of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, lists: Lists) -> list[str]:
        names = []
        for name, rows in lists.items():
            path = self.folder / f"{name}.csv"
            with path.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([HEADERS[name], *rows])
            names.append(str(path))
        return names

    def workspace(self, lists: Lists) -> Workspace:
        workspace = Workspace()
        workspace.read(self.write(lists))
        workspace.prepare()
        return workspace

    def result(self, quarter: str, lists: Lists) -> Result:
        return compute(self.workspace(lists), Period.parse(quarter))

    def figure(self, id: str, quarter: str, lists: Lists) -> tuple[int, int | None]:
        found = self.whole(id, quarter, lists)
        return found.numerator, found.denominator

    def whole(self, id: str, quarter: str, lists: Lists) -> Figure:
        result = self.result(quarter, lists)
        assert id in result.figures, result.left_out.get(id)
        return result.figures[id]


@pytest.fixture
def council(tmp_path: Path) -> Council:
    return Council(tmp_path)


@pytest.fixture
def reading(tmp_path: Path) -> Callable[..., Workspace]:
    """Read files as they are: names, or (name, bytes) to be written first."""

    def read(*given: str | Path | tuple[str, bytes]) -> Workspace:
        workspace = Workspace()
        paths = []
        for one in given:
            if isinstance(one, tuple):
                (tmp_path / one[0]).write_bytes(one[1])
                one = tmp_path / one[0]
            paths.append(str(one))
        workspace.read(paths)
        workspace.prepare()
        return workspace

    return read


@pytest.fixture
def shared_samples() -> Path:
    """The child-level samples that others published; they are not part of the project."""
    default = Path(__file__).parents[4] / "shared" / "data"
    folder = Path(os.environ.get("SHARED_DATA", default)) / "samples"
    if not folder.is_dir():
        pytest.skip("the shared samples are not here ($SHARED_DATA); generated lists cover the same")
    return folder
