"""The canonical tables, as data: what every source is brought to and what every definition reads."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

COMMON = {"child": "VARCHAR", "row_id": "BIGINT", "unread": "VARCHAR"}
SUPPORT = (
    # The quarter that is asked for: one row, so that a definition needs no parameters and no clock.
    "CREATE TABLE quarter (quarter_start DATE, quarter_end DATE)",
    # Every day from the first bank holiday year kept to the last: `number` counts the working days up to and
    # including the day, so that a difference of two numbers is the working days after one up to the other.
    "CREATE TABLE working_day (day DATE, number INTEGER)",
    # The days between which a source holds every record of a table (NULL: not known).
    "CREATE TABLE coverage (subject VARCHAR, complete_from DATE, complete_to DATE)",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A canonical table: its name, what a row is, and its columns with DuckDB types, the common ones last."""

    name: str
    about: str
    columns: Mapping[str, str]

    @property
    def ddl(self) -> str:
        """The CREATE TABLE statement."""
        columns = ", ".join(f"{name} {kind}" for name, kind in self.columns.items())
        return f"CREATE TABLE {self.name} ({columns})"


@cache
def tables() -> Mapping[str, Table]:
    """Every canonical table by name."""
    text = files(__package__).joinpath("tables.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {
            name: Table(name, entry["about"], MappingProxyType(entry["columns"] | COMMON))
            for name, entry in tomllib.loads(text).items()
        }
    )


def ddl() -> list[str]:
    """The statements that make an empty canonical database, for DuckDB."""
    return [*SUPPORT, *(table.ddl for table in tables().values())]
