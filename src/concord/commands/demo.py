"""``concord demo``."""

from __future__ import annotations

import argparse
import sys

HELP = "fill an empty database with the demonstration"

SIGN_IN = """\
The demonstration is there. Open the pages, choose “Sign in”, and take any office: no password is asked.
Begin as the data lead of Camden, whose latest quarter is waiting; then as London’s data analyst, another
borough’s director, the DfE’s officer, a director of the East Midlands. docs/users/demo.md leads through it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``fill``, ``year [--of Y]``, ``national [--quarters N]``; without a word, how to sign in."""
    steps = parser.add_subparsers(metavar="STEP", dest="step")
    steps.add_parser("fill", help=HELP)
    year = steps.add_parser(
        "year",
        help="play one year of both regions day by day in an empty database, and account for every duty",
    )
    year.add_argument("--of", default="2024-25", help="which, such as 2024-25")
    national = steps.add_parser(
        "national", help="fill an empty database with a whole country, to measure with"
    )
    national.add_argument("--quarters", type=int, default=40, help="how many (40)")


def run(args: argparse.Namespace) -> int:
    """0 when it is filled, or there to be signed in to; 1 when it cannot be filled, or is not there."""
    from concord.commands.main import django

    django()
    from django.utils import timezone

    from concord.demo import national
    from concord.demo.fill import NotEmpty, fill
    from concord.queries.accounts import demo_alliances

    if args.step:
        try:
            if args.step == "year":
                return _year(args.of)
            if args.step == "fill":
                fill(timezone.now(), _say)
            else:
                national.fill(timezone.now(), args.quarters, _say)
                return 0
        except NotEmpty as reason:
            print(reason, file=sys.stderr)
            return 1
    elif not demo_alliances():
        print(
            "There is no demonstration here. Fill an empty database with: concord demo fill", file=sys.stderr
        )
        return 1
    print(SIGN_IN)
    return 0


def _year(of: str) -> int:
    """0 when every duty of the year is explained at its end."""
    from catalogue.periods import Period
    from concord.demo.whole_year import play_year

    accounts = play_year(Period.parse(of), _say)
    for account in accounts:
        for line in account.lines():
            print(line)
    return 1 if any(account.unexplained for account in accounts) else 0


def fill_if_empty() -> None:
    """For ``concord serve``: fill a database without alliances, and leave any other alone."""
    from django.utils import timezone

    from concord.demo.fill import NotEmpty, fill, must_be_empty

    try:
        must_be_empty()
    except NotEmpty:
        return
    print("There is no data yet: filling in the demonstration. This takes a minute or two, once.", flush=True)
    fill(timezone.now(), _say)
    print(SIGN_IN, flush=True)


def _say(sentence: str) -> None:
    print(sentence, flush=True)
