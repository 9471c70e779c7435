"""Measures Concord on a national instance: `python bench/national`, with CONCORD_HOME (and DATABASE_URL) naming where.

The instance is generated once and used again: nine alliances, 153 authorities, 40 quarters, 60 indicators
(BENCH_QUARTERS makes it smaller). Nothing here is a test: it prints figures beside targets.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
CONCORD = (sys.executable, "-m", "concord.commands.main")


def main() -> None:
    """The instance if it is not there, then each bench in a process of its own."""
    subprocess.run([*CONCORD, "migrate"], check=True)
    from instance import set_up

    set_up()
    from django.db import connection

    from concord.records.models import Alliance

    if not Alliance.objects.exists():
        subprocess.run(
            [*CONCORD, "demo", "national", "--quarters", os.environ.get("BENCH_QUARTERS", "40")], check=True
        )
    with connection.cursor() as cursor:  # what a server left running does for itself
        cursor.execute("ANALYZE")
    for part in ("pages", "quarter", "returns", "memory"):
        print(flush=True)
        subprocess.run([sys.executable, HERE / f"{part}.py"], check=True)


if __name__ == "__main__":
    main()
