"""A development plan from its beginning to its renewal: begun, sent for signature, signed, shown."""

from __future__ import annotations

from collections.abc import Iterable

from concord.actions._acts import act_done
from concord.actions._looks import schedule
from concord.actions._plan import begun, journalled, locked, saved
from concord.actions._run import Invalid, Run, action
from concord.actions._shown import shown
from concord.actions._signing import ask_to_sign, when_complete
from concord.queries import plans as queries
from concord.queries.membership import holders
from concord.queries.sign_offs import Signable, places
from concord.queries.standing import edition_in_force, standing_of
from concord.records.models import (
    Alliance,
    Authority,
    Challenge,
    Finding,
    Plan,
    PlanAction,
    PlanPoint,
    Progress,
    Seat,
)
from concord.rules.access import Facts
from concord.rules.plans import IN_FORCE, OPEN_TO_SIGN, OVER, PLAN, PLAN_SUBJECT, WRITE, lacks
from concord.rules.seats import TAKEN
from concord.rules.signing import complete

CHALLENGERS = "sit lead triad member data expert quality-assurance"
_KINDS = {"strength": "strength", "area": "area", "recommendation": "area"}


@action("plan.begun")
def begin(
    run: Run,
    *,
    alliance: Alliance,
    authority: Authority,
    period: str,
    challenge: Challenge | None = None,
    last_year: bool = False,
) -> Plan:
    """Begin the plan of a year: from what a challenge found, from what last year’s plan left open, or empty.

    Of findings, strengths and areas become points, and recommendations (unless the host declined them) areas; what
    was agreed becomes an action, of the area that came from the same line of enquiry. Also one that begins empty
    belongs to the year’s peer challenge. Raises Invalid where the memorandum has no such plan, or there is one of
    that year already.
    """
    run.require(WRITE, Facts(alliance.key, authority.pk, authority.name))
    Authority.objects.select_for_update(of=("self",), no_key=True).get(pk=authority.pk)
    edition, charter = edition_in_force(alliance.pk, run.today), standing_of(alliance, run.today).charter
    template = queries.template_of(charter)
    if template is None or edition is None:
        raise Invalid("This memorandum has no development plan.")
    if Plan.objects.filter(alliance=alliance, authority=authority, period=period).exists():
        raise Invalid(f"There is a plan for {period} already. Open it, or renew it once it is signed.")
    _, earlier = queries.may_begin_from(alliance.pk, authority.pk, period)
    row = Plan.objects.create(
        alliance=alliance,
        authority=authority,
        edition=edition,
        template=template.key,
        period=period,
        challenge=challenge or queries.challenge_of(alliance.pk, authority.pk, period),
        replaces=earlier if last_year else None,
        state=PLAN.first,
        begun_at=run.at,
    )
    if challenge:
        _from_findings(row, challenge)
    if last_year and earlier:
        _carried(row, earlier, unfinished=True)
    return saved(run, row, "A plan was begun")


@action("plan.renewed")
def renew(run: Run, *, plan: Plan) -> Plan:
    """Begin a newer plan of the same year with everything that this one says; it takes its place once it is signed."""
    row = begun(run, plan, "renew")
    newer = Plan.objects.filter(
        alliance=row.alliance_id, authority=row.authority_id, period=row.period, number__gt=row.number
    )
    if newer.exists():
        raise Invalid("A newer plan of this year has been begun already.")
    made = Plan.objects.create(
        alliance=row.alliance,
        authority=row.authority,
        edition=row.edition,
        template=row.template,
        period=row.period,
        number=row.number + 1,
        challenge=row.challenge,
        replaces=row,
        state=PLAN.first,
        summary=row.summary,
        begun_at=run.at,
    )
    _carried(made, row, unfinished=False)
    return saved(run, made, "A plan was renewed")


def _from_findings(plan: Plan, challenge: Challenge) -> None:
    if (challenge.authority_id, challenge.alliance_id) != (plan.authority_id, plan.alliance_id):
        raise Invalid("That challenge was of another authority.")
    found = list(Finding.objects.filter(challenge=challenge, removed_at=None).order_by("at", "pk"))
    by_line: dict[int, PlanPoint] = {}
    for place, finding in enumerate(found, 1):
        kind = _KINDS.get(finding.kind)
        if kind is None or finding.response == "declined":
            continue
        point = PlanPoint.objects.create(
            plan=plan, kind=kind, place=place, text=finding.text, finding=finding
        )
        if kind == "area" and finding.line_id:
            by_line.setdefault(finding.line_id, point)
    for place, finding in enumerate((f for f in found if f.kind == "action"), 1):
        PlanAction.objects.create(
            plan=plan,
            place=place,
            area=by_line.get(finding.line_id or 0),
            text=finding.text,
            owner=finding.owner,
            due=finding.due,
            finding=finding,
        )


def _carried(plan: Plan, earlier: Plan, unfinished: bool) -> None:
    """Bring over points and actions; only what is still open, where ``unfinished``."""
    over = _over(earlier) if unfinished else frozenset()
    actions = [a for a in PlanAction.objects.filter(plan=earlier).order_by("place") if a.pk not in over]
    wanted = {a.area_id for a in actions}
    areas: dict[int | None, PlanPoint] = {}
    many = PlanPoint.objects.filter(plan=plan).count()
    for point in PlanPoint.objects.filter(plan=earlier).order_by("kind", "place"):
        if unfinished and (point.kind != "area" or point.pk not in wanted):
            continue
        areas[point.pk] = PlanPoint.objects.create(
            plan=plan,
            kind=point.kind,
            place=many + point.place,
            text=point.text,
            finding_id=None if unfinished else point.finding_id,
            earlier=point,
        )
    for action_ in actions:
        says = queries.said(action_) | {"due": action_.due}
        PlanAction.objects.create(
            plan=plan, place=many + action_.place, area=areas.get(action_.area_id), earlier=action_, **says
        )


def _over(plan: Plan) -> frozenset[int]:
    """Actions that were done or stopped, by the last that was said of them."""
    last: dict[int, str] = dict(
        Progress.objects.filter(action__plan=plan).order_by("on", "at").values_list("action", "state")
    )
    return frozenset(action for action, state in last.items() if state in OVER)


@action("plan.sent")
def send(run: Run, *, plan: Plan) -> Plan:
    """Send the plan for signature: those who sign are told. Raises Invalid with what it still lacks."""
    row = begun(run, plan, "send")
    if faults := lacks(queries.content(row)):
        raise Invalid(" ".join(faults))
    row.sent_at = run.at
    row.save(update_fields=["state", "sent_at"])
    what = queries.signable(row)
    if not what.offices or complete(places(what)):
        _completed(run, row)  # nobody need sign it, or it was opened again and not changed
    else:
        ask_to_sign(run, what)
    return journalled(run, row, "was sent for signature", "sign-off", row.template)


@action("plan.reopened")
def reopen(run: Run, *, plan: Plan, reason: str) -> Plan:
    """Open the plan again to change it. Signatures stay in sight, and count while the text stays as it was."""
    row = begun(run, plan, "reopen")
    if not reason.strip():
        raise Invalid("Say why.", {"reason": "Enter the reason"})
    row.save(update_fields=["state"])
    what = queries.signable(row)
    signed = {p.office for p in places(what) if p.status == "signed"}
    people = _holders(run, row, signed)
    sentence = f"{queries.title_of(row)} of {row.authority.name} was opened again: {reason.strip()}"
    run.tell(people, "plan", sentence[:400], queries.link_of(row), row.alliance.key)
    return journalled(run, row, f"was opened again: {reason.strip()}")


@when_complete(PLAN_SUBJECT)
def _signed_in_full(run: Run, what: Signable) -> None:
    """The last office has signed: the plan is in force, inside the action of whoever signed."""
    row = locked(Plan(pk=int(what.key)))
    if row.hash == what.hash and row.state == OPEN_TO_SIGN:
        _completed(run, row)


def _completed(run: Run, row: Plan) -> None:
    """In force: it takes the place of an older one of the year, and is looked back at when its time comes."""
    row.state = PLAN.move("complete", row.state).target or row.state
    row.signed_on = row.signed_on or run.today
    row.challenge = row.challenge or queries.challenge_of(row.alliance_id, row.authority_id, row.period)
    row.save(update_fields=["state", "signed_on", "challenge"])
    older = Plan.objects.filter(
        alliance=row.alliance_id,
        authority=row.authority_id,
        period=row.period,
        number__lt=row.number,
        state=IN_FORCE,
    )
    older.update(state=PLAN.move("replace", IN_FORCE).target)
    act_done(run, row.challenge, "plan")
    schedule(run, row, "plan", run.today)
    people = Seat.objects.filter(challenge=row.challenge_id, state__in=TAKEN, ended_at=None)
    sentence = f"{queries.title_of(row)} of {row.authority.name} is signed and open to challenge."
    run.tell(
        people.exclude(role="host").values_list("person", flat=True),
        "plan",
        sentence[:400],
        queries.link_of(row),
        row.alliance.key,
    )


@action("plan.shown")
def show(run: Run, *, plan: Plan) -> Plan:
    """Show what was found and promised to those whom the template names; they say that they have read it.

    Raises Invalid where this text was shown already.
    """
    row = begun(run, plan, "show")
    made = shown(
        run,
        alliance=row.alliance,
        authority=row.authority,
        subject=PLAN_SUBJECT,
        key=queries.text_key(row),
        title=f"{queries.title_of(row)}, {row.authority.name}",
        offices=queries.shown_to(queries.charter_of(row).template(row.template)),
    )
    if not made:
        raise Invalid("This text was shown already, or the memorandum names nobody to show it to.")
    row.shared_at = row.shared_at or run.at
    row.save(update_fields=["shared_at"])
    act_done(run, row.challenge, "share")
    return journalled(run, row, "was shown", "acknowledgement", PLAN_SUBJECT)


def _holders(run: Run, row: Plan, offices: Iterable[str]) -> set[int]:
    found = (holders(row.alliance_id, o, run.today, authority=row.authority_id) for o in offices)
    return {person.pk for people in found for person in people}
