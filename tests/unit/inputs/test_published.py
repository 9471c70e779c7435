"""The reader of published tables, on files made here with every oddity that real ones have had."""

import io
from decimal import Decimal

import pytest

from concord.inputs.published import NotRecognised, PublishedFile, read

WHERE = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,"
    "old_la_code,new_la_code,la_name"
)
SECOND = f"{WHERE},category,CPP_start,CPP_subsequent,CPP_subsequent_percent"
PLANS = "Child Protection Plans which are a second or subsequent plan"
ENGLAND = f"2025,Reporting year,National,E92000001,England,,,,,,{PLANS},61840,15130,24.5"


def authority(
    old: str = "301",
    new: str = "E09000002",
    name: str = "Barking and Dagenham",
    year: str = "2025",
    cells: str = "400,80,20",
    identifier: str = "Reporting year",
) -> str:
    return (
        f"{year},{identifier},Local authority,E92000001,England,E13000002,Outer London,"
        f'{old},{new},"{name}",{PLANS},{cells}'
    )


def region(code: str, name: str, cells: str = "9000,2000,22.2") -> str:
    return f"2025,Reporting year,Regional,E92000001,England,{code},{name},,,,{PLANS},{cells}"


def drawn(*lines: str, header: str = SECOND) -> tuple[PublishedFile, dict[tuple[str, str], Decimal | str]]:
    """A file with these lines, read to its end; its figures by place and measure."""
    file = read(("\n".join([header, *lines]) + "\n").encode(), "test.csv")
    figures = list(file.figures)
    assert file.counts.add_up
    assert file.counts.rows == len(lines)
    assert file.counts.values + file.counts.symbols == len(figures)
    assert file.counts.not_placed + file.counts.unreadable == len(file.problems)
    assert sum(file.skipped.values()) == file.counts.skipped
    found = {(f.place, f.measure): f.value if f.value is not None else f.symbol for f in figures}
    assert len(found) == len(figures) or len({f.year for f in figures}) > 1
    return file, found


def test_england_a_region_london_three_times_and_an_authority() -> None:
    file, found = drawn(
        ENGLAND,
        region("E12000007", "London"),
        region("E13000001", "Inner London"),
        region("E13000002", "Outer London"),
        authority(),
    )
    assert file.publication.key == "cpp-second"
    assert "Open Government Licence" in file.publication.licence
    assert found["E92000001", "cpp_subsequent_percent"] == Decimal("24.5")
    assert found["E12000007", "cpp_start"] == found["E13000001", "cpp_start"] == 9000
    assert found["301", "cpp_subsequent"] == 80
    assert file.problems == []
    assert file.years == {2025}


def test_levels_codes_and_names() -> None:
    file = read("\n".join([SECOND, ENGLAND, region("E12000007", "London"), authority()]).encode(), "x")
    by_place = {f.place: f for f in file.figures}
    assert (by_place["301"].level, by_place["301"].gss, by_place["301"].name) == (
        "authority",
        "E09000002",
        "Barking and Dagenham",
    )
    assert (by_place["E12000007"].level, by_place["E12000007"].name) == ("regional", "London")
    assert by_place["E92000001"].level == "national"


def test_a_byte_order_mark_and_another_order_of_columns() -> None:
    columns = SECOND.split(",")
    order = list(reversed(range(len(columns))))
    swapped = [",".join(row.split(",")[i] for i in order) for row in (SECOND, ENGLAND)]
    file = read(b"\xef\xbb\xbf" + "\r\n".join(swapped).encode(), "x")
    assert {f.measure: f.value for f in file.figures} == {
        "cpp_start": 61840,
        "cpp_subsequent": 15130,
        "cpp_subsequent_percent": Decimal("24.5"),
    }
    assert file.counts.placed == 1


def test_headers_in_capitals_and_a_new_number_column_are_read() -> None:
    _file, found = drawn(f"{ENGLAND},7", header=f"{SECOND.upper()},Brand_new_count")
    assert found["E92000001", "brand_new_count"] == 7


@pytest.mark.parametrize("symbol", ["c", "x", "z", "u", "k", "low", ":", "~", "C", "Low"])
def test_symbols_are_kept_as_symbols(symbol: str) -> None:
    _, found = drawn(authority(cells=f"{symbol},0,{symbol}"))
    assert found["301", "cpp_start"] == found["301", "cpp_subsequent_percent"] == symbol.lower()
    assert found["301", "cpp_subsequent"] == 0


def test_numbers_with_separators_blanks_and_unreadable_cells() -> None:
    file, found = drawn(
        authority(cells='"1,234","",12..5'), authority("302", "E09000003", cells=" 12 ,-3,1e9")
    )
    assert found == {
        ("301", "cpp_start"): 1234,
        ("302", "cpp_start"): 12,
        ("302", "cpp_subsequent"): -3,
    }
    assert (file.counts.blank, file.counts.unreadable) == (1, 2)
    assert file.problems[0].sentence == (
        "line 2: cpp_subsequent_percent “12..5” is neither a number nor a known symbol"
    )


@pytest.mark.parametrize("text", ["12,34", "1,2345", "NaN", "Infinity", "١٢", "20%", "1 234", "--1", "0x1"])
def test_what_only_looks_like_a_number_is_not_one(text: str) -> None:
    file, found = drawn(authority(cells=f'"{text}",1,2'))
    assert ("301", "cpp_start") not in found
    assert file.problems[0].text == text


def test_quoted_blanks_where_a_row_has_no_authority() -> None:
    _, found = drawn(ENGLAND.replace("England,,,,,,", 'England,"","",,"","",'))
    assert found["E92000001", "cpp_start"] == 61840


@pytest.mark.parametrize(
    ("old", "new", "place", "gss"),
    [
        ("940 / 941", "E06000061 / E06000062", "940/941", "E06000061/E06000062"),
        ("314 / 318", "E09000021 / E09000027", "314/318", "E09000021/E09000027"),
        ("940/941", "E06000061/E06000062", "940/941", "E06000061/E06000062"),
        ("", "E06000061 / E06000062", "940/941", "E06000061/E06000062"),
        ("928", "E10000021", "928", "E10000021"),  # ended
        ("942", "E10000006", "942", "E10000006"),  # its own DfE code, its predecessor’s ONS code
        ("825", "E10000002", "825", "E10000002"),  # the older code of the same authority
        ("825", "E06000060", "825", "E06000060"),
        ("", "E10000002", "825", "E10000002"),  # only the ONS code
        ("x", "E09000002", "301", "E09000002"),
        ("370", "E08000099", "370", "E08000099"),  # an ONS code newer than the table
        ("370", "", "370", ""),
        ("370", "z", "370", ""),
    ],
)
def test_joint_ended_and_renamed_authorities(old: str, new: str, place: str, gss: str) -> None:
    file = read("\n".join([SECOND, authority(old, new)]).encode(), "x")
    assert {(f.place, f.gss) for f in file.figures} == {(place, gss)}
    assert file.problems == []


@pytest.mark.parametrize(
    ("line", "column", "text"),
    [
        (authority("999", "E09000002"), "old_la_code", "999"),
        (authority("301 / 999"), "old_la_code", "301 / 999"),
        (authority("301", "E09000003"), "new_la_code", "E09000003"),  # Barnet’s
        (authority("928", "E06000061"), "new_la_code", "E06000061"),  # the successor’s
        (authority("", ""), "new_la_code", ""),
        (authority("x", "x", "Not available"), "new_la_code", "x"),
        (region("E12000099", "Atlantis"), "region_code", "E12000099"),
        (region("E92000001", "England"), "region_code", "E92000001"),
        (ENGLAND.replace("E92000001", "W92000004"), "country_code", "W92000004"),
        (authority(year="25"), "time_period", "25"),
        (authority(year="202425"), "time_period", "202425"),
        (authority(year="202426", identifier="Academic year"), "time_period", "202426"),
        (authority(year="2025Q1"), "time_period", "2025Q1"),
        (authority(identifier="Financial year Q1", year="202425"), "time_identifier", "Financial year Q1"),
        (authority(identifier=""), "time_identifier", ""),
    ],
)
def test_a_row_without_a_place_or_time_is_shown_with_its_line(line: str, column: str, text: str) -> None:
    file, found = drawn(ENGLAND, line)
    assert {place for place, _ in found} == {"E92000001"}
    (problem,) = file.problems
    assert (problem.line, problem.column, problem.text) == (3, column, text)
    assert problem.sentence.startswith(f"line 3: {column}")
    assert file.counts.unplaced_cells == 3


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (authority("940 / 941 / 928 / 301"), "are more than the 3 authorities that a row may stand for"),
        (authority().replace(PLANS, "P" * 5000), "is too long for the name of a breakdown"),
    ],
)
def test_what_the_table_could_not_hold_is_set_aside(line: str, words: str) -> None:
    """PostgreSQL refuses what is longer than its column, and with it the whole file."""
    file, found = drawn(ENGLAND, line)
    assert {place for place, _ in found} == {"E92000001"}
    assert [words in problem.reason for problem in file.problems] == [True]


def test_a_sentence_about_a_cell_is_one_short_line() -> None:
    file, _ = drawn(authority(cells=f"\x1b[2J{'9' * 500}x,1,2"))
    (problem,) = file.problems
    assert problem.sentence.isprintable()
    assert len(problem.sentence) < 150


@pytest.mark.parametrize(
    ("year", "identifier", "expected"),
    [
        ("2024", "Reporting year", 2024),
        ("2024", "Calendar year", 2024),
        ("202425", "Financial year", 2025),
        ("199900", "Academic year", 2000),
    ],
)
def test_other_years_and_ways_of_writing_them(year: str, identifier: str, expected: int) -> None:
    file, _ = drawn(authority(year=year, identifier=identifier))
    assert file.years == {expected}


def test_truncated_shifted_and_broken_rows_stay_on_their_own_line() -> None:
    file, found = drawn(
        authority()[:60],
        authority("302", "E09000003") + ",1",
        f'{authority("303", "E09000004")[:-6]}"20,5',
        authority("304", "E09000005"),
    )
    assert [p.line for p in file.problems] == [2, 3, 4]
    assert "cut short" in file.problems[0].reason
    assert {place for place, _ in found} == {"304"}


def test_an_unclosed_quotation_mark_does_not_swallow_what_follows() -> None:
    broken = authority().replace('Dagenham"', "Dagenham")
    file, found = drawn(broken, authority("302", "E09000003"))
    assert [p.line for p in file.problems] == [2]
    assert "quotation mark" in file.problems[0].reason
    assert {place for place, _ in found} == {"302"}


def test_the_same_row_twice_is_left_out_and_a_contradiction_is_shown() -> None:
    file, _found = drawn(authority(), authority(), authority(cells="401,80,20"), authority(year="2024"))
    assert file.skipped == {"the same row again": 1}
    assert [p.line for p in file.problems] == [4]
    assert "line 2" in file.problems[0].reason
    assert file.years == {2024, 2025}


def test_other_levels_and_blank_lines_are_counted_and_left_out() -> None:
    school = authority().replace("Local authority,", "School,")
    file, _ = drawn(school, school, "", ",,,,,,,,,,,,,", authority())
    assert file.skipped == {"geographic level “School”": 2, "blank line": 2}
    assert file.counts.placed == 1


def test_letters_of_another_encoding_are_shown_and_the_rest_is_read() -> None:
    lines = [SECOND.encode(), authority(name="Barking \x96 Dagenham").encode("latin-1"), ENGLAND.encode()]
    file = read(b"\n".join(lines), "x")
    assert {f.place for f in file.figures} == {"E92000001"}
    assert file.counts.add_up
    assert [(p.line, p.reason) for p in file.problems] == [(2, "is not UTF-8 text")]


def test_filters_fold_into_the_measure_and_new_values_get_a_key_of_their_own() -> None:
    header = f"{WHERE},population_type,population_estimate,children_count,rate_per_10000"
    row = ENGLAND.rsplit(",", 4)[0]
    _, found = drawn(
        f"{row},Children looked after on 31 March each year,12183016,81770,67",
        f"{row},Children adopted (all),12183016,3000,2",
        f"{row},,12183016,1,0",
        header=header,
    )
    assert found["E92000001", "at_31_march.rate_per_10000"] == 67
    assert found["E92000001", "children_adopted_all.children_count"] == 3000
    assert found["E92000001", "blank.children_count"] == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"PK\x03\x04rest of a workbook", "save the table as CSV"),
        ("time_period,x\n".encode("utf-16"), "not UTF-8"),
        (b"\x00\x01\x02\n", "not UTF-8"),
        (b"na\xefve\n", "cannot be read"),
        (b'"open\n', "cannot be read"),
        (b"a,b,A\n", "“a” stands twice"),
        (b"name,score\n", "no table known here"),
        (SECOND.replace("new_la_code,", "").encode(), "lacks the columns new_la_code"),
        (SECOND.replace("CPP_start", "starts").encode(), "lacks the columns cpp_start"),
    ],
)
def test_a_file_that_is_not_known_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(NotRecognised, match=words) as refusal:
        read(content, "mine.csv")
    assert "mine.csv" in str(refusal.value)


def test_an_unknown_file_is_told_what_is_known() -> None:
    with pytest.raises(NotRecognised, match="referral_count, rereferral_count"):
        read(b"name,score\n", "mine.csv")


def test_it_reads_from_a_stream_as_it_goes() -> None:
    file = read(io.BytesIO("\n".join([SECOND, ENGLAND, authority()]).encode()), "x")
    first = next(file.figures)
    assert first.place == "E92000001"
    assert file.counts.rows == 1


GRADES = (
    "urn,la_code,region_code,ltla23cd,local_authority,overall_effectiveness_grade,inspection_framework,"
    "inspection_start_date,inspection_end_date,publication_date,impact_of_leaders_grade,"
    "help_and_protection_grade,in_care_grade,care_leavers_grade"
)


def inspection(code: str = "304", gss: str = "E09000005", rest: str = "") -> str:
    rest = rest or "good,short,27/04/2026,01/05/2026,17/06/26,good,good,Requires improvement,good"
    return f"1,{code},GL,{gss},somewhere,{rest}"


def judged(*lines: str) -> PublishedFile:
    file = read("\n".join([GRADES, *lines]).encode(), "grades.csv")
    file.found = list(file.judgements)  # type: ignore[attr-defined]
    assert file.counts.add_up
    return file


def test_judgements_with_two_ways_of_writing_days() -> None:
    (j,) = judged(inspection()).found  # type: ignore[attr-defined]
    assert (j.authority, j.framework, j.overall, j.in_care) == (
        "304",
        "short",
        "good",
        "requires improvement",
    )
    assert (j.inspected_from.isoformat(), j.published.isoformat()) == ("2026-04-27", "2026-06-17")


def test_what_was_not_judged_is_blank_and_counted() -> None:
    rest = "nan,None,,,05/09/22,good,inadequate,good,inspection_pre_dates_judgement"
    file = judged(inspection(rest=rest))
    (j,) = file.found  # type: ignore[attr-defined]
    assert (j.overall, j.framework, j.inspected_from, j.care_leavers) == ("", "", None, "")
    assert (file.counts.values, file.counts.blank) == (3, 2)


@pytest.mark.parametrize(
    "line",
    [
        inspection("999"),
        inspection(gss="E09000003"),
        inspection(rest="splendid,short,27/04/2026,01/05/2026,17/06/26,good,good,good,good"),
        inspection(rest="good,short,27/04/2026,01/05/2026,31/06/26,good,good,good,good"),
        inspection(rest="good,short,27/04/2026,01/05/2026,,good,good,good,good"),
        inspection(rest="good"),
    ],
)
def test_a_judgement_that_cannot_be_placed_is_shown(line: str) -> None:
    file = judged(inspection("302", "E09000003"), line)
    assert len(file.found) == 1  # type: ignore[attr-defined]
    assert [p.line for p in file.problems] == [3]


def test_two_inspections_of_one_authority_are_not_both_the_latest() -> None:
    file = judged(inspection(), inspection())
    assert [p.line for p in file.problems] == [3]
