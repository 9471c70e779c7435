"""The charters that come with Concord hold every duty of their memoranda, and say it in our own words."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest

import catalogue
from concord.charter import vocabulary
from concord.charter.loader import load_file
from concord.charter.references import _EVIDENCE
from concord.charter.schema import EvidenceKind

ROOT = Path(__file__).parents[3]
LONDON = load_file(ROOT / "charters/london-2019.toml")
EAST_MIDLANDS = load_file(ROOT / "charters/east-midlands-2020.toml")
THIRD = load_file(ROOT / "tests/fixtures/charters/third-region.toml")

IDS = {
    "london-2019": """
        1.1 1.2 1.3a 1.3b 1.4 2.1a 2.1b 2.1c 2.1d 2.1e 2.1f 2.1g 2.1h 2.1i 2.1j 2.1k 2.1l 2.1m 2.1n 2.1o
        3.1 3.2 3.3 3.4 3.5a 3.5b 3.5c 3.5d 3.5e 3.6 3.7 4.1 4.2 5""",
    "east-midlands-2020": """
        0a 0b 0c 0d 0e 1.1 1.3 1.5a 1.5b 1.5c 1.5d 1.5e 1.6a 1.6b 1.6c 1.6d 1.6e 1.6f 1.6g 1.6h 1.6i 1.6j
        1.7 1.7b 2.1 2.2a 2.2b 2.2c 2.2d 2.3a 2.3c 2.3d 2.3e 2.4 2.5a 2.5c 2.5f 2.5g 2.5h 2.5i 2.5k
        3.1 4.1 4.2 4.3 4.4 4.5 5.2 5.3 6.1 6.3""",
}
LONDON_CODES = [*range(201, 214), *range(301, 321)]


@pytest.mark.parametrize("charter", [LONDON, EAST_MIDLANDS], ids=lambda charter: charter.key)
def test_every_clause_is_a_commitment(charter):
    letter = charter.memorandum.letter
    assert {c.id for c in charter.commitments} == {letter + clause for clause in IDS[charter.key].split()}


def test_the_clauses_are_those_of_the_list_kept_outside():
    shared = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared/data"))
    path = shared.parent / "mission/clauses.csv"
    if not path.exists():
        pytest.skip("the list of clauses is not here: the test above holds the same ids")
    with path.open(encoding="utf-8") as file:
        listed = {row["id"] for row in csv.DictReader(file)}
    assert {c.id for charter in (LONDON, EAST_MIDLANDS) for c in charter.commitments} == listed
    assert len(listed) == 85


def test_no_run_of_words_is_copied_from_a_memorandum():
    folder = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared/data")).parent / "mission/memoranda"
    texts = [p.read_text("utf-8", errors="replace") for p in sorted(folder.glob("*.txt"))]
    if not texts:
        pytest.skip("the memoranda are not here")
    theirs = {run for text in texts for run in runs(text)}
    for charter in (LONDON, EAST_MIDLANDS):
        for commitment in charter.commitments:
            assert not set(runs(commitment.duty)) & theirs, commitment.duty


def runs(text, length=7):
    words = "".join(letter.lower() if letter.isalnum() else " " for letter in text).split()
    return [tuple(words[i : i + length]) for i in range(len(words) - length + 1)]


def test_london_has_its_33_members_in_four_sub_regions():
    assert sorted(int(member.code) for member in LONDON.members) == LONDON_CODES
    by = dict.fromkeys(("north", "east", "south", "west"), 0)
    for member in LONDON.members:
        by[member.sub_region_on(date(2026, 5, 1))] += 1
    assert by == {"north": 8, "east": 8, "south": 10, "west": 7}
    assert {member.joins for member in LONDON.members} == {date(2019, 4, 1)}


@pytest.mark.clause("E1.1")
def test_the_east_midlands_nine_become_ten():
    before = {m.code for m in EAST_MIDLANDS.members_on(date(2021, 3, 31))}
    after = {m.code for m in EAST_MIDLANDS.members_on(date(2021, 4, 1))}
    assert len(before) == 9
    assert len(after) == 10
    assert before - after == {"928"}
    assert after - before == {"940", "941"}
    assert {m.code for m in EAST_MIDLANDS.members if m.follows == ("928",)} == {"940", "941"}


def test_one_body_answers_for_two_authorities():
    assert [body.codes for body in LONDON.bodies] == [("314", "318")]
    assert [body.codes for body in EAST_MIDLANDS.bodies] == [("928",), ("940", "941")]


def test_london_shares_its_quarter_with_all_members_and_the_dfe():
    assert LONDON.audience("release", "london-core-18") == ("members", "programme", "dfe")
    assert LONDON.audience("release", "annual") == ("members", "programme")
    assert LONDON.audience("regional-plan") == ()
    commitment = LONDON.commitment("L2.1c")
    assert (commitment.every, commitment.due.text) == ("quarter", "30 working days after the quarter ends")


def test_follow_up_windows_are_those_of_the_memoranda():
    assert LONDON.commitment("3.5d").due.text == "12 to 16 weeks after"
    assert EAST_MIDLANDS.commitment("2.2d").due.text == "3 to 6 months after"
    assert EAST_MIDLANDS.commitment("2.4").due.text == "3 to 6 months after"
    assert len(EAST_MIDLANDS.challenge.stages) == 5


@pytest.mark.parametrize("charter", [LONDON, EAST_MIDLANDS, THIRD], ids=lambda charter: charter.key)
def test_a_dataset_is_returned_as_often_as_the_catalogue_says(charter):
    for use in charter.datasets:
        assert catalogue.datasets()[use.key].cadence == use.every


def test_a_third_region_needs_a_file_only():
    assert THIRD.office("head-of-service").of == "authority"
    assert THIRD.sub_regions == ()
    assert [c.id for c in THIRD.commitments] == ["T1", "T2", "T3", "T4"]
    assert len(THIRD.members_on(date(2026, 4, 1))) == 4


def test_each_kind_of_evidence_has_words_and_a_check():
    kinds = set(EvidenceKind.__args__)
    assert kinds == set(vocabulary.EVIDENCE) == set(_EVIDENCE)


def test_charters_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        LONDON.memorandum.region = "Elsewhere"
    with pytest.raises(TypeError):
        vocabulary.ABILITIES["people.manage"] = "anything"


def test_unknown_names_are_key_errors():
    for look in (LONDON.office, LONDON.partner, LONDON.dataset, LONDON.template, LONDON.commitment):
        with pytest.raises(KeyError):
            look("nobody")
