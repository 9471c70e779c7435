"""Reading returns from tables and workbooks: what is taken, what is refused, and where each error points."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

import catalogue
from catalogue.periods import Period
from concord.inputs.returned import Look, Refusal, Taken, look
from concord.inputs.table import read_csv, read_text
from concord.inputs.workbook import looks_like_workbook, read_workbook
from concord.outputs.return_workbook import write
from concord.rules.figures import Amount
from concord.rules.return_sheet import FIRST_ROW, HEADER_ROW, KEY_SHEET, SHEET, Target

D = Decimal
CORE = catalogue.datasets()["london-core-18"]
TARGET = Target(
    "london", "London", "202", "Camden", "london-core-18", "London core 18", "1", Period.parse("2026-27Q1"),
    tuple(catalogue.indicators()[i] for i in CORE.indicators),
)  # fmt: skip
ROW = {id: FIRST_ROW + n for n, id in enumerate(CORE.indicators)}


def seen(taken: Taken, now: dict[str, Amount] | None = None, last: dict[str, Amount] | None = None) -> Look:
    return look(TARGET, taken, now or {}, last or {}, {}, D(44_120))


def places(found: Look) -> list[str]:
    return [fault.place for fault in found.faults]


# --- tables ---------------------------------------------------------------------------------------------------


def test_a_paste_without_a_header_by_name_or_code() -> None:
    taken = read_text("Children looked after (rate)\t1,204\t\t\tFirst count\nagency\t10.5\t80\n", TARGET)
    assert taken.amounts == {
        "cla_rate": Amount(D(1204), None, "", "First count"),
        "sw_agency_pct": Amount(D("10.5"), D(80)),
    }
    assert seen(taken).faults == ()


def test_a_header_orders_the_columns_and_names_what_is_left_aside() -> None:
    taken = read_text("Value,Denominator,Indicator,Numerator\n12.5%,80,sw_agency_pct,10\n", TARGET)
    assert taken.amounts == {"sw_agency_pct": Amount(D(10), D(80))}
    assert taken.remarks == ["Columns left aside: Value"]


def test_columns_that_are_absent_leave_what_stands() -> None:
    now = {"cla_rate": Amount(D(5), None, "", "Counted twice"), "cin_rate": Amount(missing="No count")}
    taken = read_text("cla_rate\t6\ncin_rate\t900\n", TARGET)
    assert seen(taken, now).amounts == {
        "cla_rate": Amount(D(6), None, "", "Counted twice"),
        "cin_rate": Amount(D(900)),
    }


def test_symbols_become_missing_and_the_reason_is_asked() -> None:
    found = seen(read_text("cla_rate\tc\ncin_rate\tlow\ts47\n", TARGET))
    assert found.amounts["cla_rate"] == Amount()
    assert any("2 cells with a symbol" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("cla_rate\tmany", "line 1, numerator", "not a number"),
        ("cla_rate\t12%", "line 1, numerator", "percentage"),
        ("cla_rate\t12.5", "line 1, numerator", "whole number"),
        ("cla_rate\t-3", "line 1, numerator", "below zero"),
        ("sw_agency_pct\t90\t80", "line 1, numerator", "more than its denominator"),
        ("sw_agency_pct\t90", "line 1", "denominator"),
        ("cla_rate\t1\ncla_rate\t2", "line 2", "twice"),
        ("\n\ncla_rates\t1", "line 3", "Did you mean “Children looked after (rate)”"),
        ("nothing like it\t1", "line 1", "not an indicator"),
        ("cla_rate\t1\t\t\t\tmore\tand more", "line 1", "2 more columns"),
    ],
)
def test_an_error_points_at_its_cell(text: str, place: str, words: str) -> None:
    [fault] = seen(read_text(text, TARGET)).faults
    assert fault.place == place
    assert words in fault.sentence


@pytest.mark.parametrize(
    "text", ["", "  \n\t\n", "indicator,denominator\ncla_rate,1", "indicator,numerator,numerator\na,1,2"]
)
def test_a_table_that_cannot_be_read(text: str) -> None:
    with pytest.raises(Refusal):
        read_text(text, TARGET)


TALLY = (
    "authority,period,indicator,numerator,denominator,method,excluded,unknown,definition_version,tool_version,"
    "definitions_hash\n"
)


def test_the_file_that_tally_writes_is_taken_as_it_is() -> None:
    taken = read_csv((TALLY + "202,2026-27Q1,cla_rate,204,,annexa,2,1,1,0.1.0,abc\n").encode(), TARGET)
    assert taken.amounts == {"cla_rate": Amount(D(204))}
    assert taken.methods == {"cla_rate": "annexa, 2 excluded, 1 unknown"}
    assert taken.faults == taken.remarks == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("203,2026-27Q1,cla_rate,204,,annexa,0,0,1,0.1,a", "authority 203"),
        ("202,2025-26Q4,cla_rate,204,,annexa,0,0,1,0.1,a", "2025-26Q4"),
        ("202,2026-27Q1,cla_rate,204,,annexa,0,0,9,0.1,a", "version 9"),
    ],
)
def test_another_authority_period_or_definition_is_refused(row: str, words: str) -> None:
    [fault] = read_csv((TALLY + row).encode(), TARGET).faults
    assert words in fault.sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_as_spreadsheets_save_it(encoding: str, delimiter: str) -> None:
    text = "indicator,numerator,explanation\r\ncla_rate,204,Zoë’s count\r\n".replace(",", delimiter)
    taken = read_csv(text.encode(encoding), TARGET)
    assert taken.amounts == {"cla_rate": Amount(D(204), None, "", "Zoë’s count")}


def test_a_denominator_that_concord_gives_is_not_taken_and_that_is_said() -> None:
    found = seen(read_text("cla_rate\t204\t50000", TARGET))
    assert found.amounts["cla_rate"] == Amount(D(204))
    assert "Concord divides by the ONS population" in found.remarks[0]


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03", b"   \n"])
def test_bytes_that_are_no_table(content: bytes) -> None:
    with pytest.raises(Refusal):
        read_csv(content, TARGET)


def test_a_file_of_neither_kind_is_told_what_may_be_sent() -> None:
    with pytest.raises(Refusal, match=r"neither an Excel workbook \(\.xlsx\) nor a CSV file"):
        read_csv(b"%PDF-1.4 \x00\x01", TARGET)


# --- workbooks ------------------------------------------------------------------------------------------------


def made(
    now: dict[str, Amount] | None = None, last: dict[str, Amount] | None = None, target: Target = TARGET
) -> bytes:
    return write(target, now or {}, last or {}, D(44_120), "12 August 2026")


def edited(change: Callable[[Any], None], content: bytes | None = None) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content or made()))
    change(book)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def put(**cells: Any) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for place, value in cells.items():
            book[SHEET][place] = value

    return change


def test_a_workbook_comes_back_as_it_went_out() -> None:
    now = {
        "cla_rate": Amount(D(204), None, "", "Counted by hand"),
        "sw_agency_pct": Amount(D("10.5"), D(80)),
        "cin_rate": Amount(missing="=The system was down"),
    }
    taken = read_workbook(made(now), TARGET)
    assert taken.amounts == now
    assert taken.remarks == ["15 rows left blank, so what stands in the return is kept"]
    assert seen(taken, now).changes == ()


def test_it_shows_last_time_and_what_concord_divides_by() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(made(last={"cla_rate": Amount(D(441), D(44120))})))[SHEET]
    row = ROW["cla_rate"]
    assert [sheet[f"{c}{row}"].value for c in "ACEIJ"] == ["cla_rate", 100, 44120, 441, 44120]
    assert sheet[f"D{row}"].protection.locked is False
    assert sheet[f"E{row}"].protection.locked is True
    assert sheet.protection.sheet is True


def test_two_mistakes_are_told_by_cell() -> None:
    filled = edited(
        put(
            **{
                f"D{ROW['cla_rate']}": "two hundred",
                f"D{ROW['sw_agency_pct']}": 90,
                f"E{ROW['sw_agency_pct']}": 80,
            }
        )
    )
    found = seen(read_workbook(filled, TARGET))
    assert places(found) == [f"Return!D{ROW['cla_rate']}", f"Return!D{ROW['sw_agency_pct']}"]


def test_the_same_mistake_is_told_alike_by_every_way_in() -> None:
    filled = edited(put(**{f"D{ROW['sw_agency_pct']}": 90, f"E{ROW['sw_agency_pct']}": 80}))
    by_workbook = seen(read_workbook(filled, TARGET)).faults[0].sentence
    by_paste = seen(read_text("sw_agency_pct\t90\t80", TARGET)).faults[0].sentence
    by_csv = (
        seen(read_csv(b"indicator,numerator,denominator\nsw_agency_pct,90,80", TARGET)).faults[0].sentence
    )
    assert by_workbook == by_paste == by_csv


def test_formulas_with_a_result_are_read_and_those_without_or_in_error_are_not() -> None:
    def formulas(content: bytes, cell: str) -> bytes:
        kept = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w") as new:
            for name in old.namelist():
                part = old.read(name)
                if name == "xl/worksheets/sheet1.xml":
                    part = part.replace(b'<c r="D20"', cell.encode() + b'<c r="X20"', 1)
                    part = part.replace(b'<c r="X20" s="', b'<c r="X20" s="').replace(
                        b'<c r="X20"', b'<c r="D20b"'
                    )
                    start = part.index(b'<c r="D20b"')
                    part = part[:start] + part[part.index(b"<c ", start + 3) :]
                new.writestr(name, part)
        return kept.getvalue()

    assert ROW["cla_rate"] == 20
    fine = read_workbook(formulas(made(), '<c r="D20"><f>200+4</f><v>204</v></c>'), TARGET)
    assert fine.amounts == {"cla_rate": Amount(D(204))}
    for cell, words in (
        ('<c r="D20" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ('<c r="D20"><f>200+4</f></c>', "no result"),
    ):
        [fault] = read_workbook(formulas(made(), cell), TARGET).faults[:1]
        assert fault.place == "Return!D20"
        assert words in fault.sentence


def _rename(book: Any) -> None:
    book[SHEET].title = "Sheet1"


def _merge(book: Any) -> None:
    book[SHEET].merge_cells(f"D{FIRST_ROW}:D{FIRST_ROW + 1}")


def _no_key(book: Any) -> None:
    del book[KEY_SHEET]


def _rekey(key: str, value: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for row in book[KEY_SHEET].iter_rows():
            if row[0].value == key:
                row[1].value = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_rename, "no sheet called “Return”"),
        (lambda book: book[SHEET].insert_cols(4), f"Return!D{HEADER_ROW} is empty where “Numerator”"),
        (lambda book: book[SHEET].delete_cols(3), "Were columns or rows moved?"),
        (lambda book: book[SHEET].insert_rows(2), "Were columns or rows moved?"),
        (_merge, "is merged"),
        (_no_key, "hidden sheet was removed"),
        (_rekey("authority", "203"), "another authority: 203, not 202"),
        (_rekey("period", "2025-26Q4"), "another period"),
        (_rekey("alliance", "east-midlands"), "another alliance"),
        (_rekey("dataset", "riia-31"), "another dataset"),
        (_rekey("dataset version", "0"), "older dataset version"),
        (put(XFD1048576=1), "as far out as"),
    ],
)
def test_a_workbook_that_was_changed_beyond_its_cells_is_refused(
    change: Callable[[Any], None], words: str
) -> None:
    with pytest.raises(Refusal, match="(?s).*") as refused:
        read_workbook(edited(change), TARGET)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (put(**{f"D{FIRST_ROW + 18}": 5}), f"Return!{FIRST_ROW + 18}:{FIRST_ROW + 18}"),
        (put(**{f"M{FIRST_ROW}": 5}), f"Return!{FIRST_ROW}:{FIRST_ROW}"),
        (put(**{f"A{FIRST_ROW}": "other_rate"}), f"Return!A{FIRST_ROW}"),
        (
            put(**{f"A{FIRST_ROW}": CORE.indicators[1], f"D{FIRST_ROW}": 1, f"D{FIRST_ROW + 1}": 2}),
            f"Return!{FIRST_ROW + 1}:{FIRST_ROW + 1}",
        ),
    ],
)
def test_cells_that_went_astray_are_named(change: Callable[[Any], None], place: str) -> None:
    assert places(seen(read_workbook(edited(change), TARGET))) == [place]


def _figures_moved_across(book: Any) -> None:
    """As Excel does it when a block of cells is dragged: D goes over E, and the headers stay."""
    sheet = book[SHEET]
    for n, row in enumerate(ROW.values()):
        sheet[f"D{row}"].value = None
        sheet[f"E{row}"].value = 100 + n


def test_figures_moved_over_the_population_are_named_and_not_set_aside() -> None:
    taken = read_workbook(edited(_figures_moved_across), TARGET)
    told = {fault.place: fault.sentence for fault in taken.faults}
    assert "Were cells moved across?" in told[f"{SHEET}!E{ROW['cla_rate']}"]
    assert len(told) >= 10


def _zip(**parts: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, part in parts.items():
            pack.writestr(name, part)
    return kept.getvalue()


def _with(name: str, part: bytes) -> bytes:
    kept = io.BytesIO(made())
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(name, part)
    return kept.getvalue()


def _lying() -> bytes:
    """A bomb whose directory says that it is small."""
    content = bytearray(_with("xl/media/image1.bin", b"\0" * 20_000_000))
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(content)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (_with("xl/media/image1.bin", b"\0" * 40_000_000), "unpacks to far more"),
        (_with("xl/media/image1.bin", b"\0" * 2_000_000), "unpacks to far more"),
        (_lying(), "damaged"),
        (_with("xl/vbaProject.bin", b"macro"), "holds macros"),
        (_zip(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "not an Excel workbook"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (made()[:-400], "damaged"),
        (OLE + b"\0" * 600, "old Excel file (.xls)"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (
            _zip(**{"[Content_Types].xml": b"", "xl/workbook.xml": b"no", "xl/_rels/workbook.xml.rels": b"no"}),
            "damaged",
        ),
        (
            _zip(**{"[Content_Types].xml": b"<a/>", "xl/_rels/workbook.xml.rels": b"<a/>",
                    "xl/workbook.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            "DOCTYPE",
        ),
    ],
    ids=["bomb", "ratio", "lying", "macros", "ods", "no zip", "cut", "xls", "encrypted", "no xml", "doctype"],
)  # fmt: skip
def test_what_is_no_workbook_of_ours_is_refused_before_it_is_opened(content: bytes, words: str) -> None:
    assert looks_like_workbook(content)
    with pytest.raises(Refusal) as refused:
        read_workbook(content, TARGET)
    assert words in str(refused.value)


def test_text_is_no_workbook() -> None:
    assert not looks_like_workbook(b"indicator,numerator\n")
