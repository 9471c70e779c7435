"""Definitions for many authorities at once, said in DuckDB's SQL or Spark's.

A definition is written for the lists of one authority. Lifted, every table that it reads has one more column,
``authority``, and the query keeps each authority to itself: it is selected, grouped and partitioned by, and joined
on wherever two such tables meet. So nothing has to be written twice, and what is true of one authority's lists is
true of a country's: two children of two authorities may have the same identifier.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, cast

import sqlglot
from sqlglot import exp

from tally.engine import Definition

AUTHORITY = "authority"
SHARED = ("quarter", "working_day")
"""Tables that are the same for every authority."""

Dialect = Literal["duckdb", "spark"]
TOTALS = ("indicator", AUTHORITY, "method", "numerator", "denominator", "excluded", "unknown", "counted")
"""The columns of ``totals``."""


def lifted(definition: Definition) -> exp.Query:
    """A definition's query for the tables of many authorities. Raises ValueError for what cannot be lifted."""
    tree = sqlglot.parse_one(definition.sql, read="duckdb")
    if not isinstance(tree, exp.Query):
        raise ValueError(f"{definition.id}: is no query")
    single = {cte.alias for cte in tree.ctes if _is_single_row(cte.this)}
    for select in list(tree.find_all(exp.Select)):
        _lift(select, definition.id, single)
    return tree


def totals(definition: Definition, dialect: Dialect) -> str:
    """A query of sums for each authority and method; ``counted`` is 1 where a record of the method counts.

    >>> from tally.engine import definitions
    >>> totals(definitions()["s47_rate"], "spark").startswith("SELECT 's47_rate' AS indicator, authority, method")
    True
    """
    sums = ", ".join(f"sum({name}) AS {name}" for name in TOTALS[3:7])
    counted = "max(CASE WHEN numerator + coalesce(denominator, 0) > 0 THEN 1 ELSE 0 END) AS counted"
    query = lifted(definition).sql(dialect=dialect, comments=False)
    return (
        f"SELECT '{definition.id}' AS indicator, {AUTHORITY}, method, {sums}, {counted} "
        f"FROM ({query}) AS considered GROUP BY {AUTHORITY}, method"
    )


def identifiers_among(words: list[str], names: list[str]) -> str:
    """A query, in either dialect, for those of some words that are a child's identifier in the tables named."""
    asked = ", ".join("'" + word.replace("'", "''") + "'" for word in words)
    return " UNION ".join(f"SELECT child FROM {name} WHERE child IN ({asked})" for name in names)


def _lift(select: exp.Select, id: str, single: set[str]) -> None:
    joins: list[exp.Join] = select.args.get("joins") or []
    origin = select.args.get("from_")
    if origin is None or not isinstance(origin.this, exp.Table) or origin.this.name in SHARED:
        raise ValueError(f"{id}: every part must read FROM a table of an authority")
    key = exp.column(AUTHORITY, table=origin.this.alias_or_name)
    grouped = select.args.get("group") is not None
    aggregate = grouped or any(_own(select, exp.AggFunc))
    for join in joins:
        _join(join, key, id, single)
    for window in _own(select, exp.Window):
        window.set("partition_by", [key.copy(), *window.args.get("partition_by", [])])
    if isinstance(select.parent, exp.Exists):
        outer = cast(exp.Select, select.parent.find_ancestor(exp.Select))
        select.where(
            exp.EQ(this=key, expression=exp.column(AUTHORITY, outer.args["from_"].this.alias_or_name)),
            copy=False,
        )
        return
    if aggregate:
        select.group_by(key.copy(), copy=False)
    if not any(isinstance(one, exp.Star) for one in select.expressions):
        select.set("expressions", [exp.alias_(key.copy(), AUTHORITY), *select.expressions])


def _join(join: exp.Join, key: exp.Column, id: str, single: set[str]) -> None:
    """Join within the authority. What is crossed must be a single row for one, so it may be absent for another."""
    if join.this.name in SHARED:
        return
    same = exp.EQ(this=exp.column(AUTHORITY, table=join.this.alias_or_name), expression=key.copy())
    if join.kind == "CROSS" and join.this.name in single:
        join.set("kind", None)
        join.set("side", "LEFT")
        join.set("on", same)
    elif join.args.get("on") is not None:
        join.set("on", exp.and_(join.args["on"], same))
    else:
        raise ValueError(f"{id}: a join must say ON what, or be a CROSS JOIN of a single row")


def _is_single_row(query: exp.Expression) -> bool:
    """Whether a query gives one row whatever its table holds, of which nothing is known where the table is empty."""
    if (
        not isinstance(query, exp.Select)
        or query.args.get("group") is not None
        or any(query.find_all(exp.Count))
    ):
        return False
    return all(isinstance(one.unalias(), exp.Min | exp.Max | exp.Sum) for one in query.expressions)


def _own(select: exp.Select, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    """The expressions of a kind in a SELECT's own columns, not in a query within it or, aggregates, in a window."""
    for column in select.expressions:
        for node in column.walk(prune=lambda one: isinstance(one, exp.Query | exp.Window)):
            if isinstance(node, kind):
                yield node


__all__ = ["AUTHORITY", "SHARED", "TOTALS", "Dialect", "identifiers_among", "lifted", "totals"]
