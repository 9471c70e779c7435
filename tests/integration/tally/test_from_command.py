"""From an Annex A workbook to a submitted quarter by the command: its return file is what Concord takes, as it is."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from tests import factories

import catalogue
from catalogue.periods import Period
from concord.actions import returns
from concord.records.models import Authority, Line, Return, Submission
from concord.rules.figures import Amount
from tally.main import main
from tally.sample.council import make_council
from tally.sample.write import write_sample

pytestmark = pytest.mark.django_db
QUARTER = Period.parse("2026-27Q1")


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(datetime(2026, 7, 20, 9, 30, tzinfo=UTC), tick=False):
        yield


def typed(folder: Path, dataset: str) -> Path:
    """The form for items that no list holds, filled in for one dataset."""
    path = folder / "typed.csv"
    assert main(["form", str(path)]) == 0
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    for row in rows:
        if row["indicator"] in catalogue.datasets()[dataset].indicators:
            row["numerator"] = "10"
            row["denominator"] = "" if row["denominator_is"] == "leave blank" else "200"
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("make", "alliance", "dataset", "code"),
    [
        pytest.param(
            factories.london, "london", "london-core-18", "202", marks=pytest.mark.clause("L2.1c"), id="London"
        ),
        pytest.param(
            factories.east_midlands, "east-midlands", "riia-31", "830",
            marks=[pytest.mark.clause("E1.5a"), pytest.mark.clause("E1.6b")], id="East Midlands",
        ),
    ],
)  # fmt: skip
def test_the_commands_file_is_uploaded_looked_at_taken_in_and_submitted(
    make: Any, alliance: str, dataset: str, code: str, tmp_path: Path
) -> None:
    write_sample(make_council(300, 11, QUARTER), tmp_path, ["annexa"], 0.02, 11)
    out = tmp_path / "return.csv"
    arguments = ["--authority", code, "--quarter", QUARTER.key, "--dataset", dataset, "--out", str(out)]
    book = str(tmp_path / "annex_a.xlsx")
    assert main(["compute", book, *arguments, "--typed", str(typed(tmp_path, dataset))]) == 1
    counted = {row["indicator"]: row for row in csv.DictReader(out.read_text("utf-8").splitlines())}

    made = make()
    lead = factories.actor(made, "data-lead", code=code)
    client = factories.client_of(lead)
    url = f"/alliances/{alliance}/returns/{dataset}/{QUARTER.key}/{code}/"
    page = client.post(url + "file/", {"file": SimpleUploadedFile("return.csv", out.read_bytes())})
    shown = page.content.decode()
    assert "Nothing has been stored yet" in shown
    token = re.search(r'name="lines" value="([^"]+)"', shown)
    assert token
    assert client.post(url + "take-in/", {"lines": token[1]}).status_code == 302
    lines = {line.indicator: line for line in Line.objects.all()}
    assert lines.keys() >= counted.keys()
    for id, row in counted.items():
        assert lines[id].numerator == Decimal(row["numerator"]), id
        assert lines[id].method.startswith(row["method"]), id

    of = {
        "alliance": made, "authority": Authority.objects.get(code=code), "dataset": dataset, "period": QUARTER.key,
    }  # fmt: skip
    amounts = {}
    for id in catalogue.datasets()[dataset].indicators:
        line = lines.get(id)
        given = (
            Amount(line.numerator, line.denominator)
            if line and line.numerator is not None
            else Amount(missing="No list tells")
        )
        amounts[id] = replace(given, explanation="A small made-up council")
    returns.save(by=lead, **of, amounts=amounts)
    returns.submit(by=lead, ret=Return.objects.get(), status="provisional")
    sent = Submission.objects.get().lines
    assert {id: sent[id]["numerator"] for id in counted} == {
        id: row["numerator"] for id, row in counted.items()
    }
