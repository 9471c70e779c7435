# ruff: noqa: E501 (a case a line reads best)
"""What changed between two editions, and what a charter holds, in words."""

from pathlib import Path

import pytest

from concord.charter import words
from concord.charter.diff import differences
from concord.charter.loader import load, load_file

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "charters/london-2019.toml").read_text("utf-8")
LONDON = load(TEXT, "london-2019.toml")
EAST_MIDLANDS = load_file(ROOT / "charters/east-midlands-2020.toml")
THIRD = load_file(ROOT / "tests/fixtures/charters/third-region.toml")

EDITS = {
    "moved": ('"Barnet", sub_region = "north"', '"Barnet", sub_region = "west"', "Member Barnet: sub region changes from north to west."),
    "left": ('"Barnet",', '"Barnet", leaves = 2027-03-31,', "Member Barnet: leaves changes from nothing to 31 March 2027."),
    "joined": ("members = [\n", 'members = [\n{ code = "919", name = "Hertfordshire", sub_region = "north", joins = 2027-04-01 },\n', "Member Hertfordshire is new, from 1 April 2027."),
    "gone": ('  { code = "302", name = "Barnet", sub_region = "north" },\n', "", "Member Barnet is gone."),
    "due": ("12 to 16 weeks after", "10 to 12 weeks after", "Clause 3.5d: due changes from “12 to 16 weeks after” to “10 to 12 weeks after”."),
    "dataset": ("30 working days after the quarter", "25 working days after the quarter", "Dataset London core 18 (working reconstruction): due changes from “30 working days after the quarter ends” to “25 working days after the quarter ends”."),
    "sharing": ('seen_by = ["members", "programme", "dfe"]\nclause = "2.1c"', 'seen_by = ["members", "programme"]\nclause = "2.1c"', "Sharing release of london-core-18: seen by loses dfe."),
    "ability": ('"return.chase", "release.make",', '"return.chase",', "Office Data analyst of the alliance: may loses release.make."),
    "groups": ("{ from = 3, to = 4 }", "{ from = 3, to = 5 }", "Challenge: group size: last changes from “4” to “5”."),
    "role": ("number = 3", "number = 2", "Challenge: triad: number changes from “3” to “2”."),
    "stage": ('title = "Group discussion"', 'title = "Talk"', "Challenge: Talk is new."),
    "chapter": ("[benchmark]\nends_per_cent = 20", "", "The chapter “benchmark” is gone."),
    "money": ("pounds = 5000", "pounds = 6000", "Contribution Contribution to the alliance: pounds changes from “5000” to “6000”."),
    "review": ("after = 2020-04-30", "after = 2030-04-30", "Memorandum: review: after changes from 30 April 2020 to 30 April 2030."),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), EDITS.values(), ids=EDITS.keys())
def test_a_change_is_said(old, new, said):
    assert old in TEXT
    assert said in differences(LONDON, load(TEXT.replace(old, new, 1), "x.toml"))


def test_an_edition_against_itself_says_nothing():
    for charter in (LONDON, EAST_MIDLANDS, THIRD):
        assert differences(charter, charter) == ()


def test_a_later_edition_is_not_a_later_joining():
    later = load(TEXT.replace("commences = 2019-04-01", "commences = 2020-04-01"), "x.toml")
    assert differences(LONDON, later) == ("Memorandum: commences changes from 1 April 2019 to 1 April 2020.",)


def test_the_order_of_rungs_matters():
    ladder = LONDON.model_copy(update={"ladder": LONDON.ladder[::-1]})
    [said] = differences(LONDON, ladder)
    assert said.startswith("The rungs of the ladder now come in this order: In form")


def test_two_regions_differ_in_the_same_words_each_time():
    said = differences(LONDON, EAST_MIDLANDS)
    assert said == differences(LONDON, EAST_MIDLANDS)
    assert all(sentence.endswith(".") and "<" not in sentence for sentence in said)
    assert "Member Rutland is new." in said


def test_a_summary():
    said = "\n".join(words.summary(LONDON))
    assert "Commenced 1 April 2019. Review after 30 April 2020, or when any party asks" in said
    assert "33 members in 4 sub-regions" in said
    assert "34 commitments" in said
    said = "\n".join(words.summary(EAST_MIDLANDS))
    assert (
        "9 members; North Northamptonshire and West Northamptonshire joined later; Northamptonshire left"
        in said
    )


def test_sentences():
    assert words.sentence(LONDON.commitment("3.5d"), LONDON) == (
        "3.5d  Each member authority, through the Director of Children’s Services: Challenge the improvement "
        "plan, as a rule at the desk. Due 12 to 16 weeks after a concern is recorded."
    )
    assert words.sentence(EAST_MIDLANDS.commitment("0a")).startswith("preamble  The alliance as a whole: ")
    for charter in (LONDON, EAST_MIDLANDS, THIRD):
        for commitment in charter.commitments:
            assert words.timing(commitment) in words.sentence(commitment, charter)


def test_who_can_see_it():
    rule = LONDON.shared("release", "london-core-18")
    assert words.audience(LONDON, rule).endswith("the alliance’s own offices and Department for Education")
    assert words.who(LONDON, "chair") == "Chair of ALDCS"


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists(names, said):
    assert words.listed(names) == said
