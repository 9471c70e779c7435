"""Four made-up authorities whose children have the same identifiers, for what is computed for many at once.

One gives Annex A with dirt in it, one SSDA903 and a census of one year, one the Standard Safeguarding Dataset,
one two lists of Annex A alone: so a figure of one is another's gap, and what one file says would be wrong of another.
"""

from __future__ import annotations

from pathlib import Path

from catalogue.periods import Period
from tally.sample.council import make_council
from tally.sample.write import write_sample

QUARTER = Period(2025, 4)
FORMATS = {"301": "annexa", "302": "ssda903", "303": "ssd", "304": "annexa", "305": "cin"}


def write_nation(folder: Path, children: int = 600) -> dict[str, list[str]]:
    """Each authority's folder of lists, by code."""
    council = make_council(children, 11, QUARTER)
    for code, kind in FORMATS.items():
        write_sample(council, folder / code, [kind], 0.05 if code == "301" else 0, 11)
        for extra in folder.joinpath(code).glob("*.json"):
            extra.unlink()
    part = folder / "304"
    for path in part.iterdir():
        path.unlink()
    (part / "List 3.csv").write_text(
        "Child Unique ID,Date of referral,Referral Source,Number of Referrals in Last 12 Months\n"
        "C000001,05/01/2026,6,0\nC000001,05/02/2026,6,1\nC000002,not known,6,0\nC000003,02/03/2026,6,\n"
    )
    (part / "List 6.csv").write_text(
        "Child Unique ID,CIN Start Date,CIN Closure Date,Case Status\n"
        "C000001,05/01/2026,,c) Child in need plan\nC000002,05/01/2025,soon,d) Open assessment\n"
    )
    return {code: [str(folder / code)] for code in FORMATS}
