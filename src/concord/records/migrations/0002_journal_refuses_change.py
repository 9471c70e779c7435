"""The database itself refuses to change or remove what the journal, submissions and releases hold."""

from __future__ import annotations

from typing import Any

from django.db import migrations

FROZEN = (
    "records_entry",
    "records_submission",
    "records_release",
    "records_releasefigure",
    "records_releaseaggregate",
)

POSTGRESQL = """
CREATE OR REPLACE FUNCTION concord_refuse_change() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$ LANGUAGE plpgsql;
"""


def freeze(apps: Any, editor: Any) -> None:
    """A trigger on each table for every kind of change."""
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL, None)  # no parameters: its % is its own
        for table in FROZEN:
            editor.execute(
                f"CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION concord_refuse_change()"
            )
    else:
        for table in FROZEN:
            for change in ("UPDATE", "DELETE"):
                editor.execute(
                    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )


def thaw(apps: Any, editor: Any) -> None:
    """Take the triggers away again."""
    for table in FROZEN:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP TRIGGER {table}_frozen ON {table}")
        else:
            for change in ("update", "delete"):
                editor.execute(f"DROP TRIGGER {table}_no_{change}")


class Migration(migrations.Migration):
    dependencies = [("records", "0001_tables")]
    operations = [migrations.RunPython(freeze, thaw)]
