"""A charter and its duties in plain words."""

from __future__ import annotations

from collections import Counter
from datetime import date

from concord.charter import vocabulary
from concord.charter.chapters import Sharing
from concord.charter.due import After, Due
from concord.charter.schema import Charter, Commitment, Member


def day(when: date) -> str:
    """“1 April 2019”."""
    return f"{when.day} {when:%B %Y}"


def number(count: int, one: str, many: str = "") -> str:
    """“1 member”, “33 members”."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(names: list[str] | tuple[str, ...]) -> str:
    """“a, b and c”."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def summary(charter: Charter) -> tuple[str, ...]:
    """What a charter holds, a line each; every line is a count or a date of the file."""
    memorandum, first = charter.memorandum, charter.memorandum.commences
    here = charter.members_on(first)
    later = [m for m in charter.members if m.joins > first]
    left = [m for m in charter.members if m.leaves]
    members = number(len(here), "member")
    if charter.sub_regions:
        members += f" in {number(len(charter.sub_regions), 'sub-region')}"
    owners = Counter(commitment.owed_by for commitment in charter.commitments)
    timed = Counter(_kind(commitment) for commitment in charter.commitments)
    lines = [
        f"{memorandum.region}: {memorandum.title}",
        f"Commenced {day(first)}{_ended(charter)}. {_review(charter)}",
        f"{members}{_moves('joined later', later)}{_moves('left', left)}",
        f"{number(len(charter.commitments), 'commitment')}: "
        + ", ".join(f"{count} owed by {vocabulary.OWNERS[owner]}" for owner, count in owners.items()),
        "Timing: " + ", ".join(f"{count} {kind}" for kind, count in timed.items()),
        ", ".join(
            (
                number(len(charter.offices), "office"),
                number(len(charter.partners), "partner"),
                number(len(charter.sharing), "sharing rule"),
                number(len(charter.ladder), "rung") + " on the ladder",
            )
        ),
    ]
    lines += [f"Dataset {use.key}: every {use.every}, due {use.due.text}" for use in charter.datasets]
    if challenge := charter.challenge:
        size = challenge.group_size
        people = f"{size.first}" if size.first == size.last else f"{size.first} to {size.last}"
        lines.append(f"{challenge.title}: groups of {people}, {number(len(challenge.stages), 'stage')}")
    if counted := sum(commitment.working_date for commitment in charter.commitments):
        lines.append(f"Working dates, which the memorandum does not set: {counted}")
    return tuple(lines)


def _ended(charter: Charter) -> str:
    memorandum = charter.memorandum
    replaced = f", replaces {memorandum.replaces}" if memorandum.replaces else ""
    return replaced + (f", revoked {day(memorandum.revoked)}" if memorandum.revoked else "")


def _review(charter: Charter) -> str:
    review = charter.memorandum.review
    when = f"Review {'on' if review.on else 'after'} {day(review.date)}"
    return f"{when}, or when any party asks" if review.any_party else when


def _moves(verb: str, members: list[Member]) -> str:
    return f"; {listed([member.name for member in members])} {verb}" if members else ""


def _kind(commitment: Commitment) -> str:
    if commitment.every:
        return vocabulary.CADENCES[commitment.every]
    return "always" if commitment.always else "when something happens"


def timing(commitment: Commitment) -> str:
    """When a duty falls due: “every quarter, 30 working days after the quarter ends”."""
    due = commitment.due.text if commitment.due else ""
    if commitment.always:
        text = "at all times"
    elif commitment.every:
        text = ", ".join(filter(None, (vocabulary.CADENCES[commitment.every], due)))
    else:
        text = _following(commitment.due, listed([vocabulary.TRIGGERS[key] for key in commitment.after]))
    return f"{text} (working date)" if commitment.working_date else text


def _following(due: Due | None, what: str) -> str:
    if not isinstance(due, After):
        return f"after {what}"
    if due.last == 0:
        return f"at once after {what}"
    return f"{due.text.removesuffix(' after')} after {what}"


def sentence(commitment: Commitment, charter: Charter | None = None) -> str:
    """One duty in one line: clause, who owes it (with its office, if the charter is given), what, when."""
    owner = vocabulary.OWNERS[commitment.owed_by]
    through = f", through the {charter.office(commitment.through).title}" if charter else ""
    clause = commitment.cited or commitment.clause
    return f"{clause}  {owner[0].upper()}{owner[1:]}{through}: {commitment.duty}. Due {timing(commitment)}."


def audience(charter: Charter, rule: Sharing) -> str:
    """Who sees a kind of record: “all member authorities, the alliance’s own offices and ...”."""
    return listed([who(charter, word) for word in rule.seen_by])


def who(charter: Charter, word: str) -> str:
    """An audience in words: a fixed word, a partner, an office, or every holder of one."""
    if word in vocabulary.AUDIENCES:
        return vocabulary.AUDIENCES[word]
    if word.startswith(vocabulary.EVERY):
        return f"every {charter.office(word.removeprefix(vocabulary.EVERY)).title}"
    titles = {partner.key: partner.title for partner in charter.partners}
    return titles.get(word) or charter.office(word).title
