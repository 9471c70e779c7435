"""SSDA903 as one XML file: the same lists, the same figures as from its CSVs."""

from __future__ import annotations

from datetime import date
from xml.sax.saxutils import escape

import pytest

from catalogue.periods import Period
from tally.engine import compute
from tally.faults import TallyFault
from tally.sample.council import make_council
from tally.sample.statutory import ssda903, years
from tally.sample.write import write_sample

QUARTER = Period(2025, 4)


def element(name, content):
    return f"<{name}>{content}</{name}>" if content else f"<{name}/>"


def plain(cell):
    return cell.strftime("%d/%m/%Y") if isinstance(cell, date) else escape(str(cell or ""))


def facts(header, row, **renamed):
    named = zip(header, row, strict=True)
    return "".join(element(renamed.get(name, name), plain(cell)) for name, cell in named if name != "CHILD")


def as_xml(lists, year):
    """A year's CSVs as the XML that a council sends, a child on a line."""
    children = {}
    for kind in ("header", "oc3", "episodes"):
        header, rows = lists.get(f"{kind}_{year}", ([], []))
        for row in rows:
            about, stays = children.setdefault(row[0], [["", "", ""], ""])
            if kind == "episodes":
                children[row[0]][1] = stays + element("EPISODE", facts(header, row, PLACE="PL"))
            elif kind == "header":
                about[0] = element("CHILDID", row[0]) + facts(header, row)
            else:
                about[2] = facts(header[2:], row[2:])
                about[0] = about[0] or element("CHILDID", row[0]) + element("DOB", plain(row[1]))
    for row in lists[f"uasc_{year}"][1]:
        children[row[0]][0][1] = element("UASC", "1") + element("DUC", plain(row[3]))
    lines = [
        element(
            "CHILD",
            element("HEADER", "".join(about) + "<AREVIEW><REVIEW>01/02/2020</REVIEW></AREVIEW>") + stays,
        )
        for about, stays in children.values()
    ]
    return "\n".join(["<EXPSSDA903>", *lines, "</EXPSSDA903>"]).encode()


def rows(workspace, key):
    return sorted(source.rows for source in workspace.sources if source.known.key == key and source.rows)


def figures(workspace, quarter):
    return {id: (one.numerator, one.denominator) for id, one in compute(workspace, quarter).figures.items()}


@pytest.mark.parametrize("seed", [3, 4])
def test_it_gives_the_figures_of_the_csvs_and_the_same_things_to_look_at(reading, tmp_path, seed):
    council = make_council(900, seed, QUARTER)
    folder = tmp_path / "csv"
    write_sample(council, folder, ["ssda903"], 0, seed)
    from_csv = reading(*sorted(folder.glob("*.csv")))
    from_xml = reading(
        *((f"903_{year.name}.xml", as_xml(ssda903(council), year.name)) for year in years(council))
    )
    # who left care has a HEADER in XML, and none in the CSVs
    for key in ("s903_episodes", "s903_uasc", "s903_oc3"):
        assert rows(from_xml, key) == rows(from_csv, key)
    for table in ("care_episode", "looked_after", "care_leaver"):
        same = f"SELECT * EXCLUDE (row_id) FROM {table} ORDER BY ALL"
        assert from_xml.query(same) == from_csv.query(same), table
    looked_at = "SELECT child, subject, reason FROM fault ORDER BY ALL"
    assert from_xml.query(looked_at) == from_csv.query(looked_at)
    for quarter in (QUARTER, QUARTER.previous()):
        found = figures(from_xml, quarter)
        assert found == figures(from_csv, quarter)
        assert found["cla_rate"][0] > 10


def one(header="<CHILDID>1</CHILDID><SEX>2</SEX><DOB>01/02/2012</DOB><UASC>0</UASC>", stays=""):
    return f"<EXPSSDA903>\n<CHILD>\n<HEADER>{header}</HEADER>\n{stays}</CHILD>\n</EXPSSDA903>".encode()


EPISODE = "<EPISODE><DECOM>{}</DECOM><RNE>S</RNE><LS>C2</LS><PL>U6</PL><DEC/><REC/></EPISODE>\n"


def test_a_cell_that_cannot_be_read_is_named_by_its_line(reading, tmp_path):
    workspace = reading(("903.xml", one(stays=EPISODE.format("05/01/2026") + EPISODE.format("soon"))))
    assert workspace.query("SELECT row_id % 100000000, child, subject, value, reason FROM fault") == [
        (5, "1", "started", "soon", "is not a date")
    ]
    workspace.name_places()
    [line] = next(workspace.lines("SELECT *, '' AS indicator, '' AS numerator, '' AS denominator FROM fault"))
    assert '"903.xml","Episodes","line 5","1"' in line


@pytest.mark.parametrize(
    ("data", "element", "reason"),
    [
        (one(header="<CHILDID>1</CHILDID><UASC>perhaps</UASC>"), "UASC", "is neither 1 nor 0"),
        (one(header="<CHILDID>1</CHILDID><SEX>1</SEX><SEX>2</SEX>"), "SEX", "stands twice within HEADER"),
        (one(stays="<EPISOD/>"), "EPISOD", "is not known within CHILD"),
        (b"<EXPSSDA903><CHILD><!-- none --></CHILD></EXPSSDA903>", "HEADER", "is missing from CHILD"),
    ],
)
def test_what_does_not_belong_is_a_fault(reading, data, element, reason):
    workspace = reading(("903.xml", data))
    assert workspace.query("SELECT subject, reason FROM fault") == [(element, reason)]


def test_a_child_without_an_identifier_is_set_aside_and_counted(reading):
    workspace = reading(("903.xml", one(header="<DOB>01/02/2012</DOB>", stays=EPISODE.format("05/01/2026"))))
    assert workspace.query("SELECT count(*) FROM fault WHERE subject = 'child'") == [(2,)]


def test_half_a_return_is_not_used(reading):
    with pytest.raises(TallyFault, match="breaks off after 1 children"):
        reading(("903.xml", one(stays=EPISODE.format("05/01/2026"))[:-10]))


def test_an_unaccompanied_child_is_one_until_the_day_that_is_given(reading):
    header = "<CHILDID>1</CHILDID><DOB>01/02/2009</DOB><UASC>1</UASC><DUC>01/02/2027</DUC>"
    workspace = reading(("903.xml", one(header, EPISODE.format("05/01/2026"))))
    assert figures(workspace, QUARTER)["uasc_pct"] == (1, 1)
