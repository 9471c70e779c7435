"""``concord migrate``."""

from __future__ import annotations

import argparse

HELP = "bring the database to this version’s tables"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(args: argparse.Namespace) -> int:
    """Make or change tables, and put in the reference table of authorities. Safe to run again."""
    from concord.commands.main import django

    django(tables=False)
    from django.core.management import call_command

    from concord.actions._run import SYSTEM
    from concord.actions.editions import load_reference
    from concord.records.models import Authority

    call_command("migrate", interactive=False, verbosity=0)
    if not Authority.objects.exists():
        load_reference(by=SYSTEM)
    return 0
