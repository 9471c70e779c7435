"""What real files look like: every oddity here was seen in one. Nothing may be blanked in silence."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from catalogue.periods import Period
from tally.engine import compute
from tally.faults import TallyFault
from tally.workbook import column_letter

FAULT_COLUMNS = "row_id, position, child, '' AS indicator, '' AS numerator, '' AS denominator, reason, value"
FAULT_LINES = f"SELECT {FAULT_COLUMNS} FROM fault"
Q1 = Period.parse("2026-27Q1")


def csv_of(text: str, encoding: str = "utf-8") -> bytes:
    return text.encode(encoding)


def faults(workspace):
    return workspace.query(
        "SELECT child, subject, position, value, reason FROM fault ORDER BY row_id, position"
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-05-01", True),
        ("01/05/2026", True),
        ("1/5/2026", True),
        ("01-May-2026", True),
        ("1 May 2026", True),
        ("01/05/26", True),
        ("1-5-26", True),
        ("01-May-26", True),  # so Excel writes a date into a CSV
        ("1 May 26", True),
        ("20260501", True),
        ("01/05/2026 12:00:00 AM", True),
        ("2026-05-01T00:00:00+01:00", True),
        ("05/13/26", False),
        ("2026-05-01 00:00:00", True),
        ("2026-05-01T10:20:30.123Z", True),
        ("46143", True),  # Excel's number of the day
        ("46143.5", True),
        ("\u00a001/05/2026 ", True),
        ("05/13/2026", False),  # no thirteenth month: never guessed to be American
        ("31/04/2026", False),
        ("May 2026", False),
        ("01/05/0026", False),
        ("01/05/2226", False),
    ],
)
def test_dates(reading, written, read):
    workspace = reading(
        ("List 1.csv", csv_of(f"Child Unique ID,Date of Contact\n1,{written}\n2,2026-05-01\n"))
    )
    days = [row[0] for row in workspace.query("SELECT day FROM contact ORDER BY row_id")]
    assert days == [date(2026, 5, 1) if read else None, date(2026, 5, 1)]
    assert [(row[1], row[4]) for row in faults(workspace)] == ([] if read else [("day", "is not a date")])


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("q) 6: Police", "6"),
        ("6", "6"),
        ("Police", "6"),
        ("b) 1B: Individual", "1B"),
        ("2a", "2A"),
        ("Unknown", "10"),
        ("u) 10", "10"),
    ],
)
def test_codes_with_letters_and_bare_words(reading, written, code):
    workspace = reading(
        ("List 3.csv", csv_of(f"Child Unique ID,Date of Referral,Referral Source\n1,2026-05-01,{written}\n"))
    )
    assert workspace.query("SELECT source FROM referral") == [(code,)]


def test_a_code_that_is_not_known_is_listed_with_its_cell(reading):
    workspace = reading(
        ("List 3.csv", csv_of("Child Unique ID,Date of Referral,Referral Source\n1,2026-05-01,Milkman\n"))
    )
    assert faults(workspace) == [("1", "source", 2, "Milkman", "is not a code that is known")]


@pytest.mark.parametrize(
    "header",
    [
        "Child Unique ID,Date of Contact,Contact Source",
        "CHILD UNIQUE ID , date of contact,Contact  Source",
        "Child Unique\u00a0ID,Date of Contact,Contact Source",
        "Stray,Child Unique ID,Date of Contact,,Contact Source",
        "Child ID,Contact Date,Source of Contact",
        '"Child Unique\nID",Date of Contact,Contact Source',
    ],
)
def test_headers_as_they_come(reading, header):
    cells = ",".join(
        {"Stray": "x", "": "y"}.get(name, "2026-05-01" if "ate" in name else "7")
        for name in header.split(",")
    )
    workspace = reading(("export.csv", csv_of(f"{header}\n{cells}\n")))
    assert workspace.query("SELECT child, day FROM contact") == [("7", date(2026, 5, 1))]


@pytest.mark.parametrize(
    "data",
    [
        csv_of("\ufeffChild Unique ID,Date of Contact\nBé,2026-05-01\n"),
        csv_of("Child Unique ID,Date of Contact\nBé,2026-05-01\n", "cp1252"),
        csv_of("Child Unique ID,Date of Contact\nBé,2026-05-01\n", "utf-16"),
        csv_of("Child Unique ID;Date of Contact\r\nBé;2026-05-01\r\n"),
        csv_of("Child Unique ID\tDate of Contact\nBé\t2026-05-01\n"),
        csv_of("Contacts in the last six months\n\nChild Unique ID,Date of Contact\n\nBé,2026-05-01\n,,\n"),
    ],
    ids=["BOM", "Windows", "UTF-16", "semicolons", "tabs", "a title above"],
)
def test_text_files_as_they_come(reading, data):
    assert reading(("List 1.csv", data)).query("SELECT child, day FROM contact") == [("Bé", date(2026, 5, 1))]


def test_line_numbers_survive_blank_lines_and_line_breaks_in_cells(reading):
    text = 'Child Unique ID,Date of Contact,Note\n\n1,2026-05-01,"two\nlines"\n2,never,\n'
    workspace = reading(("List 1.csv", csv_of(text)))
    workspace.name_places()
    lines = [line for block in workspace.lines(
        FAULT_LINES
    ) for line in block]  # fmt: skip
    assert lines == ['"List 1.csv","","B5","2","","","","is not a date","never"\r\n']


def test_a_missing_column_disables_only_what_needs_it(reading):
    workspace = reading(
        ("List 4.csv", csv_of("Child Unique ID,Continuous Assessment Start Date\n1,2026-05-01\n")),
        ("List 1.csv", csv_of("Child Unique ID,Date of Contact\n1,2026-05-01\n")),
    )
    result = compute(workspace, Q1)
    assert {"contacts_rate", "assessments_started_rate"} == set(result.figures)
    assert result.left_out["assessments_rate"] == "List 4.csv has no column for “completed”"
    assert result.left_out["cla_rate"] == "no list was given that holds periods of care"


def test_rows_without_a_child_and_repeated_rows_are_set_aside_and_listed(reading):
    text = "Child Unique ID,Date of Contact\n,2026-05-01\n1,2026-05-01\n1,01/05/2026\n#N/A,2026-05-02\n"
    workspace = reading(("List 1.csv", csv_of(text)))
    assert compute(workspace, Q1).figures["contacts_rate"].numerator == 1
    assert [row[4] for row in faults(workspace)] == [
        "the row has no child identifier and was set aside",
        "the row repeats another row of the list and was set aside",
        "the row has no child identifier and was set aside",
    ]


@pytest.mark.parametrize(
    ("name", "header", "cells", "asked", "read"),
    [
        ("List 1", "LCS ID,Date of a Contact", "7,1/5/26", "SELECT child, day FROM contact", ("7", date(2026, 5, 1))),
        (
            "List 8",
            "Child Unique ID (LA),Start date of current legal status,Current Legal Status,Date became looked after",
            "7,2026-04-02,C2,2026-05-01",
            "SELECT child, started, short_breaks FROM looked_after",
            ("7", date(2026, 5, 1), "N"),
        ),
        (
            "List 6 CIN",
            "Person ID,Date CIN episode started,Date CIN episode closed,CIN Status",
            "7,2026-05-01,2026-06-01,c) CIN plan",
            "SELECT child, started, ended, status FROM cin_episode",
            ("7", date(2026, 5, 1), date(2026, 6, 1), "CIN"),
        ),
    ],
    ids=["list 1", "list 8", "list 6"],
)  # fmt: skip
def test_headers_that_only_the_name_of_the_list_explains(reading, name, header, cells, asked, read):
    assert reading((f"{name}.csv", csv_of(f"{header}\n{cells}\n"))).query(asked) == [read]


def test_a_loose_header_never_takes_the_place_of_the_right_one(reading):
    text = "Team ID number,Client ID,Child Unique ID,Last contact date,Date of Contact\n1,2,7,2020-01-01,2026-05-01\n"
    workspace = reading(("List 1.csv", csv_of(text)))
    assert workspace.query("SELECT child, day FROM contact") == [("7", date(2026, 5, 1))]


def test_a_list_without_rows_is_not_passed_over(reading):
    result = compute(reading(("List 1.csv", csv_of("Child Unique ID,Date of Contact\n"))), Q1)
    assert result.figures["contacts_rate"].numerator == 0
    assert result.cautions == ["List 1.csv holds no rows, so what is counted from it is nought. Is it whole?"]


def test_rows_that_name_no_child_are_a_caution(reading):
    text = "Child Unique ID,Date of Contact\n,2026-05-01\n1,2026-05-01\n#REF!,2026-05-02\n"
    assert compute(reading(("List 1.csv", csv_of(text))), Q1).cautions[0] == (
        "List 1.csv: 2 of 3 rows have no child identifier and are in no figure."
    )


def test_a_column_that_stands_twice_is_a_caution(reading):
    text = "Child Unique ID,Date of Contact,Notes,DATE OF CONTACT,Notes\n1,2026-05-01,,2026-06-01,\n"
    workspace = reading(("List 1.csv", csv_of(text)))
    assert workspace.query("SELECT child, day FROM contact") == [("1", date(2026, 5, 1))]
    assert compute(workspace, Q1).cautions[0] == (
        "List 1.csv has the column “Date of Contact” more than once. The first was read."
    )


def test_a_quotation_mark_that_is_never_closed_is_refused_rather_than_swallow_the_rest(reading):
    text = (
        'Child Unique ID,Date of Contact,Note\n1,2026-05-01,"two\nlines"\n2,2026-05-01,"oh\n3,2026-05-01,\n'
    )
    with pytest.raises(TallyFault, match=r"List 1.csv: a quotation mark opens in line 4 and is never closed"):
        reading(("List 1.csv", csv_of(text)))
    closed = csv_of(text.replace('"oh', "oh") + '4,2026-05-01,"two\nlines"')
    assert len(reading(("List 1.csv", closed)).query("SELECT * FROM contact")) == 4


@pytest.mark.parametrize("name", ["List 01.csv", "Ofsted_List_1.csv", "LIST 1 final.csv"])
def test_the_number_of_a_list_however_it_is_written(reading, name):
    workspace = reading((name, csv_of("LCS ID,Date of a Contact\n7,2026-05-01\n")))
    assert [source.known.key for source in workspace.sources] == ["list_1"]


@pytest.mark.parametrize("written", ["31/12/9999", "9999-12-31", "9999-12-31 00:00:00"])
def test_a_database_says_no_end_in_its_own_way(reading, written):
    text = f"Child Unique ID,CIN Start Date,CIN Closure Date\n1,2026-01-01,{written}\n"
    workspace = reading(("List 6.csv", csv_of(text)))
    assert compute(workspace, Q1).figures["cin_rate"].numerator == 1
    assert [row[1:] for row in faults(workspace)] == [("ended", 2, written, "was read as blank")]


def test_early_help_is_not_taken_for_assessments(reading):
    header = (
        "Child Unique ID,Assessment start date,Assessment completion date,Organisation completing assessment"
    )
    text = f"{header}\n1,2026-05-01,,Us\n"
    with pytest.raises(TallyFault, match="None of the files given holds a list"):
        reading(("export.csv", csv_of(text)))


def test_a_list_without_its_header_says_so(reading):
    with pytest.raises(TallyFault, match=r"List 3.csv: no header row of List 3 \(referrals\) was found"):
        reading(("List 3.csv", csv_of("1,2026-05-01\n2,2026-05-02\n")))


class TestWorkbooks:
    def test_errors_and_formulas(self, reading, tmp_path):
        path = tmp_path / "a.xlsx"
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("List 6")
            sheet.write_row(0, 0, ["Child Unique ID", "CIN Start Date", "CIN Closure Date", "Allocated Team"])
            day = book.add_format({"num_format": "dd/mm/yyyy"})
            sheet.write(1, 0, 11)
            sheet.write_formula(1, 1, "=B3", day, 46000)  # a formula with its value saved
            sheet.write_formula(1, 2, "=NA()", None, "#N/A")
            sheet.write_formula(1, 3, "=NA()", None, "#N/A")
            sheet.write(2, 0, 12.0)
            sheet.write_datetime(2, 1, date(2026, 1, 1), day)
        workspace = reading(path)
        assert workspace.query("SELECT child, started, ended FROM cin_episode ORDER BY row_id") == [
            ("11", date(2025, 12, 9), None),
            ("12", date(2026, 1, 1), None),
        ]
        assert [row[1:] for row in faults(workspace)] == [
            ("ended", 2, "#N/A", "was read as blank"),
            ("", 3, "#N/A", "is an error, in a column that is not used"),
        ]

    def test_a_formula_whose_value_was_never_saved_is_unread(self, reading, tmp_path):
        book = openpyxl.Workbook()  # it writes formulas without values
        sheet = book.active
        sheet.title = "List 6"
        sheet.append(["Child Unique ID", "CIN Start Date", "CIN Closure Date"])
        sheet.append([1, date(2024, 1, 1), "=TODAY()"])
        sheet.append([2, date(2024, 1, 1), None])
        sheet.append([3, date(2024, 1, 1), None])
        book.save(tmp_path / "b.xlsx")
        figure = compute(reading(tmp_path / "b.xlsx"), Q1).figures["cin_rate"]
        assert (figure.numerator, figure.unknown) == (2, 1)

    def test_a_table_that_does_not_begin_at_a1(self, reading, tmp_path):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "list_1 Contacts"
        for row, cells in enumerate((["Child Unique ID", "Date of Contact"], [5, "never"]), 4):
            for column, cell in enumerate(cells, 3):
                sheet.cell(row, column, cell)
        book.save(tmp_path / "c.xlsx")
        workspace = reading(tmp_path / "c.xlsx")
        workspace.name_places()
        [[line]] = workspace.lines(FAULT_LINES)
        assert '"D5","5"' in line

    def test_a_second_sheet_of_the_same_kind_is_not_counted_beside_the_named_one(self, reading, tmp_path):
        book = openpyxl.Workbook()
        book.active.title = "Hidden copy"
        book.create_sheet("list 1")
        book.create_sheet("Referrals")  # without a List 3, this is taken by its headers
        book["Hidden copy"].sheet_state = "hidden"
        for name, header in (
            ("Hidden copy", "Date of Contact"),
            ("list 1", "Date of Contact"),
            ("Referrals", "Date of referral"),
        ):
            book[name].append(["Child Unique ID", header, name])
            book[name].append([5, date(2026, 5, 1), name])
        book.save(tmp_path / "e.xlsx")
        workspace = reading(tmp_path / "e.xlsx")
        assert workspace.ignored == ["e.xlsx, Hidden copy"]
        assert [source.sheet for source in workspace.sources] == ["list 1", "Referrals"]

    @pytest.mark.parametrize("wide", [False, True], ids=["older list 9", "list 9 of 2024"])
    def test_both_layouts_of_list_9(self, reading, tmp_path, wide):
        header = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"]
        header += (
            ["Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)"]
            if wide
            else []
        )
        header += ["Does the Child have a Disability", "Allocated Team", "Allocated Worker"]
        header += ["Allocated Personal Advisor"] if wide else []
        header += (
            ["Eligibility Category"] + (["Latest Pathway Plan Review Date"] if wide else []) + ["LA in Touch"]
        )
        header += (["Latest Date of Contact"] if wide else []) + [
            "Type of Accommodation",
            "Suitability of Accommodation",
        ]
        assert len([*header, "Activity Status"]) == (17 if wide else 13)
        given = {
            "Child Unique ID": 1,
            "Date of Birth": date(2008, 1, 1),
            "Eligibility Category": "b) Former relevant child",
        }
        given |= {
            "Suitability of Accommodation": "a) Suitable",
            "Type of Accommodation": "U: Independent living",
        }
        given |= {header[5]: "a) Yes"} if wide else {}
        book = openpyxl.Workbook()
        book.active.title = "List 9"
        book.active.append([*header, "Activity Status"])
        book.active.append([given.get(name) for name in header])
        book.save(tmp_path / "d.xlsx")
        result = compute(reading(tmp_path / "d.xlsx"), Q1)
        assert result.figures["care_leavers_suitable_17_18_pct"].numerator == 1
        assert ("uasc_care_leavers_pct" in result.figures) is wide
        if not wide:
            assert result.left_out["uasc_care_leavers_pct"] == "d.xlsx, List 9 has no column for “uasc”"

    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not a workbook", b"<html>sign in first</html>"])
    def test_what_is_no_workbook_says_so(self, reading, data):
        with pytest.raises(TallyFault, match=r"e.xlsx: this workbook cannot be opened"):
            reading(("e.xlsx", data))


def test_the_same_list_in_two_formats_is_refused_rather_than_counted_twice(reading):
    with pytest.raises(TallyFault, match="a child would be counted twice"):
        reading(
            (
                "List 8.csv",
                csv_of(
                    "Child Unique ID,Date Started to be Looked After,Date Ceased to be Looked After\n1,2026-05-01,\n"
                ),
            ),
            ("episodes.csv", csv_of("CHILD,DECOM,RNE,LS,PLACE,DEC,REC\n1,01/05/2026,S,C2,U6,,\n")),
        )


@pytest.mark.parametrize(
    ("name", "words"), [("nothing.csv", "there is no such file"), ("notes.docx", "“.docx” is not read")]
)
def test_files_that_are_not_there_or_not_read(reading, tmp_path, name, words):
    (tmp_path / "notes.docx").write_bytes(b"")
    with pytest.raises(TallyFault, match=words):
        reading(tmp_path / name)


def test_parquet(reading, tmp_path):
    import duckdb

    path = tmp_path / "contacts.parquet"
    duckdb.execute(
        "COPY (SELECT 1.0 AS cont_person_id, TIMESTAMP '2026-05-01 00:00:00' AS cont_contact_date, "
        f"'6' AS cont_contact_source) TO '{path}' (FORMAT parquet)"
    )
    assert reading(path).query("SELECT child, day, source FROM contact") == [("1", date(2026, 5, 1), "6")]


def test_column_letters():
    assert [column_letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


def test_a_cell_that_a_spreadsheet_would_run_is_defused(reading):
    text = io.StringIO("Child Unique ID,Date of Contact\n=cmd|x,2026-05-01\n").getvalue()
    workspace = reading(("List 1.csv", csv_of(text)))
    [(cell,)] = workspace.query("SELECT as_cell(child) FROM contact")
    assert cell == '"\'=cmd|x"'
