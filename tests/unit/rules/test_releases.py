"""What a release works out, by hand-worked cases."""

from __future__ import annotations

from decimal import Decimal

import catalogue
from concord.rules.figures import Amount, with_denominators
from concord.rules.releases import Included, aggregate_rows, changes, figure_rows

D = Decimal
TIMELY = catalogue.indicators()["assessments_45d_pct"]
CLA = catalogue.indicators()["cla_rate"]


def test_denominators_that_nobody_types() -> None:
    done = catalogue.indicators()["assessments_rate"]
    whole = with_denominators(
        [done, TIMELY, CLA],
        {"assessments_rate": Amount(D(80)), "assessments_45d_pct": Amount(D(60))},
        D(50_000),
    )
    assert whole["assessments_rate"] == Amount(D(80), D(50_000))
    assert whole["assessments_45d_pct"] == Amount(D(60), D(80))
    assert whole["cla_rate"] == Amount(None, D(50_000))
    assert whole["assessments_45d_pct"].value(TIMELY) == D(75)


def members(*pairs: tuple[int | None, int]) -> list[Included]:
    return [
        Included(
            f"{201 + n}",
            "north" if n % 2 else "east",
            "validated",
            {TIMELY.id: Amount(top and D(top), D(bottom))},
        )
        for n, (top, bottom) in enumerate(pairs)
    ]


def test_rank_one_is_the_best_and_ties_share_the_better_place() -> None:
    rows = figure_rows([TIMELY], members((90, 100), (80, 100), (80, 100), (50, 100), (None, 100)))
    assert [r.rank for r in rows] == [1, 2, 2, 4, None]


def test_a_small_denominator_is_shown_and_not_ranked() -> None:
    rows = figure_rows([TIMELY], members((90, 100), (1, 1), (80, 100)))
    assert [r.rank for r in rows] == [1, None, 2]
    assert rows[1].amount.numerator == 1


def test_fifths_need_five_and_follow_polarity() -> None:
    rows = figure_rows([TIMELY], members(*[(n, 100) for n in (50, 60, 70, 80, 90)]))
    assert [r.fifth for r in rows] == ["bottom", "", "", "", "top"]
    neutral = [
        Included(str(n), "", "provisional", {CLA.id: Amount(D(n), D(50_000))})
        for n in (100, 200, 300, 400, 500)
    ]
    assert [r.fifth for r in figure_rows([CLA], neutral)] == ["lowest", "", "", "", "highest"]


def test_an_aggregate_is_sums_over_sums_and_leaves_half_a_figure_out() -> None:
    rows = {(r.place): r for r in aggregate_rows([TIMELY], members((90, 100), (10, 300), (None, 50)))}
    assert (rows["region"].numerator, rows["region"].denominator, rows["region"].counted) == (
        D(100),
        D(400),
        2,
    )
    assert (rows["north"].numerator, rows["north"].denominator) == (D(10), D(300))
    assert rows["east"].counted == 1


def test_changes_between_two_releases() -> None:
    before = figure_rows([TIMELY], members((90, 100), (80, 100)))
    after = figure_rows([TIMELY], members((90, 100), (85, 100), (70, 100)))
    assert changes(before, before) == []
    assert changes(before, after) == [
        {
            "authority": "202",
            "indicator": TIMELY.id,
            "before": ["80", "100", None],
            "after": ["85", "100", None],
        },
        {"authority": "203", "indicator": TIMELY.id, "before": None, "after": ["70", "100", None]},
    ]
