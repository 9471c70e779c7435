"""ILACS judgements, recorded from what Ofsted published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from concord.actions._run import Invalid, Run, action
from concord.queries.authorities import FRAMEWORKS, GRADES
from concord.queries.memorandum import clauses
from concord.queries.standing import standing_of
from concord.records.models import Alliance, Authority, Judgement
from concord.rules.access import Facts

AREAS = {
    "overall": "Overall effectiveness",
    "leaders": "The impact of leaders",
    "help_and_protection": "Children who need help and protection",
    "in_care": "Children in care",
    "care_leavers": "Care leavers",
}


@action("judgement.recorded")
def record_judgement(
    run: Run,
    *,
    alliance: Alliance,
    authority: Authority,
    framework: str,
    published: date,
    grades: Mapping[str, str],
    source: str,
    inspected_from: date | None = None,
    inspected_to: date | None = None,
) -> Judgement:
    """Record one inspection as published. ``grades`` has a grade by area (AREAS); only the overall one must be.

    Raises Invalid with the fields to mend, also when one of that day is recorded.
    """
    run.require("judgement.record", Facts(alliance.key, authority.pk, authority.name))
    faults = _faults(run.today, framework, published, grades, source, inspected_from, inspected_to)
    if Judgement.objects.filter(authority=authority, published=published).exists():
        faults["published"] = "A judgement published on that day is recorded already"
    if faults:
        raise Invalid("The judgement cannot be recorded as it stands.", faults)
    row = Judgement.objects.create(
        authority=authority,
        framework=framework,
        inspected_from=inspected_from,
        inspected_to=inspected_to,
        published=published,
        source=source.strip(),
        **{area: grades.get(area, "") for area in AREAS},
    )
    charter = standing_of(alliance, run.today).charter
    run.journal(
        f"judgement {row.pk}",
        f"{authority.name} was judged {row.overall} in an inspection published on {published:%-d %B %Y}",
        alliance=alliance.key,
        authority=authority.code,
        clauses=clauses(charter, "record", "judgements"),
        detail={"published": published.isoformat(), "source": row.source, **dict(grades)},
    )
    return row


def _faults(
    today: date,
    framework: str,
    published: date,
    grades: Mapping[str, str],
    source: str,
    inspected_from: date | None,
    inspected_to: date | None,
) -> dict[str, str]:
    faults = {}
    if framework not in FRAMEWORKS:
        faults["framework"] = "Choose the kind of inspection"
    if published > today:
        faults["published"] = "Enter the day on which the report was published, not one to come"
    if inspected_from and inspected_to and inspected_to < inspected_from:
        faults["inspected_to"] = "The last day of the inspection is before its first"
    if inspected_to and inspected_to > published:
        faults["inspected_to"] = "The inspection ended after its report was published"
    if not grades.get("overall"):
        faults["overall"] = "Choose the overall judgement"
    for area, grade in grades.items():
        if area not in AREAS or (grade and grade not in GRADES):
            faults[area] = "Choose one of Ofsted’s four grades"
    if not source.strip():
        faults["source"] = "Enter where it was published"
    return faults
