"""Record and report as a document, from what the pages show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from concord.outputs.blocks import Text
from concord.outputs.challenge_record import Item, Record, text
from concord.pages.challenges.common import Shown
from concord.pages.jinja import day
from concord.pages.sharing import who_sees
from concord.queries import challenge_record as reading
from concord.queries.enquiry import lines_of
from concord.queries.papers import form_of
from concord.rules import access
from concord.rules.challenge import HOST, TRIAD
from concord.rules.enquiry import AGREED
from concord.rules.records import RESPONSES


@dataclass(frozen=True)
class Sent:
    """Whether who looks reads the answers, and what peers think of them: sent, or one’s own side’s to write."""

    answers: bool
    judged: bool


def answers_shown(shown: Shown) -> Sent:
    """What of answers and judgements who looks may read: their own side’s always, the other’s once it is sent."""
    done = shown.now.done
    return Sent("respond" in done or shown.may(HOST), "weigh" in done or shown.may(TRIAD))


def report_sees(shown: Shown) -> str:
    """Whom the charter shares it with, and who reads it besides once it is out."""
    first, rules = who_sees(shown.standing, "challenge"), shown.standing.rules
    more = rules.audiences("follow-up") - rules.audiences("challenge")
    rule = shown.standing.charter.shared("follow-up")
    if not more or rule is None:
        return first
    return f"{first}; once it is out, also {access.audience_sentence(more)} (clause {rule.clause})"


def words(shown: Shown) -> Text:
    """What it says: written part, findings under their headings, recommendations with answers, who took part."""
    now, row, sent = shown.now, shown.row, answers_shown(shown)
    paper = reading.written_part(row)
    titles = {s.key: s.title for s in form_of(paper).sections} if paper else {}
    written = {s.key: s.text for s in paper.sections.all()} if paper else {}
    finished = now.done.get("report") or now.done.get("record")
    return text(
        Record(
            title=f"Record of the {shown.row.title[0].lower()}{shown.row.title[1:]}",
            alliance=now.charter.memorandum.alliance,
            facts=(
                ("Authority", row.authority.name),
                ("Held on", day(row.held_on) if row.held_on else "Not held yet"),
                ("State", f"Finished on {day(finished.on)}" if finished else "Draft, not finished"),
                ("Who may see this", report_sees(shown)),
            ),
            people=tuple((s.title, s.name, s.where) for s in now.seats if s.taken),
            lines=tuple((x.row.number, x.row.question) for x in lines_of(row) if x.row.state in AGREED),
            written=tuple((titles[key], written.get(key, "")) for key in titles),
            findings={
                title: tuple(_item(f, sent) for f in rows)
                for title, rows in reading.by_kind(reading.findings_of(row)).items()
            },
        )
    )


def _item(f: Any, sent: Sent) -> Item:
    judged = {None: "", True: "In proportion", False: "Not in proportion"}[f.proportionate]
    return Item(
        text=f.text,
        evidence=f.evidence,
        line=f.line.number if f.line else None,
        owner=f.owner,
        due=day(f.due) if f.due else "",
        answer=RESPONSES.get(f.response, "") if sent.answers else "",
        answer_text=f.response_text if sent.answers else "",
        judged=judged if sent.judged else "",
        judged_text=f.review_text if sent.judged else "",
    )
