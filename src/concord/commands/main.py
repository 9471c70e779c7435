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
    from django.core.exceptions import ImproperlyConfigured
    from environs import EnvError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.config.settings")
    try:
        framework.setup()
    except OSError as problem:
        raise NotReady(f"CONCORD_HOME cannot be used: {problem.filename}: {problem.strerror}.") from None
    except (EnvError, ImproperlyConfigured) as problem:
        raise NotReady(f"A setting is wrong. {' '.join(str(problem).split())}") from None
    if tables:
        from django.db import connection

        from concord.queries.service import unready

        connection.ensure_connection()  # what stops it is then said in its own words
        if reason := unready():
            raise NotReady(reason)


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
    except Exception as problem:
        from django.db import OperationalError

        if not isinstance(problem, OperationalError):
            raise
        words = " ".join(str(problem).split()).rstrip(".")
        print(
            f"The database cannot be used ({words}). Does it run, and is DATABASE_URL right?", file=sys.stderr
        )
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
