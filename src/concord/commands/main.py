"""``concord``: one command a line of work. Each module here brings HELP, add_arguments and run."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from concord.commands import NotReady

# name → module; charter and env need no database, so Django is set up by the commands that want it.
COMMANDS = {
    "serve": "concord.commands.serve",
    "migrate": "concord.commands.migrate",
    "charter": "concord.commands.charter",
    "demo": "concord.commands.demo",
    "import": "concord.commands.load_published",
    "analyse": "concord.commands.analyse",
    "reports": "concord.commands.reports",
    "journal": "concord.commands.journal",
    "notices": "concord.commands.notices",
    "people": "concord.commands.people",
}


def django(*, tables: bool = True) -> None:
    """Set Django up, for a command that needs the database; with ``tables`` as this version has them (NotReady)."""
    import django as framework

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    framework.setup()
    if tables:
        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise NotReady("The database has not this version’s tables yet. Run: concord migrate")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="concord", description="Runs a regional improvement alliance for children’s services."
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, path in COMMANDS.items():
        module = importlib.import_module(path)
        sub = commands.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Returns its exit code: 0 done, 1 refused with a reason, 2 wrong words."""
    args = parser().parse_args(arguments)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except NotReady as reason:
        print(reason, file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever reads (head, less) has enough; nothing is left to tell it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
