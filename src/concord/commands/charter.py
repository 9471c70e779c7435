"""``concord charter``: check a charter file, print a year of its duties, compare two editions, load one."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from itertools import groupby
from pathlib import Path

from catalogue.periods import Period
from catalogue.workingdays import CalendarEnds
from concord.charter import calendar, diff, words
from concord.charter.forms import Form, forms
from concord.charter.loader import CharterFaults, Fault, load_file
from concord.charter.schema import Charter

HELP = "check a charter file, print its year, compare two, load one"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    check = verbs.add_parser("check", help="say what a charter holds, or everything that is wrong with it")
    check.add_argument("files", metavar="FILE", nargs="+", help="charters, as .toml")
    year = verbs.add_parser("calendar", help="print the duties of a financial year with their dates")
    year.add_argument("file", metavar="FILE", help="a charter")
    year.add_argument("--year", required=True, help="a financial year, such as 2026-27")
    compare = verbs.add_parser("diff", help="say in words what changed between two editions")
    compare.add_argument("old", metavar="A", help="the earlier edition")
    compare.add_argument("new", metavar="B", help="the later one")
    load = verbs.add_parser("load", help="bring a charter into the database")
    load.add_argument("file", metavar="FILE", help="a charter that “check” has passed")


def run(args: argparse.Namespace) -> int:
    """Do it. 0 if all is well, 1 if a charter or year will not do; what is wrong goes to standard error."""
    if args.verb == "load":
        return int(import_module("concord.commands.charter_load").load(args.file))  # needs Django
    verbs = {"check": _check, "calendar": _calendar, "diff": _diff}
    try:
        lines = verbs[args.verb](args)
    except (CharterFaults, CalendarEnds, _BadYear) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


class _BadYear(ValueError):
    """A year that cannot be read."""


def _check(args: argparse.Namespace) -> list[str]:
    """Charters, and the forms that lie beside them: each must be sound, and every document have its sections."""
    charters = _loaded(args.files)
    known = [form for folder in dict.fromkeys(_forms(path) for path in args.files) for form in folder]
    faults = tuple(fault for path, charter in zip(args.files, charters, strict=True)
                   for fault in _unformed(Path(path).name, charter, known))  # fmt: skip
    if faults:
        raise CharterFaults(faults)
    lines = [line for charter in charters for line in (*words.summary(charter), "")][:-1]
    told = words.number(len(known), "form", "forms")
    return (
        [*lines, "", f"{told.capitalize()} of documents: {', '.join(form.key for form in known)}."]
        if known
        else lines
    )


def _forms(path: str) -> tuple[Form, ...]:
    folder = Path(path).parent / "forms"
    return tuple(forms(folder).values()) if folder.is_dir() else ()


def _unformed(name: str, charter: Charter, known: list[Form]) -> list[Fault]:
    """A template whose form is not there. Forms are looked at only where some lie beside the charter."""
    keys = {form.key for form in known if known}
    return [
        Fault(
            f"{name}, templates.{t.key}", f"there is no form “{t.form}”", f"one of: {', '.join(sorted(keys))}"
        )
        for t in charter.templates
        if t.form and known and t.form not in keys
    ]


def _loaded(paths: list[str]) -> list[Charter]:
    """Every charter, or the faults of all of them together."""
    charters: list[Charter] = []
    faults: tuple[Fault, ...] = ()
    for path in paths:
        try:
            charters.append(load_file(path))
        except CharterFaults as error:
            faults += error.faults
    if faults:
        raise CharterFaults(faults)
    return charters


def _calendar(args: argparse.Namespace) -> list[str]:
    try:
        year = Period.parse(args.year)
    except ValueError as error:
        raise _BadYear(str(error)) from error
    if year.kind != "year":
        raise _BadYear(f"“{args.year}” is a quarter: write the whole year, such as {year.key[:7]}")
    return _year(load_file(args.file), year)


def _year(charter: Charter, year: Period) -> list[str]:
    due = calendar.occurrences(charter, year.start, year.end)
    lines = [f"{charter.memorandum.region}: duties due from {words.day(year.start)} to {words.day(year.end)}"]
    for month, group in groupby(due, key=lambda o: f"{o.due:%B %Y}"):
        lines += ["", month]
        for occurrence in group:
            commitment = occurrence.commitment
            office = charter.office(commitment.through).title
            lines.append(
                f"  by {occurrence.due:%a} {words.day(occurrence.due)}, from {words.day(occurrence.opens)}  "
                f"{commitment.id} ({occurrence.period})  {office}: {commitment.duty}"
            )
    others = words.number(sum(not c.scheduled for c in charter.commitments), "duty", "duties")
    end = f"Not in the calendar (always, with a meeting, or after something happens): {others}."
    return [*lines, "", end]


def _diff(args: argparse.Namespace) -> list[str]:
    return list(diff.differences(*_loaded([args.old, args.new]))) or ["Nothing changed."]
