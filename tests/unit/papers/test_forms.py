"""Forms: sections as data, checked with the charters; every document that is written has one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from concord.charter.chapters import Template
from concord.charter.forms import form_for, forms, load_form
from concord.charter.loader import CharterFaults, load_file
from concord.commands import charter as command
from concord.rules.papers import DOCUMENTS

ROOT = Path(__file__).parents[3]
FORMS = forms(ROOT / "charters/forms")
GOOD = """
key = "mine-2026"
document = "reflection"
title = "Mine"
from = 2026-04-01
[[sections]]
key = "one"
title = "One"
"""


@pytest.mark.parametrize("charter", ["london-2019", "east-midlands-2020"])
def test_every_document_that_is_written_has_sections(charter: str) -> None:
    for template in load_file(ROOT / f"charters/{charter}.toml").templates:
        if template.document in DOCUMENTS:
            assert form_for(FORMS.values(), template, date(2026, 11, 1)), template.key
        if template.alternative:
            assert form_for(FORMS.values(), template, date(2026, 11, 1), similar=True)


def test_the_self_evaluation_asks_what_the_sector_agreed() -> None:
    form = FORMS["self-evaluation-2026"]
    graded = [s.key for s in form.sections if s.graded]
    assert graded == ["leaders", "help-and-protection", "in-care", "care-leavers"], "ILACS areas"
    assert all(len(s.questions) == 3 for s in form.sections if s.graded), "Ofsted’s three questions"
    assert {s.shows for s in form.sections} == {None, "exceptions", "progress", "judgements"}
    assert {"voice", "strengths", "areas", "next-year"} <= {s.key for s in form.sections}


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        (
            '"reflection"',
            '"reflexion"',
            "line 3, document: “reflexion” is not a kind of document (did you mean",
        ),
        ("2026-04-01", '"soon"', "line 5, from: the text “soon” will not do"),
        ('title = "One"', 'title = "One"\ngraded = true', "there are no grades"),
        ('title = "One"', 'title = "One"\nshows = "graphs"', "the text “graphs” is not known here"),
        (
            'title = "One"',
            'title = "One"\ntitel = "x"',
            "there is no key “titel” here (did you mean “title”?)",
        ),
        ("[[sections]]", '[[sections]]\nkey = "one"\ntitle = "X"\n[[sections]]', "two sections “one”"),
        ('key = "one"', 'key = ["one"]', "sections[0].key: a list will not do"),
        ('"mine-2026"', '"other-2026"', "its key is “other-2026”"),
    ],
)
def test_a_fault_says_where_and_what(tmp_path: Path, was: str, becomes: str, told: str) -> None:
    path = tmp_path / "mine-2026.toml"
    path.write_text(GOOD, "utf-8")
    assert load_form(path).sections[0].title == "One"
    path.write_text(GOOD.replace(was, becomes, 1), "utf-8")
    with pytest.raises(CharterFaults) as faults:
        load_form(path)
    assert told in str(faults.value)


def test_the_newest_edition_is_taken_or_the_one_that_the_charter_names(tmp_path: Path) -> None:
    for key, day in (("mine-2026", "2026-04-01"), ("mine-2027", "2027-04-01")):
        text = GOOD.replace("mine-2026", key).replace("2026-04-01", day)
        (tmp_path / f"{key}.toml").write_text(text, "utf-8")
    known = forms(tmp_path).values()
    plain = Template(key="r", title="R", document="reflection")
    named = Template(key="r", title="R", document="reflection", form="mine-2026")
    later = date(2027, 6, 1)
    assert [f.key for t in (plain, named) if (f := form_for(known, t, later))] == ["mine-2027", "mine-2026"]
    assert form_for(known, plain, date(2026, 1, 1)) is None
    with pytest.raises(CharterFaults, match="there are no forms"):
        forms(tmp_path / "nothing")


def test_the_command_checks_forms_beside_charters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "forms").mkdir()
    charter = (ROOT / "charters/london-2019.toml").read_text("utf-8")
    (tmp_path / "forms/mine-2026.toml").write_text(GOOD, "utf-8")
    path = tmp_path / "london-2019.toml"
    path.write_text(charter, "utf-8")
    assert _run(str(path)) == 0
    assert "1 form of documents: mine-2026" in capsys.readouterr().out
    path.write_text(
        charter.replace('document = "self-evaluation"', 'document = "self-evaluation"\nform = "yours"', 1),
        "utf-8",
    )
    assert _run(str(path)) == 1
    assert "there is no form “yours”" in capsys.readouterr().err


def _run(*files: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(["check", *files]))
