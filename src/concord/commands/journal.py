"""``concord journal verify``."""

from __future__ import annotations

import argparse

HELP = "check that the journal is whole: nothing changed or cut out"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``verify [--last-hash HASH]``."""
    steps = parser.add_subparsers(metavar="STEP", required=True)
    verify = steps.add_parser("verify", help=HELP)
    verify.add_argument("--last-hash", default="", help="a hash noted earlier; finds entries cut off the end")


def run(args: argparse.Namespace) -> int:
    """Exit 0 and the last hash to note down, or 1 and the first broken entry."""
    from concord.commands.main import django

    django()
    from concord.queries.journal import entries_in_order
    from concord.rules.journal import verify

    verdict = verify(entries_in_order(), args.last_hash)
    if verdict.broken_at is not None:
        print(f"The journal is broken at entry {verdict.broken_at}: {verdict.problem}.")
        print(f"{verdict.sound} entries before it hold.")
        return 1
    print(f"The journal holds: {verdict.sound} entries. Note the last hash: {verdict.last_hash}")
    return 0
