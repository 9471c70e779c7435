"""``concord charter load FILE``: bring an edition into the database, whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

from concord.charter.loader import CharterFaults, load_file


def load(path: str) -> int:
    """Load an edition from its file. 0 when it is in, 1 when the file or its fit is faulty; faults all at once."""
    from concord.commands.main import django

    try:
        charter = load_file(path)  # judged before the database is touched, with every fault and its place
    except CharterFaults as faults:
        print(faults, file=sys.stderr)
        return 1
    django()
    from concord.actions._run import SYSTEM, Invalid
    from concord.actions.editions import load_edition, load_reference
    from concord.queries.membership import today
    from concord.records.models import Authority

    if not Authority.objects.exists():
        load_reference(by=SYSTEM)
    try:
        edition = load_edition(by=SYSTEM, text=Path(path).read_bytes().decode("utf-8"), name=Path(path).name)
    except Invalid as fault:
        print(fault, file=sys.stderr)
        return 1
    members = len(charter.members_on(today()))
    print(f"{edition.title} is in force from {edition.commences:%-d %B %Y}: {members} members today.")
    print(f"Its address is /alliances/{edition.alliance.key}/. SHA-256 of the file: {edition.hash}")
    return 0
