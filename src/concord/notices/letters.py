"""The words of an e-mail: one for each urgent notice, and one digest a person and day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from concord.queries.notices import Draft, Reminder, Told
from concord.rules.duty import in_words

INVITATION = (
    "{link to choose a password}"  # stands in the letter until it is sent; the link itself is never kept
)


def urgent(person: int, name: str, told: Told, site: str) -> Draft:
    """A letter about one thing."""
    lines = [f"Dear {name},", "", told.sentence, "", f"{site}{told.link}"]
    if told.kind == "invitation":
        lines[-1:] = [
            INVITATION,
            "",
            "The link opens for a week. After that, ask for a new one where you sign in.",
        ]
    return Draft(person, f"urgent.{told.id}", _subject(told.sentence), _signed(lines, site), (told.id,))


def digest(
    person: int, name: str, day: date, reminders: Sequence[Reminder], told: Sequence[Told], site: str
) -> Draft:
    """The day’s letter: what falls due, what was missed, and what else there is to know."""
    lines = [f"Dear {name},"]
    for title, these in (
        ("Overdue", [r for r in reminders if r.due < day]),
        ("Due soon", [r for r in reminders if r.due >= day]),
    ):
        if these:
            lines += ["", title.upper()]
        for r in these:
            period = f", {r.period}" if r.period else ""
            lines += [
                "",
                f"- {r.sentence} ({r.where}{period}; clause {r.clause}). Due {in_words(r.due, day)}.",
                f"  {site}{r.link}",
            ]
    if told:
        lines += ["", "NEWS"]
        for it in told:
            lines += ["", f"- {it.sentence}", f"  {site}{it.link}"]
    return Draft(
        person,
        f"digest.{day.isoformat()}.{person}",
        f"Concord: {_counted(reminders, told, day)}",
        _signed(lines, site),
        tuple(t.id for t in told),
    )


def digests(
    names: Mapping[int, str],
    day: date,
    reminders: Mapping[int, Sequence[Reminder]],
    told: Mapping[int, Sequence[Told]],
    site: str,
) -> list[Draft]:
    """A digest for everybody who has something to be told; nobody gets an empty one."""
    return [
        digest(person, names[person], day, reminders.get(person, ()), told.get(person, ()), site)
        for person in sorted(reminders.keys() | told.keys())
    ]


def _counted(reminders: Sequence[Reminder], told: Sequence[Told], day: date) -> str:
    late = sum(r.due < day for r in reminders)
    counts = [(late, "overdue"), (len(reminders) - late, "due soon"), (len(told), "new")]
    return ", ".join(f"{count} {what}" for count, what in counts if count)


def _subject(sentence: str) -> str:
    """A subject is one line."""
    return f"Concord: {' '.join(sentence.split())}"


def _signed(lines: Sequence[str], site: str) -> str:
    end = [
        "",
        "--",
        "Concord",
        f"{site}/",
        "You get this because of an office that you hold. Nobody reads replies.",
    ]
    return "\n".join([*lines, *end]) + "\n"
