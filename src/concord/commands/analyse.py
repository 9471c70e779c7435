"""``concord analyse``."""

from __future__ import annotations

import argparse

HELP = "work out again where to look, in releases and published figures"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(args: argparse.Namespace) -> int:
    """Say how many were worked out. What was worked out before is replaced."""
    from concord.commands.main import django

    django()
    from concord.actions.analysis import analyse_everything

    print(f"{analyse_everything()} releases and published years worked out")
    return 0
