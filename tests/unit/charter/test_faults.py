# ruff: noqa: E501 (a case a line reads best)
"""A charter with faults names each of them: its line, its place, what was expected. All at once, no traceback."""

from pathlib import Path

import pytest

from concord.charter.loader import CharterFaults, load, load_file

ROOT = Path(__file__).parents[3]
LONDON = (ROOT / "charters/london-2019.toml").read_text("utf-8")
EAST_MIDLANDS = (ROOT / "charters/east-midlands-2020.toml").read_text("utf-8")


def faults(text):
    with pytest.raises(CharterFaults) as caught:
        load(text, "x.toml")
    return caught.value.faults


def edited(old, new, text=LONDON):
    assert old in text
    return text.replace(old, new, 1)


BARNET = '{ code = "302", name = "Barnet", sub_region = "north" }'
SPANS = '[{ key = "north", to = 2026-05-01 }, { key = "west", from = 2026-05-01 }]'
DATA_LEAD = 'through = "data-lead"\nworking_date = true\nmet_by = { return = "annual" }'

CASES = {
    "unknown office": ('through = "data-lead"', 'through = "data-leed"', "did you mean “data-lead”"),
    "unknown signatory": ('signed_by = ["director", ', 'signed_by = ["mayor", ', "“mayor” is not an office"),
    "unknown dataset": ('key = "annual"', 'key = "anual"', "not a dataset of the catalogue"),
    "unused dataset": ('{ return = "annual" }', '{ return = "anual" }', "not a dataset of this charter"),
    "unknown indicator": ('note = "The list', 'indicators = ["nonsense"]\nnote = "The list', "not an indicator"),
    "duplicate clause": ('clause = "2.1b"\nduty', 'clause = "2.1a"\nduty', "two commitments with one clause: “2.1a”"),
    "impossible window": ("12 to 16 weeks after", "16 to 12 weeks after", "begins after it ends"),
    "unreadable due": ('due = "by 30 April"', 'due = "when we can"', "not a rule that can be read"),
    "no such day": ('due = "by 30 April"', 'due = "by 31 April"', "31 April is not in every year"),
    "leap day": ('due = "by 30 April"', 'due = "by 29 February"', "29 February is not in every year"),
    "wrong period": ("30 working days after the quarter ends", "30 days after the year ends", "recurs every year"),
    "counts from nothing": ('due = "by 30 April"', 'due = "within 10 days"', "does not say which end"),
    "calendar for a trigger": ("12 to 16 weeks after", "by 31 January", "follows from something that happens"),
    "one code, two members": ('code = "202"', 'code = "302"', "two members with the code “302”: Barnet and Camden"),
    "overlapping memberships": (BARNET, f"{BARNET},\n  {BARNET}", "memberships with the code “302” overlap"),
    "overlapping sub-regions": ('"Barnet", sub_region = "north"', f'"Barnet", sub_region = {SPANS}', "sub-regions of Barnet overlap"),
    "span from after to": ('"Barnet", sub_region = "north"', '"Barnet", sub_region = [{ key = "north", from = 2026-05-02, to = 2026-05-01 }]', "is after “to”"),
    "unknown sub-region": ('"Barnet", sub_region = "north"', '"Barnet", sub_region = "nort"', "did you mean “north”"),
    "no sub-region": ('"Barnet", sub_region = "north"', '"Barnet"', "Barnet is in no sub-region"),
    "leaves before joining": ('"Barnet",', '"Barnet", joins = 2020-01-02, leaves = 2020-01-01,', "is after “leaves”"),
    "leaves before commencement": ('"Barnet",', '"Barnet", leaves = 2018-01-01,', "before commencement"),
    "unknown event": ('at = "aldcs"', 'at = "aldc"', "did you mean “aldcs”"),
    "unknown template": ('{ document = "triad-record" }', '{ document = "triad" }', "not a template"),
    "unknown ability": ('"release.make"', '"release.mke"', "did you mean “release.make”"),
    "unknown audience": ('seen_by = "programme"', 'seen_by = "programe"', "did you mean “programme”"),
    "every office of the alliance": ('seen_by = "programme"', 'seen_by = "every analyst"', "is not an audience"),
    "unknown trigger": ('after = "summit"', 'after = "sumit"', "did you mean “summit”"),
    "unknown evidence": ("{ signature =", "{ sign =", "did you mean “sign-off”"),
    "two kinds of evidence": ('{ return = "annual" }', '{ return = "annual", record = "theme" }', "one kind of evidence"),
    "several returns": ('{ return = "annual" }', '{ return = ["annual", "london-core-18"] }', "several only of offices"),
    "no office at all": ('{ return = "annual" }', "{ office = [] }", "several only of offices"),
    "one office unknown": ('{ return = "annual" }', '{ office = ["director", "cheif-executive"] }', "did you mean “chief-executive”"),
    "unknown record": ('what = "plan"', 'what = "plans"', "did you mean “plan”"),
    "unknown partner": ('partner = "dfe"', 'partner = "dfes"', "not a partner"),
    "unknown role": ('roles = "triad"', 'roles = "trio"', "not a role in this charter’s challenge"),
    "unknown act": ('"desk-review"]', '"desk-revue"]', "did you mean “desk-review”"),
    "unknown body member": ('codes = ["314",', 'codes = ["999",', "not the code of a member"),
    "date as text": ("commences = 2019-04-01", 'commences = "April 2019"', "will not do"),
    "date and time": ("commences = 2019-04-01", "commences = 2019-04-01T10:00:00", "will not do"),
    "commences after revoked": ("commences = 2019-04-01", "commences = 2019-04-01\nrevoked = 2019-03-31", "is after “revoked”"),
    "review too early": ("after = 2020-04-30", "after = 2018-04-30", "before commencement"),
    "no review date": ("after = 2020-04-30, ", "", "a review needs one date"),
    "group size": ("{ from = 3, to = 4 }", "{ from = 4, to = 3 }", "is after “to”"),
    "nobody in a group": ("{ from = 3, to = 4 }", "{ from = 0, to = 4 }", "will not do"),
    "unknown key": ('letter = "L"', 'leter = "L"', "did you mean “letter”"),
    "unknown key inside": ('{ code = "302", name', '{ cod = "302", name', "did you mean “code”"),
    "wrong type": ("pounds = 5000", 'pounds = "5000"', "will not do"),
    "true as text": ("any_party = true", 'any_party = "yes"', "will not do"),
    "code as number": ('code = "302"', "code = 302", "will not do"),
    "code of two figures": ('code = "302"', 'code = "32"', "not well formed"),
    "missing key": ('region = "London"\n', "", "“region” is missing"),
    "empty text": ('region = "London"', 'region = ""', "will not do"),
    "unknown cadence": ('every = "meeting"', 'every = "meetings"', "did you mean “meeting”"),
    "two timings": ('every = "meeting"', 'every = "meeting"\nalways = true', "2 times when it falls due"),
    "no timing": ('through = "programme-manager"\nalways = true', 'through = "programme-manager"', "0 times when it falls due"),
    "year without due": ('due = "by 30 April"\n', "", "has no due date"),
    "dataset contradicted": (DATA_LEAD, f'every = "quarter"\ndue = "by the end of the quarter"\n{DATA_LEAD}', "every year"),
    "two sharing rules": ('what = "pack"', 'what = "narrative"', "two sharing rules for “narrative”"),
    "two offices": ('key = "lead-member"', 'key = "director"', "two offices “director”"),
    "office named as audience": ('key = "board-member"', 'key = "members"', "already names an audience"),
    "partner without office of partner": ('of = "partner"\npartner = "lga"', 'of = "partner"', "names no partner"),
    "id written": ('clause = "1.2"\nduty', 'clause = "1.2"\nid = "L9"\nduty', "an id is not written"),
    "named twice": ('signed_by = ["director", ', 'signed_by = ["director", "director", ', "“director” stands twice in this list"),
    "body of before": ('codes = ["314",', 'to = 2015-01-01, codes = ["314",', "ends on 2015-01-01, before commencement"),
    "blank text": ('region = "London"', 'region = " "', "nothing but blanks"),
    "text of two lines": ('region = "London"', 'region = "Lon\\ndon"', "cannot be printed"),
    "no letters for an address": ('region = "London"', 'region = "伦敦"', "the text “伦敦” is not well formed"),
    "name too long": ('region = "London"', f'region = "{"London " * 12}"', "the text has 84 characters. Expected: at most 80 characters"),
    "key too long": ('key = "london-2019"', f'key = "london-{"2" * 50}"', "the text has 57 characters"),
    "a time": ('pounds = 5000', 'pounds = 07:30:00', "the time 07:30:00 will not do"),
    "too many figures": ('"30 working days after', f'"{"3" * 5000} working days after', "not a rule that can be read"),
    "list for a table": ("[benchmark]\nends_per_cent = 20", "[[benchmark]]\nends_per_cent = 20", "will not do"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), CASES.values(), ids=CASES.keys())
def test_a_fault_is_named_with_its_line(old, new, said):
    text = edited(old, new)
    found = faults(text)
    assert any(said in str(fault) for fault in found), "\n".join(map(str, found))
    assert all(
        fault.place.startswith("x.toml, line ") and fault.problem and fault.expected for fault in found
    )
    assert "Traceback" not in "".join(map(str, found))


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('letter = "L"', 'leter = "L"', "memorandum.leter"),
        ('code = "202"', 'code = "2"', "membership.members[1].code"),
        ('at = "aldcs"', 'at = "x"', "commitments[16].at"),
        ('after = "summit"', 'after = "x"', "commitments[13].after"),
        ('"release.make",', '"x",', "offices[10].may[4]"),
        ('role = "host"', 'role = "x"', "challenge.roles[0].role"),
        ('due = "12 to 16 weeks after"', 'due = "16 to 12 weeks after"', "commitments[27].due"),
        ('due = "12 to 16 weeks after"', 'due = "by 31 January"', "commitments[27].due"),
        ("to = 4 }", "to = 2 }", "challenge.group_size.to"),
    ],
)
def test_the_line_is_that_of_the_slip(old, new, path):
    text = edited(old, new)
    line = text[: text.index(new)].count("\n") + 1
    assert f"x.toml, line {line}, {path}" in [fault.place for fault in faults(text)]


def test_all_faults_are_told_at_once():
    text = LONDON
    for name in (
        "unknown office",
        "duplicate clause",
        "impossible window",
        "one code, two members",
        "unknown key",
    ):
        text = edited(*CASES[name][:2], text)
    said = "\n".join(map(str, faults(text)))
    for name in (
        "unknown office",
        "duplicate clause",
        "impossible window",
        "one code, two members",
        "unknown key",
    ):
        assert CASES[name][2] in said
    lines = [int(fault.place.split("line ")[1].split(",")[0]) for fault in faults(text)]
    assert lines == sorted(lines)


def test_one_slip_makes_no_others():
    for name, (old, new, _) in CASES.items():
        if name.startswith("unknown") and name not in (
            "unknown dataset",
            "unknown key inside",
            "unknown key",
        ):
            found = faults(edited(old, new))
            assert len(found) == 1, (name, list(map(str, found)))


def test_a_duty_goes_through_an_office_of_its_owner():
    text = edited(
        'owed_by = "authority"\nthrough = "data-lead"', 'owed_by = "alliance"\nthrough = "data-lead"'
    )
    assert [fault.expected for fault in faults(text)] == ["an office of “alliance”"]


def test_sub_regions_are_needed_where_they_are_named():
    text = edited('within = "alliance"', 'within = "sub-region"', EAST_MIDLANDS)
    text = edited('seen_by = ["own", "programme"]', 'seen_by = ["own", "lead"]', text)
    assert [f.problem for f in faults(text)] == [
        "“sub-region” needs sub-regions, and there are none",
        "“lead” needs sub-regions, and there are none",
    ]


def test_a_fault_is_one_line_whatever_the_file_says():
    [fault] = faults(edited('through = "data-lead"', r'through = "data\n\u001b[2Jlead"'))
    assert str(fault).isprintable()


def test_bodies_do_not_overlap():
    text = edited(
        "to = 2021-03-31 },",
        "to = 2021-03-31 },\n  { key = 'x', name = 'X', codes = ['928'] },",
        EAST_MIDLANDS,
    )
    assert "two bodies answer for “928”" in faults(text)[0].problem


def test_a_member_may_come_back():
    again = BARNET.replace(" }", ", joins = 2024-01-01 }")
    gone = BARNET.replace(" }", ", leaves = 2022-12-31 }")
    charter = load(edited(BARNET, f"{gone},\n  {again}"), "x.toml")
    assert [m.code for m in charter.members].count("302") == 2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[memorandum\nkey = 1", "x.toml"),
        ('a = "unclosed', "x.toml"),
        ("a = 1\na = 2", "x.toml"),
        ("[" * 3000, "x.toml"),
    ],
)
def test_text_that_is_not_toml(text, place):
    [fault] = faults(text)
    assert fault.place == place
    assert "this is not TOML" in fault.problem


def test_a_syntax_error_has_line_and_column():
    [fault] = faults("[memorandum]\nkey = = 1")
    assert "line 2, column 7" in fault.problem


@pytest.mark.parametrize("text", ["", "  \n\n", "\ufeff"])
def test_an_empty_file(text):
    [fault] = faults(text)
    assert fault.problem == "the file is empty"


@pytest.mark.parametrize(
    "text", ["# nothing\n", "commitments = 1", "[offices]\nx = 1", "offices = [1, 2]", "sharing = [[]]"]
)
def test_things_of_the_wrong_shape(text):
    assert all(fault.problem and fault.expected for fault in faults(text))


def test_files_that_cannot_be_read(tmp_path):
    def problem(path):
        with pytest.raises(CharterFaults) as caught:
            load_file(path)
        [fault] = caught.value.faults
        return str(fault)

    latin = tmp_path / "latin.toml"
    latin.write_bytes(b"# ok\n# caf\xe9\n")
    assert "there is no such file" in problem(tmp_path / "none.toml")
    assert "this is a folder" in problem(tmp_path)
    assert problem(latin).startswith("latin.toml, line 2: the text is not in UTF-8")
    assert "the file is empty" in problem(_written(tmp_path / "empty.toml", ""))
    assert "there is no such file" in problem("a\0b") or "cannot be read" in problem("a\0b")


def _written(path, text):
    path.write_text(text, "utf-8")
    return path


def test_a_byte_order_mark_and_windows_lines_do_no_harm():
    assert load("\ufeff" + LONDON.replace("\n", "\r\n"), "x.toml") == load(LONDON, "x.toml")


def test_a_huge_file_is_refused_before_it_is_read():
    [fault] = faults("# " + "x" * 3_000_000)
    assert "3,000,002 characters" in fault.problem
