"""Reading development plans: those that somebody may see, one as a page, and what exactly it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q
from django.http import Http404

from concord.charter import Charter
from concord.charter.chapters import Template
from concord.queries.granted import granted
from concord.queries.memorandum import clauses
from concord.queries.sign_offs import Signable, places_of, signatories
from concord.queries.standing import Standing, parsed
from concord.records.models import (
    Authority,
    Challenge,
    Plan,
    PlanAction,
    PlanPoint,
    Progress,
)
from concord.rules.access import Actor, Facts
from concord.rules.challenge import CHALLENGE, COUNTED
from concord.rules.plans import CLOSED, IN_FORCE, OVER, PLAN, PLAN_SUBJECT, SIGNED, UNSHARED


@dataclass(frozen=True, slots=True)
class Row:
    """A plan in a list."""

    plan: Plan
    areas: int
    actions: int
    over: int
    signed: int
    asked: int

    @property
    def label(self) -> str:
        """Its state in words."""
        return PLAN.states[self.plan.state]


def plan_of(alliance: str, number: int) -> Plan:
    """A plan with its authority and challenge. Raises Http404."""
    rows = Plan.objects.filter(alliance__key=alliance).select_related(
        "alliance", "authority", "edition", "challenge", "replaces"
    )
    found = rows.filter(pk=number).first()
    if found is None:
        raise Http404("There is no such plan in this alliance.")
    return found


def facts_of(plan: Plan) -> Facts:
    """What the policy needs to know of a plan. It is its own authority’s alone until it is signed."""
    return Facts(
        plan.alliance.key,
        plan.authority_id,
        plan.authority.name,
        draft=plan.state in UNSHARED,
        year=plan.period,
    )


def facts_of_plan(alliance: str, number: int, **_: Any) -> Facts:
    """The same, from an address."""
    return facts_of(plan_of(alliance, number))


def charter_of(plan: Plan) -> Charter:
    """The charter under whose edition the plan was made."""
    return parsed(plan.edition.hash, plan.edition_id)


def template_of(charter: Charter) -> Template | None:
    """The charter’s template of development plans, if it has one."""
    return next((t for t in charter.templates if t.document == PLAN_SUBJECT), None)


def title_of(plan: Plan) -> str:
    """“Development plan 2026-27, renewed”."""
    title = charter_of(plan).template(plan.template).title
    again = "" if plan.number == 1 else f" (number {plan.number})"
    return f"{title} {plan.period}{again}"


def link_of(plan: Plan) -> str:
    """The address of its page."""
    return f"/alliances/{plan.alliance.key}/plans/{plan.pk}/"


def shown_to(template: Template) -> tuple[str, ...]:
    """The offices to which a plan is shown: those that the template names, else who signs beside the director."""
    return template.shared_with or tuple(o for o in template.signed_by if o != "director")


def text_key(plan: Plan) -> str:
    """The plan and exactly what it says, for what is shown of it."""
    return f"{plan.pk}.{plan.hash[:16]}"


def signable(plan: Plan) -> Signable:
    """The plan as a text that offices sign: open to signature while it is out for it."""
    charter = charter_of(plan)
    template = charter.template(plan.template)
    return Signable(
        subject=PLAN_SUBJECT,
        key=str(plan.pk),
        alliance=plan.alliance,
        authority=plan.authority,
        hash=plan.hash,
        offices=signatories(charter, template),
        title=f"{title_of(plan)}, {plan.authority.name}",
        link=link_of(plan),
        kept_by="plan.write",
        clauses=clauses(charter, "sign-off", template.key),
        or_equivalent=template.or_equivalent,
        closed=CLOSED.get(plan.state, ""),
    )


def content(plan: Plan) -> dict[str, Any]:
    """All that a plan says, as plain data: what is hashed, signed, printed, and kept as its text. Two queries."""
    actions: dict[int | None, list[dict[str, Any]]] = {}
    for row in PlanAction.objects.filter(plan=plan).order_by("place", "pk"):
        actions.setdefault(row.area_id, []).append(said(row))
    points = [
        {"kind": p.kind, "text": p.text, "actions": actions.get(p.pk, [])}
        for p in PlanPoint.objects.filter(plan=plan).order_by("kind", "place", "pk")
    ]
    return {
        "authority": plan.authority.code,
        "period": plan.period,
        "number": plan.number,
        "summary": plan.summary,
        "points": points,
        "actions": actions.get(None, []),
    }


SAID = ("text", "owner", "due", "measure", "indicator", "baseline", "baseline_period", "aim")


def said(row: PlanAction) -> dict[str, Any]:
    """What an action says."""
    values = {name: getattr(row, name) for name in SAID}
    return values | {"due": row.due.isoformat() if row.due else None}


def current(alliance: int, authority: int, period: str = "") -> Plan | None:
    """An authority’s newest plan that was signed, of a year or of any. One query."""
    rows = Plan.objects.filter(alliance=alliance, authority=authority, state=IN_FORCE)
    rows = rows.filter(period=period) if period else rows
    return (
        rows.select_related("alliance", "authority", "edition", "challenge")
        .order_by("-period", "-number")
        .first()
    )


def rows_for(actor: Actor, standing: Standing, year: str = "") -> list[Row]:
    """The plans that somebody may see, of a year or of all, newest year first. Three queries."""
    mine = granted(actor, "see plan", standing.key, year="period", draft=Q(state__in=UNSHARED))
    rows = Plan.objects.filter(mine).select_related("alliance", "authority", "edition")
    rows = rows.filter(period=year) if year else rows
    plans = list(
        rows.annotate(
            areas=Count("points", filter=Q(points__kind="area"), distinct=True),
            acts=Count("actions", distinct=True),
        ).order_by("-period", "authority__name", "-number")
    )
    over = _over([p.pk for p in plans])
    signed = places_of([signable(p) for p in plans])
    return [
        Row(
            p,
            p.areas,
            p.acts,
            over.get(p.pk, 0),
            sum(place.status == "signed" for place in signed[str(p.pk)]),
            len(signed[str(p.pk)]),
        )
        for p in plans
    ]


def _over(plans: list[int]) -> dict[int, int]:
    """How many actions of each plan are done or stopped, by the last that was said of them. One query."""
    newest = PlanAction.objects.filter(plan__in=plans).annotate(last=Max("progress__pk")).values("last")
    rows = Progress.objects.filter(pk__in=newest, state__in=OVER).values_list("action__plan")
    return dict(rows.annotate(many=Count("pk")))


def challenge_of(alliance: int, authority: int, period: str) -> Challenge | None:
    """The peer challenge of an authority in a year, to which its plan belongs."""
    rows = Challenge.objects.filter(alliance=alliance, authority=authority, year=period, activity=CHALLENGE)
    return rows.filter(state__in=COUNTED).select_related("edition").first()


def authority_of(key: int) -> Authority:
    """An authority by its row."""
    return Authority.objects.get(pk=key)


def may_begin_from(alliance: int, authority: int, period: str) -> tuple[list[Challenge], Plan | None]:
    """What a plan of a year can begin from: challenges with findings, and the last plan of an earlier year."""
    found = Challenge.objects.filter(
        alliance=alliance, authority=authority, year=period, findings__removed_at=None, findings__isnull=False
    )
    earlier = Plan.objects.filter(alliance=alliance, authority=authority, period__lt=period, state__in=SIGNED)
    return list(found.distinct()), earlier.order_by("-period", "-number").first()
