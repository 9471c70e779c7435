"""``concord demo``."""

from __future__ import annotations

import argparse
import sys

HELP = "fill an empty database with the demonstration, and say how to sign in"

SIGN_IN = """\
The demonstration is there. Open the pages, choose “Sign in”, and take any office: no password is asked.
Begin as the data lead of Camden, whose latest quarter is waiting; then as London’s data analyst, another
borough’s director, the DfE’s officer, a director of the East Midlands. docs/users/demo.md leads through it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``fill``; without a word, how to sign in."""
    steps = parser.add_subparsers(metavar="STEP", dest="step")
    steps.add_parser("fill", help=HELP)


def run(args: argparse.Namespace) -> int:
    """0 when it is filled, or there to be signed in to; 1 when the database holds anything else, or nothing."""
    from concord.commands.main import django

    django()
    from django.utils import timezone

    from concord.demo.fill import NotEmpty, fill
    from concord.queries.accounts import demo_alliances

    if args.step == "fill":
        try:
            fill(timezone.now(), _say)
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


def fill_if_empty() -> None:
    """For ``concord serve``: fill a database without alliances, and leave any other alone."""
    from django.utils import timezone

    from concord.demo.fill import NotEmpty, fill, must_be_empty

    try:
        must_be_empty()
    except NotEmpty:
        return
    print("There is no data yet: filling in the demonstration. This takes about a minute, once.", flush=True)
    fill(timezone.now(), _say)
    print(SIGN_IN, flush=True)


def _say(sentence: str) -> None:
    print(sentence, flush=True)
