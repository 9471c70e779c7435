"""The fixed words that a charter chooses from, each with what it means.

A charter picks among these words and never adds to them: behind each stands something that Concord can do.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _words(**meanings: str) -> Mapping[str, str]:
    """Keys written with _ for - and __ for a full stop, read-only."""
    return MappingProxyType({k.replace("__", ".").replace("_", "-"): v for k, v in meanings.items()})


ABILITIES = _words(
    people__manage="appoint people to offices and end their terms",
    participation__set="set how fully an authority takes part",
    variation__propose="propose that a commitment be waived or changed for a time",
    variation__agree="agree a variation",
    memorandum__sign="sign the memorandum",
    memorandum__record="record a signature made on paper",
    memorandum__review="ask for a review of the memorandum",
    edition__manage="bring in, replace and revoke editions of the memorandum",
    delegate="hand a duty to another person for a time",
    return__prepare="fill in a return",
    return__submit="submit a return",
    return__query="query a return",
    return__accept="accept a return",
    return__reopen="reopen a return",
    return__chase="remind those whose return is late",
    release__make="release a period’s figures",
    judgement__record="record an Ofsted judgement",
    journal__read="read the journal",
    feed__own="subscribe to one’s own calendar",
    narrative__write="explain figures that stand out",
    self_evaluation__write="write a self-evaluation",
    self_evaluation__submit="submit a self-evaluation",
    self_evaluation__comment="comment on another authority’s self-evaluation",
    document__sign="sign off a document",
    document__acknowledge="acknowledge what was shared",
    challenge__group="form the challenge groups",
    challenge__arrange="make a challenge’s timetable and packs",
    challenge__take_part="take part in a challenge",
    challenge__adjudicate="mediate and decide a dispute",
    challenger__nominate="nominate people of one’s authority to challenge others",
    challenger__manage="keep the register of those who challenge",
    plan__write="write a development plan",
    plan__check="check the progress of a plan",
    concern__raise="raise a concern",
    concern__escalate="take a concern up the ladder",
    support__offer="offer support",
    support__ask="ask for support",
    support__broker="match needs with offers",
    practice__share="share good practice",
    event__convene="call a meeting or an event",
    event__attend="attend, or send a representative",
    theme__record="record themes",
    report__approve="approve a report for partners",
    regional_plan__write="write the regional plan",
    contribution__manage="keep the account of contributions",
    welfare__record="record a word with a colleague who may be under pressure",
)

OWNERS = _words(
    authority="each member authority",
    sub_region="each sub-region",
    alliance="the alliance as a whole",
    partner="a partner",
)

CADENCES = _words(
    quarter="every quarter",
    half_year="every half-year",
    year="every year",
    meeting="at each meeting",
)

TRIGGERS = _words(
    joining="joining",
    change="a change in how far an authority takes part",
    intervention="the start of intervention by the DfE",
    challenge_opened="a peer challenge is opened",
    challenge="a peer challenge is held",
    concern="a concern is recorded",
    unresolved="a concern stays unresolved",
    desk_review="the desk review",
    plan="a development plan is signed",
    critical_incident="a critical incident",
    dispute="a dispute or complaint",
    summit="the sub-regional summit",
    practice="good practice is found",
    capacity="an authority is judged good or named as a partner in practice",
    training_need="a training need is found",
    appointment="a new director takes office",
    request="a request",
    review_date="the date set for review",
)

RECORDS = _words(
    participation="how fully each authority takes part",
    signatures="signatures of the memorandum",
    duties="how each authority stands on its commitments",
    release="released figures",
    benchmark="benchmarks",
    published="published figures",
    judgements="Ofsted judgements",
    people="who holds which office",
    journal="the journal",
    charter="the memorandum as text",
    narrative="narratives on figures that stand out",
    variation="variations agreed with one authority",
    self_evaluation="self-evaluations",
    pack="challenge packs",
    conversation_pack="packs for the annual conversation with Ofsted",
    round="who challenges whom in a year",
    challenge="records of peer challenge",
    reflection="reflections after a challenge",
    incident="critical incidents",
    dispute="disputes and complaints",
    conflict="declared conflicts of interest",
    plan="development plans",
    follow_up="follow-up reports and progress checks",
    concern="concerns and how far they were taken",
    signals="early-warning signals",
    engagement="signs that an authority is withdrawing",
    welfare="words with colleagues who may be under pressure",
    support="needs, offers and support given",
    practice="good practice",
    capacity="capacity to help others",
    challengers="the register of those who challenge",
    event="events, papers and attendance",
    group="working groups and their actions",
    theme="themes",
    regional_plan="the regional plan",
    partner_report="the themes report for partners",
    contribution="contributions and what they paid for",
    impact="impact of the alliance’s work",
    annual_review="the annual review",
    review="reviews of the memorandum",
    programme="the plan of activities and its funding",
    **{"return": "a return before its release"},
)

EVIDENCE = _words(
    release="a dataset released",
    signature="the memorandum signed",
    sign_off="a document signed off by all its signatories",
    document="a document submitted",
    acknowledgement="a record shared and acknowledged",
    event="an event held",
    attendance="an event attended",
    nomination="people nominated to groups",
    contribution="a contribution paid",
    office="an office held",
    record="a record made",
    act="an act of a challenge done",
    **{"return": "a return accepted"},
)

AUDIENCES = _words(
    own="the authority itself",
    sub_region="authorities of the same sub-region",
    lead="the lead of the authority’s sub-region",
    members="everyone who holds an office of a member authority or of a sub-region",
    programme="the alliance’s own offices",
    group="those who sit in the challenge group",
    public="everyone",
)
EVERY = "every "
"""Before the key of an authority’s office in seen_by: whoever holds it at any member. The key alone: at its own."""

DOCUMENTS = _words(
    self_evaluation="self-evaluation",
    challenge_pack="challenge pack",
    challenge_record="record of a challenge",
    reflection="reflection",
    plan="development plan",
    progress_report="progress report",
    follow_up_report="follow-up report",
    regional_plan="regional plan",
    partner_report="themes report for partners",
    annual_review="annual review",
)

CHALLENGE_ROLES = _words(
    host="the director whose authority is challenged",
    lead="the director who leads the challenge",
    triad="a director who challenges and coaches",
    member="an officer on the team",
    data="the data specialist",
    logistics="whoever arranges dates and papers",
    expert="a technical expert invited to help",
    quality_assurance="the director who assures the quality of a challenge",
)

CHALLENGE_ACTS = _words(
    request="ask the host for its self-evaluation and pack",
    submit="submit the self-evaluation and pack",
    conflicts="declare conflicts of interest",
    scrutinise="read and comment on the self-evaluation",
    coach="get to know host and lead, and coach",
    enquire="agree the key lines of enquiry",
    invite_experts="invite technical experts",
    timetable="agree the timetable and permissions",
    converse="hold the conversation",
    record="record the conversation",
    reflect="reflect on the process",
    report="report",
    respond="respond to the report",
    weigh="weigh whether the response is in proportion",
    plan="write and sign the development plan",
    challenge_plan="challenge the plan",
    share="share findings with the chief executive and lead member",
    themes="pass on themes",
    deposit="deposit the report",
    desk_review="review progress at the desk",
    follow_up="report what was done since",
    progress_check="check progress",
)

PARTICIPATION_LEVELS = _words(
    full="takes part fully",
    limited="takes part on a more limited basis",
    declined="does not take part",
)
