"""Who can see a page, in words, with the clause that says so."""

from __future__ import annotations

from concord.queries.standing import Standing
from concord.rules.access import audience_sentence


def who_sees(standing: Standing, kind: str, of: str = "") -> str:
    """“every member authority and the alliance’s own officers (clause 1.3a)”, for a kind of record."""
    rule = standing.charter.shared(kind, of or None)
    words = audience_sentence(standing.rules.audiences(kind, of))
    return f"{words} (clause {rule.clause})" if rule else words
