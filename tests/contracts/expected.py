"""Who opens which address: the charters’ rules written out by hand, for a person to read and to check.

Nothing here is worked out by the policy. Each address names those who may open it in London, and in the East
Midlands. Names are of people in ``world.py``, or of these groups of them. An address that is not here fails the
tests, with a sentence that asks for its line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.contracts.world import BEFORE, EAST_MIDLANDS, LONDON, QUARTER, Region, Setting

GROUPS = {
    # the authority that is looked at: every office of it, and who acts for its data lead
    "own": "director lead-member chief-executive data-lead improvement-lead assistant-director deputy",
    # directors of other members; “body” answers for two authorities
    "others": "neighbour far body",
    # sub-regional leads, London’s alone: of the authority’s sub-region and of another
    "leads": "lead another-lead",
    "members": "own others leads",
    "programme": " ".join((*LONDON.officers, *EAST_MIDLANDS.officers)),
    "dfe": "dfe-officer",
    "lga": "lga-adviser",
    "signed-in": "members leaver programme dfe lga ofsted-officer elsewhere operator no-office",
    "elsewhere": "director-elsewhere analyst-elsewhere dfe-officer-elsewhere",
    "everyone": "signed-in nobody",
    # who takes no part any more (“leaver”) keeps what is its own, and the pages that list it
    "each-own": "own others leaver",
}


def named(words: str) -> frozenset[str]:
    """The people whom a line names, as labels of the world."""
    found: set[str] = set()
    for word in words.split():
        found |= named(GROUPS[word]) if word in GROUPS else {word.replace("-elsewhere", " elsewhere")}
    plain = {"no-office": "no office", "another-lead": "another lead"}
    return frozenset(plain.get(label, label) for label in found)


@dataclass(frozen=True)
class Line:
    """One address: who opens it in each region, and, where fewer may act on it, who may and with what they act.

    ``refused`` is the status of those who may not: 404 where even its being there is nobody else’s business.
    ``nothing`` names regions in which there is nothing at the address for anybody.
    """

    london: str
    east_midlands: str = ""
    does: tuple[str, str] | None = None
    sends: dict[str, str] = field(default_factory=dict)
    refused: int = 403
    nothing: str = ""

    def who(self, region: Region) -> frozenset[str]:
        """Who opens it."""
        words = self.london if region.key == "london" else self.east_midlands or self.london
        return named(words) & {*region.people, *OUTSIDE}

    def doers(self, region: Region) -> frozenset[str]:
        """Who may act on it: by default whoever opens it."""
        if self.does is None:
            return self.who(region)
        return named(self.does[region.key != "london"])


OUTSIDE = named("elsewhere operator no-office nobody")
PUBLIC = Line("everyone")
PUBLISHED = Line("everyone", nothing="london east-midlands")  # no published year is worked out in this world
SIGNED_IN = Line("signed-in")
TAKES_PART = Line("members programme", "members programme dfe lga")
INSIDE = Line("members programme")
QUARTERLY = Line("members programme dfe", "members programme dfe lga")  # figures, once they are released
RETURN = "own programme"
PREPARES = Line("director data-lead deputy")
EM_CONFLICTED = "data-specialist co-ordinator programme-manager logistics-officer"
MANAGER = Line("programme-manager")
SIGNERS = "director lead-member chief-executive"
VARIED = "own lead programme"
(
    CHALLENGED,
    EM_CHALLENGED,
) = (  # who sees the challenge: its own authority, its group, and the lead or these two
    "neighbour director lead",
    "neighbour director far data-specialist logistics-officer co-ordinator lead-director",
)
ARRANGED, EM_ARRANGED = f"{CHALLENGED} programme-manager", f"{EM_CHALLENGED} programme-manager"
PAPER = Line("own lead", "own programme")
WRITES = "director improvement-lead assistant-director"  # self-evaluations and plans
PLAN = Line("own lead", "own others programme")  # once it is signed
LAST_DAY = {"last_day-day": "30", "last_day-month": "11", "last_day-year": "2026"}

LINES: dict[str, Line] = {
    # --- anybody ------------------------------------------------------------------------------------------
    "home": PUBLIC,
    "healthz": PUBLIC,
    "accessibility": PUBLIC,
    "sources": PUBLIC,
    "published": PUBLIC,
    "published_measure": PUBLIC,
    "published_map": PUBLIC,
    "published_map_file": PUBLISHED,
    "published_authority": PUBLIC,
    "published_indicator": PUBLISHED,
    "published_indicator_file": PUBLISHED,
    "feed": PUBLIC,  # its token is the key
    # the memorandum as text, judgements and published figures are public in both charters
    "alliance": PUBLIC,
    "memorandum": PUBLIC,
    "clause": PUBLIC,
    "editions": PUBLIC,
    "edition": PUBLIC,
    "edition_file": PUBLIC,
    "indicator": PUBLIC,
    "authority": PUBLIC,
    "authority_indicator": PUBLIC,
    # --- one’s own account ----------------------------------------------------------------------------------
    "me": SIGNED_IN,
    "news_seen": SIGNED_IN,
    "feed_make": SIGNED_IN,
    "feed_revoke": SIGNED_IN,
    "demo_sign_in": PUBLIC,  # and not found where there is no demonstration
    "delegate": Line("data-lead", refused=404),
    "end_delegation": Line("data-lead", refused=404),
    # --- membership -----------------------------------------------------------------------------------------
    "members": TAKES_PART,
    "member_about": TAKES_PART,
    "join": MANAGER,
    "participate": Line("director programme-manager"),
    "sub_region": MANAGER,
    "judge": Line("analyst programme-manager", "data-specialist programme-manager"),
    "people": INSIDE,
    "leave": Line(
        "members programme", does=("director programme-manager", "director programme-manager"), sends=LAST_DAY
    ),
    # who takes no part still keeps its own people, so that there is somebody to ask, and who may come back
    "appoint": Line("director others leaver programme-manager"),
    "signatures": INSIDE,
    "signature_page": INSIDE,
    "signature_pdf": INSIDE,
    "sign_on_paper": MANAGER,
    "answer": Line(SIGNERS, does=("director", "director")),
    # any party may ask; who declined is none
    "ask_review": Line(f"{SIGNERS} others chair", f"{SIGNERS} others chair lead-director"),
    "revoke": MANAGER,
    "review_held": MANAGER,
    "review_answered": MANAGER,
    "every_variation": Line("each-own leads programme", "each-own programme"),
    "variations": Line(VARIED),
    "propose_variation": Line(
        VARIED,
        does=("director lead", "director lead-director"),
        sends={"side": "authority", "effect": "waive", "reason": "Why not"},
    ),
    "move_variation": Line(VARIED, does=("lead", "lead-director")),
    # --- duties and the journal ----------------------------------------------------------------------------
    # a commitment may be shared further or less than the others: the quarter’s with the DfE, one in dispute with
    # the authority alone, who therefore still opens the board (its rows are theirs only)
    "duties": Line("members programme leaver dfe", "members programme leaver dfe lga"),
    "duty": QUARTERLY,
    "journal": Line("programme"),
    # --- returns and releases --------------------------------------------------------------------------------
    "returns": SIGNED_IN,
    "return": Line(
        RETURN,
        does=("director data-lead deputy analyst", "director data-lead deputy data-specialist"),
        sends={"do": "submit", "status": "validated"},
    ),
    "return_submission": Line(RETURN),
    "return_compare": Line(RETURN),
    "return_workbook": PREPARES,
    "return_file": PREPARES,
    "return_paste": PREPARES,
    "return_take_in": PREPARES,
    "return_tally": PREPARES,
    "tally_plan": PUBLIC,  # definitions, the same for everybody
    "board": Line(
        "each-own programme",
        does=("analyst programme-manager", "data-specialist programme-manager"),
        sends={"do": "chase:"},
    ),
    "release_make": Line("analyst", "data-specialist"),
    "releases": QUARTERLY,
    "release": QUARTERLY,
    "release_workbook": QUARTERLY,
    "release_data": QUARTERLY,
    "release_public": QUARTERLY,
    "release_meta": QUARTERLY,
    "release_indicator": QUARTERLY,
    "documents": Line(
        "members programme dfe", "members programme dfe lga", does=("analyst", "data-specialist")
    ),
    "document": Line(  # none is made in this world; who may not see one is refused all the same
        "members programme dfe", "members programme dfe lga", nothing="london east-midlands"
    ),
    # --- what was worked out of a release ----------------------------------------------------------------
    "rug": QUARTERLY,
    "quarter": QUARTERLY,
    "compare": QUARTERLY,
    "benchmark": QUARTERLY,
    "benchmark_file": QUARTERLY,
    "group_file": QUARTERLY,
    "where_to_look": Line("each-own leads", "each-own chair lead-director"),
    "authority_signals": Line("own lead", "own chair lead-director"),
    "narratives": Line("own lead", "own programme"),
    "narrative": Line(
        "own lead",
        "own programme",
        does=("director data-lead improvement-lead assistant-director",) * 2,
        sends={"meaning": "It means something", "version": "0"},
        nothing="east-midlands",  # its charter asks for no narrative
    ),
    # --- challenges: the neighbour’s, in which the director sits (London: as a peer; East Midlands: as its lead) ---
    # who arranges one sees its people and days; what is written in it, only those whom the charter names
    "challenges": SIGNED_IN,
    "challenge_responses": Line(
        "each-own leads", "each-own chair lead-director data-specialist logistics-officer"
    ),
    "challenge_new": Line("lead programme-manager", "co-ordinator programme-manager logistics-officer"),
    "challenge": Line(
        ARRANGED,
        EM_ARRANGED,
        does=(
            "lead programme-manager",
            "director data-specialist logistics-officer co-ordinator programme-manager",
        ),
        sends={"do": "act:request"},
    ),
    "challenge_seats": Line(
        ARRANGED,
        EM_ARRANGED,
        does=(
            "director lead programme-manager",
            "director far co-ordinator programme-manager logistics-officer",
        ),
        sends={"do": "invite", "role": "triad"},
    ),
    "challenge_timetable": Line(
        ARRANGED,
        EM_ARRANGED,
        does=(
            "neighbour lead programme-manager",
            "neighbour director logistics-officer co-ordinator programme-manager",
        ),
        sends={"do": "agree"},
    ),
    "challenge_meeting": Line(
        "neighbour lead programme-manager",
        "neighbour director logistics-officer co-ordinator programme-manager",
    ),
    "challenge_calendar": Line(ARRANGED, EM_ARRANGED),
    "challenge_answer": Line(
        "neighbour director", "neighbour director far data-specialist logistics-officer", refused=404
    ),
    "challenge_checklist": Line(CHALLENGED, EM_CHALLENGED),
    "challenge_lines": Line(
        CHALLENGED,
        EM_CHALLENGED,
        does=("director", "director far data-specialist"),
        sends={"do": "propose", "question": "Why?"},
        nothing="london",  # its charter agrees no lines of enquiry
    ),
    # once it is out, every director reads it (clause 4.3), and the chair; here it is not out, so that the page says so
    "challenge_report": Line(
        CHALLENGED, f"{EM_CHALLENGED} others chair", does=("nobody", "director"), sends={"do": "issue"}
    ),
    "challenge_reflections": Line(
        CHALLENGED,
        EM_CHALLENGED,
        does=("director lead", "director far co-ordinator logistics-officer"),
        sends={"do": "excuse", "reason": "Away"},
        nothing="london",  # nor asks for reflections
    ),
    "challenge_themes": Line(
        CHALLENGED,
        EM_CHALLENGED,
        does=("neighbour director lead", "neighbour director far co-ordinator lead-director"),
        sends={"kind": "learning", "title": "A theme"},
    ),
    "challenge_report_file": Line("director", "director far data-specialist logistics-officer"),
    "challenge_reading": Line("director", "director far data-specialist"),
    "challenge_room": Line("director", "director far data-specialist logistics-officer"),
    "challenge_finding": Line("director", "director far data-specialist logistics-officer"),
    "challenge_contacts": Line(
        "neighbour director",
        "neighbour director far data-specialist logistics-officer",
        does=("director", "far"),
        sends={"kind": "first", "on-day": "1", "on-month": "11", "on-year": "2026"},
        nothing="london",  # nor has coaches
    ),
    "challenge_incidents": Line(
        "neighbour director",
        "neighbour director far data-specialist logistics-officer",
        does=("director", "director far data-specialist logistics-officer"),
        sends={"what": "Grave", "names_nobody": "on"},
    ),
    "challenge_disputes": Line(
        "neighbour director", "neighbour director far data-specialist logistics-officer"
    ),
    # --- self-evaluations and other papers: one handed in last year, one being written ------------------------
    "self_evaluations": Line("each-own leads", "each-own programme"),
    "self_evaluation_begin": Line("director improvement-lead assistant-director"),
    "paper": PAPER,
    "paper_whole": PAPER,
    "paper_compare": PAPER,
    "paper_signatures": PAPER,
    "paper_document": PAPER,
    "paper_evidence": PAPER,
    "paper_section": Line(
        "own",
        does=("director improvement-lead assistant-director",) * 2,
        sends={"do": "save", "text": "A text", "version": "0"},
    ),
    "paper_assign": Line("director improvement-lead assistant-director"),
    "paper_hand_in": Line("director"),
    "paper_reopen": Line("director"),
    # London’s director hands it in without signatures; in the East Midlands three sign, each in their own place
    "paper_on_paper": Line("director", nothing="london"),
    "paper_answer": Line(
        SIGNERS,
        f"{SIGNERS} lead-director regional-lead-member regional-chief-executive",
        does=("nobody", "director"),
        nothing="london",
    ),
    # --- plans: one that is signed, and shown to the chief executive; one being written; looks back; packs ------
    "plans": Line("each-own leads", "each-own programme"),
    "plan_begin": Line(WRITES),
    "plan": Line(PLAN.london, PLAN.east_midlands, does=(WRITES, WRITES), sends={"do": "renew"}),
    "plan_reopen": Line(WRITES),
    "plan_write": Line(WRITES),
    "plan_progress": Line(WRITES, f"{WRITES} data-lead"),
    "plan_signatures": PLAN,
    "plan_on_paper": Line(WRITES),
    "plan_answer": Line(
        SIGNERS,
        f"{SIGNERS} lead-director regional-lead-member regional-chief-executive",
        does=("director", "director"),
    ),
    "plan_document": PLAN,
    "shown": SIGNED_IN,
    "shown_one": Line("chief-executive"),
    "follow_ups": Line("each-own leads", "each-own chair lead-director data-specialist logistics-officer"),
    "follow_up": Line(  # other directors see what came of it (East Midlands, clause 4.3)
        "own lead", "own others chair lead-director", does=("nobody", "nobody"), sends={"do": "receive"}
    ),
    "follow_up_set_up": Line(
        "lead programme-manager",
        "co-ordinator programme-manager logistics-officer",
        nothing="east-midlands",  # its charter looks back at nothing after a concern
    ),
    "packs": Line("each-own leads", "each-own programme"),
    "pack_ask": Line(
        f"{WRITES} lead programme-manager", f"{WRITES} co-ordinator programme-manager logistics-officer"
    ),
    "pack": Line("own lead", "own programme"),
    "pack_file": Line("own lead", "own programme", nothing="london east-midlands"),  # not made in this world
    # --- groups (still proposed here: theirs alone who form them), conflicts, the register --------------------------
    "groups": INSIDE,
    "groups_begin": Line("lead", "co-ordinator"),
    "grouping": Line("lead", "co-ordinator"),
    "conflicts": Line(
        "director assistant-director others leads programme",
        "director assistant-director others programme",
        does=(
            "director assistant-director others leads programme-manager",
            f"director assistant-director others {EM_CONFLICTED}",
        ),
        sends={"authority": "204", "nature": "family", "what": "A cousin"},
    ),
    "conflict": Line(  # declared by the neighbour, of the authority that is looked at
        "neighbour lead programme",
        "neighbour programme",
        does=("lead", "co-ordinator"),
        sends={"do": "waive", "because": "Long ago"},
    ),
    "challengers": INSIDE,
    "challenger_nominate": Line("director programme-manager", "director co-ordinator programme-manager"),
    "challenger": Line(  # the assistant director’s own entry
        "members programme",
        does=(
            "director assistant-director programme-manager",
            "director assistant-director co-ordinator programme-manager",
        ),
        sends={"do": "need", "need": "Asking questions"},
    ),
}

# Brought by django-allauth, each with its own door. What is open to somebody who is not signed in says so.
LIBRARY = {
    "account_login": "open",
    "account_logout": "open",
    "account_signup": "open",  # says that an account comes with an office
    "account_inactive": "open",
    "account_email_verification_sent": "open",
    "account_reset_password": "open",
    "account_reset_password_done": "open",
    "account_reset_password_from_key": "open",
    "account_reset_password_from_key_done": "open",
    "account_confirm_email": "open",
    "account_confirm_login_code": "open",
    "account_reauthenticate": "",
    "account_email": "",
    "account_change_password": "",
    "account_set_password": "",
    "mfa_index": "",
    "mfa_authenticate": "open",
    "mfa_reauthenticate": "",
    "mfa_activate_totp": "",
    "mfa_deactivate_totp": "",
    "mfa_view_recovery_codes": "",
    "mfa_generate_recovery_codes": "",
    "mfa_download_recovery_codes": "",
    "mfa_list_webauthn": "",
    "mfa_add_webauthn": "",
    "mfa_reauthenticate_webauthn": "",
    "mfa_remove_webauthn": "",
    "mfa_edit_webauthn": "",
    "mfa_login_webauthn": "open",
    "socialaccount_login_cancelled": "open",
    "socialaccount_login_error": "open",
    "socialaccount_signup": "open",
    "socialaccount_connections": "",
    "openid_connect_login": "open",
    "openid_connect_callback": "open",
}


def parts(name: str, region: Region) -> dict[str, Any]:
    """What stands in the variable parts of an address, so that there is something at it."""
    one: Setting = region.setting
    numbers = region.numbers
    released = ("release", "document", "quarter", "narrative")
    common = {
        "alliance": one.key,
        "code": one.code,
        "dataset": one.dataset,
        "period": BEFORE if name.startswith(released) and name != "release_make" else QUARTER,
        "number": 2 if name.startswith(("release", "document")) else 1,
        "indicator": numbers["end"] if name == "narrative" else "cla_rate",
        "clause": numbers["clause"],
        "office": "director",
        "verb": "sign",
        "key": numbers["edition"],
        "token": numbers["feed"],
        "publication": "csww-indicators",
        "measure": "vacancy",
        "picture": "funnel",
        "kind": "csv",
    }
    special: dict[str, dict[str, Any]] = {
        "delegate": {"number": numbers["own tenure"]},
        "end_delegation": {"number": numbers["delegation"]},
        "leave": {"number": numbers["tenure"]},
        "review_answered": {"number": numbers["review"]},
        "move_variation": {"number": numbers["variation"], "verb": "agree"},
        "duty": {"key": one.code},
        "document": {"kind": "pdf"},
        "group_file": {"picture": "rug"},
        "groups_begin": {"year": "2026-27", "place": one.leads[0][1] if one.leads else "alliance"},
        "grouping": {"number": numbers["round"]},
        "conflict": {"number": numbers["conflict"]},
        "challenger": {"number": numbers["challenger"]},
    }
    if name.startswith("challenge_") or name == "challenge":
        common |= {"number": numbers["challenge"], "slot": numbers["slot"], "finding": numbers["finding"]}
        common |= {"kind": "docx"}
    if name.startswith("paper"):
        begun = ("paper_section", "paper_assign", "paper_hand_in")
        common |= {"number": numbers["paper begun" if name in begun else "paper"], "key": "leaders"}
        common |= {"kind": "pdf", "file": numbers["evidence"]}
    if name.startswith(("plan", "follow_up", "pack", "shown")):
        begun = name in ("plan_write",)
        look = {"follow_up": "look", "pack": "pack", "pack_file": "pack", "shown_one": "shown"}.get(
            name, "plan"
        )
        common |= {"number": numbers["plan begun" if begun else look], "part": "area"}
        common |= {"key": numbers["area"] if begun else numbers["action"], "kind": "docx"}
        common |= {"kind": "challenge"} if name == "pack_ask" else {}
    return common | special.get(name, {})


QUERY = {"return_compare": "?a=1&b=2"}
