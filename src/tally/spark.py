"""The figures of every authority at once, on Spark: for a country, when one machine is outgrown.

Reads the folder that ``tally tables`` writes, runs the same definitions lifted to many authorities, and judges the
sums as one council's are. PySpark is not among Concord's needs: ``pip install "concord[spark]"``, with Java 17.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from typing import Any

from catalogue.periods import Period
from tally.engine import Result, check_period, definitions
from tally.faults import TallyFault
from tally.lift import AUTHORITY, identifiers_among, totals
from tally.national import ABOUT, About, columns, read_abouts, results
from tally.working_days import working_day_rows
from tally.workspace import Progress, silent

TYPES = {"VARCHAR": "STRING", "DATE": "DATE", "INTEGER": "INT", "BIGINT": "BIGINT", "DOUBLE": "DOUBLE"}
"""DuckDB's types of the canonical tables in Spark's words."""
LOOPBACK = ("local", "spark://127.0.0.1")
"""Masters on this machine: then nothing listens to any other."""

Session = Any


@contextmanager
def session(master: str) -> Iterator[Session]:
    """A Spark session that is stopped at the end. Raises TallyFault where PySpark or Java is missing."""
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as fault:
        raise TallyFault(
            'PySpark is not installed here. Install it with: pip install "concord[spark]" (it needs Java 17).'
        ) from fault
    builder = SparkSession.builder.appName("tally").master(master)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": str(sys.stderr.isatty()).lower(),
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "UTC",
    }
    if master.startswith(LOOPBACK):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        running = builder.getOrCreate()
    except PySparkException as fault:
        raise TallyFault(
            "Spark did not start. It needs Java 17 (JAVA_HOME, or “java” on the path): "
            f"{str(fault).splitlines()[0]}"
        ) from fault
    try:
        yield running
    except PySparkException as fault:
        raise TallyFault(f"Spark stopped: {str(fault).splitlines()[0]}") from fault
    finally:
        running.stop()


def compute(
    spark: Session,
    folder: str,
    period: Period,
    wanted: Sequence[str] | None = None,
    progress: Progress = silent,
) -> tuple[dict[str, About], dict[str, Result]]:
    """What is known of each authority in the folder, and its figures for a quarter."""
    check_period(period)
    texts = spark.read.text(f"{folder}/{ABOUT}", wholetext=True).collect()
    abouts = read_abouts(row[0] for row in texts)
    progress(f"{len(abouts):,} authorities, {sum(about.rows for about in abouts.values()):,} rows")
    _open(spark, folder, period)
    asked = [one for id, one in definitions().items() if wanted is None or id in wanted]
    sums = reduce(lambda one, other: one.union(other), (spark.sql(totals(one, "spark")) for one in asked))
    progress(f"{len(asked)} indicators")
    rows: list[Mapping[str, Any]] = [row.asDict() for row in sums.collect()]
    return abouts, results(period, abouts, rows, wanted)


def identifiers(spark: Session, words: Sequence[str]) -> set[str]:
    """Which of some words are a child's identifier in any authority; the tables must be open."""
    names = [name for name in columns() if name != "coverage"]
    return {row[0] for row in spark.sql(identifiers_among(list(words), names)).collect()}


def _open(spark: Session, folder: str, period: Period) -> None:
    """Make the tables known by their names, and those that all share. Nothing runs in Python on the workers."""
    for name, kinds in columns().items():
        schema = ", ".join(f"{column} {TYPES[kind]}" for column, kind in kinds.items())
        table = spark.read.schema(f"{schema}, {AUTHORITY} STRING").parquet(f"{folder}/{name}")
        table.createOrReplaceTempView(name)
    quarter = f"(DATE '{period.start}', DATE '{period.end}')"
    days = ", ".join(f"(DATE '{day}', {number})" for day, number in working_day_rows())
    for name, values in (
        ("quarter(quarter_start, quarter_end)", quarter),
        ("working_day(day, number)", days),
    ):
        spark.sql(f"SELECT * FROM VALUES {values} AS {name}").createOrReplaceTempView(name.partition("(")[0])
