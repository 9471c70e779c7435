"""Counting a return in the browser: the command’s own figures, file by file, and no child’s record leaves it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests import factories
from tests.browser.test_returns import sign_in

import catalogue
from catalogue.periods import last_finished
from concord.rules.access import Actor
from tally import report, returns
from tally.engine import compute
from tally.sample.council import make_council
from tally.sample.write import write_sample
from tally.workbook import read_sheets
from tally.workspace import Workspace

pytestmark = pytest.mark.django_db
PERIOD = last_finished(date.today(), "quarter")  # noqa: DTZ011  the server’s own day
LONDON = f"/alliances/london/returns/london-core-18/{PERIOD.key}/202/"
EAST_MIDLANDS = f"/alliances/east-midlands/returns/riia-31/{PERIOD.key}/830/"


@pytest.fixture
def lead(transactional_db: None) -> Actor:
    """Camden’s data lead."""
    alliance = factories.london()
    factories.actor(alliance, "analyst")
    return factories.actor(alliance, "data-lead", code="202")


@pytest.fixture
def lead_of_derbyshire(transactional_db: None) -> Actor:
    """Derbyshire’s data lead."""
    alliance = factories.east_midlands()
    factories.actor(alliance, "data-specialist")
    return factories.actor(alliance, "data-lead", code="830")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up council in every format, with dirt; Annex A also as a CSV for each list."""
    folder = tmp_path_factory.mktemp("samples")
    council = make_council(300, 11, PERIOD)
    for form in ("annexa", "ssda903", "cin", "ssd"):
        (folder / form).mkdir()
        write_sample(council, folder / form, [form], 0.03, 11)
        for extra in ("truth.json", "damage.csv"):
            (folder / form / extra).unlink(missing_ok=True)
    (folder / "csv").mkdir()
    for name, rows in read_sheets(folder / "annexa/annex_a.xlsx"):
        with (folder / f"csv/{name}.csv").open("w", encoding="cp1252", newline="") as stream:
            csv.writer(stream).writerows(cells for _, cells in rows)
    return folder


@dataclass(frozen=True)
class Counted:
    """All that is said of some files: the return, the sentences, and the list of rows in the order of its text."""

    text: str
    left_out: list[str]
    cautions: list[str]
    reading: list[str]
    problems: list[str]
    rows: list[str]


def by_command(files: list[Path], code: str, dataset: str, folder: Path) -> Counted:
    workspace = Workspace()
    workspace.read([str(path) for path in files])
    workspace.prepare()
    result = compute(workspace, PERIOD, catalogue.datasets()[dataset].indicators)
    report.write_exclusions(folder / "rows.csv", workspace, result)
    lines = returns.lines(code, PERIOD, result.figures.values())
    return Counted(
        text=returns.as_csv(lines) if lines else "",
        left_out=[f"{catalogue.indicators()[id].name}: {why}." for id, why in result.left_out.items()],
        cautions=result.cautions,
        reading=list(_in_one_line(report.reading(workspace))),
        problems=list(report.problems(workspace)),
        rows=sorted((folder / "rows.csv").read_text("utf-8-sig").splitlines()),
    )


def _in_one_line(said: Iterator[str]) -> Iterator[str]:
    waiting = ""
    for text in said:
        if text.startswith("  no column for "):
            waiting += f" No column for {text.removeprefix('  no column for ')}."
        else:
            yield from [waiting] if waiting else []
            waiting = f"{text}."
    yield waiting


def in_browser(page: Page, files: list[Path], folder: Path) -> Counted:
    chooser = page.get_by_label("Your lists")
    expect(chooser).to_be_enabled(timeout=60_000)
    chooser.set_input_files(files)
    told = page.locator("#tally-results:visible, #tally-fault:visible")
    told.wait_for(timeout=120_000)
    assert page.locator("#tally-results").is_visible(), page.locator("#tally-fault").inner_text()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Save the list of rows").click()
    coming.value.save_as(folder / "browser.csv")

    def sentences(name: str) -> list[str]:
        return page.locator(f"#tally-{name} li").all_text_contents()

    return Counted(
        text=page.locator("#tally-sent").evaluate("(one) => one.textContent"),
        left_out=sentences("left-out"),
        cautions=sentences("cautions"),
        reading=sentences("reading"),
        problems=sentences("problems"),
        rows=sorted((folder / "browser.csv").read_text("utf-8-sig").splitlines()),
    )


@pytest.mark.parametrize("form", ["annexa", "csv", "ssda903", "cin", "ssd"])
def test_the_browser_says_what_the_command_says(
    form: str, live_server: Any, page: Page, lead_of_derbyshire: Actor, samples: Path, tmp_path: Path,
    page_errors: Any,
) -> None:  # fmt: skip
    sign_in(page.context, live_server.url, lead_of_derbyshire)
    page.goto(f"{live_server.url}{EAST_MIDLANDS}tally/")
    files = sorted((samples / form).iterdir())
    expected = by_command(files, "830", "riia-31", tmp_path)
    found = in_browser(page, files, tmp_path)
    assert found == expected
