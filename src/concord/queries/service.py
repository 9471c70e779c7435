"""Whether the database can be worked with."""

from __future__ import annotations

from django.db import Error, connection
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.executor import MigrationExecutor

SILENT = "The database does not answer."
OLD = "The database has not this version’s tables yet. Run: concord migrate"


def unready() -> str:
    """Why the database cannot be worked with, as a sentence that tells nothing of where it is; “” where it can be.

    It is asked each time: a database that was put back from a copy may be older than it was a minute ago.
    """
    try:
        executor = MigrationExecutor(connection)
        return OLD if executor.migration_plan(executor.loader.graph.leaf_nodes()) else ""
    except (Error, MigrationSchemaMissing):
        return SILENT
