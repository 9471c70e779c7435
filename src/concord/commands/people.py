"""``concord people``: let the first people in. After that, offices invite one another in the pages."""

from __future__ import annotations

import argparse
import getpass
import sys

HELP = "add a person, appoint somebody to an office, or set a password"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``add``, ``appoint`` and ``password``."""
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    add = steps.add_parser(
        "add", help="let somebody sign in; --operator makes them a keeper of this instance"
    )
    add.add_argument("--email", required=True, help="with which they sign in")
    add.add_argument("--name", required=True, help="as others see it")
    add.add_argument("--operator", action="store_true", help="a keeper of this instance")
    appoint = steps.add_parser(
        "appoint", help="give somebody an office of the alliance, such as programme-manager"
    )
    appoint.add_argument("--email", required=True, help="of somebody new or known")
    appoint.add_argument("--name", required=True, help="as others see it")
    appoint.add_argument("--alliance", required=True, help="its key, such as london")
    appoint.add_argument("--office", required=True, help="its key in the charter")
    appoint.add_argument("--authority", default="", help="DfE code, for an office of an authority")
    password = steps.add_parser("password", help="set a password; it is asked for, never written on the line")
    password.add_argument("email", metavar="EMAIL", help="whose it is")


def run(args: argparse.Namespace) -> int:
    """0 when done; 1 with the reason on standard error."""
    from concord.commands.main import django

    django()
    from concord.actions._run import Invalid

    steps = {"add": _add, "appoint": _appoint, "password": _password}
    try:
        print(steps[args.step](args))
    except (Invalid, _Unknown) as fault:
        print(fault, *getattr(fault, "fields", {}).values(), sep="\n", file=sys.stderr)
        return 1
    return 0


class _Unknown(Exception):
    """Nobody or nothing of that name."""


def _add(args: argparse.Namespace) -> str:
    from concord.actions._run import SYSTEM
    from concord.actions.people import add_person

    person = add_person(by=SYSTEM, email=args.email, name=args.name, operator=args.operator)
    return f"{person.name} is known. Set a password: concord people password {person.email}"


def _appoint(args: argparse.Namespace) -> str:
    from concord.actions._run import SYSTEM
    from concord.actions.people import appoint
    from concord.queries.membership import today
    from concord.records.models import Alliance, Authority

    alliance = Alliance.objects.filter(key=args.alliance).first()
    if alliance is None:
        known = ", ".join(Alliance.objects.values_list("key", flat=True)) or "none"
        raise _Unknown(f"There is no alliance “{args.alliance}”. Known: {known}.")
    authority = Authority.objects.filter(code=args.authority).first()
    if args.authority and authority is None:
        raise _Unknown(f"There is no authority with the DfE code {args.authority}.")
    tenure = appoint(
        by=SYSTEM,
        alliance=alliance,
        office=args.office,
        email=args.email,
        name=args.name,
        starts=today(),
        authority=authority,
    )
    return f"{tenure.person.name} holds the office {args.office} from today. An invitation is on its way."


def _password(args: argparse.Namespace) -> str:
    from concord.actions._run import SYSTEM
    from concord.actions.people import set_password
    from concord.queries.accounts import person_named

    person = person_named(args.email)
    if person is None:
        raise _Unknown(f"Nobody has the address {args.email}. Add them first: concord people add")
    if sys.stdin.isatty():
        password = getpass.getpass("New password: ")
        if password != getpass.getpass("The same again: "):
            raise _Unknown("The two are not the same.")
    else:
        password = sys.stdin.readline().rstrip("\n")
    set_password(by=SYSTEM, person=person, password=password)
    return f"The password of {person.name} is set."
