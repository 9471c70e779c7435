"""``concord``: one command a line of work. Each module here brings HELP, add_arguments and run."""

from __future__ import annotations

import argparse
import importlib
import os
import sys

# name → module; charter and env need no database, so Django is set up by the commands that want it.
COMMANDS = {
    "serve": "concord.commands.serve",
    "migrate": "concord.commands.migrate",
    "charter": "concord.commands.charter",
    "demo": "concord.commands.demo",
    "import": "concord.commands.load_published",
    "analyse": "concord.commands.analyse",
    "journal": "concord.commands.journal",
    "notices": "concord.commands.notices",
    "people": "concord.commands.people",
}


def django() -> None:
    """Set Django up, for a command that needs the database."""
    import django as framework

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    framework.setup()


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
    code: int = args.run(args)
    return code


if __name__ == "__main__":
    sys.exit(main())
