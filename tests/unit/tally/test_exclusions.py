"""The local file of rows: what is behind a figure, and what kept a figure from being given."""

from __future__ import annotations

import csv

from catalogue.periods import Period
from tally.engine import compute
from tally.report import EXCLUSION_COLUMNS, write_exclusions


def listed(council, lists, quarter, folder):
    workspace = council.workspace(lists)
    result = compute(workspace, Period.parse(quarter))
    path = folder / "rows.csv"
    write_exclusions(path, workspace, result)
    return result, list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def test_the_rows_of_a_figure_that_was_left_out_as_too_doubtful_are_listed_with_why(council, tmp_path):
    """Of three contacts two have no day: there is no figure, and the two are what must be put right."""
    lists = {
        "List 1": [["a", "", "2026-05-01", ""], ["b", "", "soon", ""], ["c", "", "", ""]],
    }
    result, rows = listed(council, lists, "2026-27Q1", tmp_path)
    assert "contacts_rate" in result.left_out
    found = [row for row in rows if row["indicator"] == "contacts_rate"]
    assert tuple(found[0]) == EXCLUSION_COLUMNS
    assert [(row["child"], row["in_numerator"], row["reason"]) for row in found] == [
        ("a", "1", ""),
        ("b", "0", "the day of the contact is missing or cannot be read"),
        ("c", "0", "the day of the contact is missing or cannot be read"),
    ]


def test_the_rows_with_one_in_the_numerator_are_the_number_of_the_return(council, tmp_path):
    lists = {
        "List 3": [["a", "2026-05-01", "", "0"], ["a", "2026-05-01", "6", "0"], ["b", "2026-06-30", "", "2"]]
    }
    result, rows = listed(council, lists, "2026-27Q1", tmp_path)
    for id, figure in result.figures.items():
        mine = [row for row in rows if row["indicator"] == id]
        assert sum(int(row["in_numerator"]) for row in mine) == figure.numerator
        assert sum(int(row["in_denominator"]) for row in mine) == (figure.denominator or 0)
    assert result.figures["referrals_rate"].numerator == 2
