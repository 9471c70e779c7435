"""Get PySpark and Java for the tests on Spark, then run a command with them.

    python3 scripts/spark.py -- pytest tests/spark

PySpark is half a gigabyte and only for those who compute a whole country, so it stands apart from all else, under
.venv/.spark, pinned by hash like the rest. Java 17 is the machine's, or the system package where this may be got.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from setup import BIN, ROOT, VENV, apt, done, once, run

PLACE = VENV / ".spark"
LOCKS = [ROOT / "requirements" / name for name in ("spark-build.txt", "spark.txt")]


def java() -> None:
    """A Java to run Spark on. RuntimeError where there is none and none may be got."""
    if "JAVA_HOME" in os.environ or shutil.which("java"):
        return
    print("Getting Java 17 for Spark")
    apt("openjdk-17-jre-headless")


def pyspark() -> None:
    """PySpark itself; what builds it comes first, for its package is not built yet."""
    if not once("spark", LOCKS, PLACE / "pyspark"):
        return
    print("Installing PySpark under .venv/.spark")
    shutil.rmtree(PLACE, ignore_errors=True)
    os.environ["PYTHONPATH"] = str(PLACE)
    pip = (BIN / "python", "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-deps")
    for lock in LOCKS:
        run(*pip, "--no-build-isolation", "--require-hashes", "--target", PLACE, "-r", lock)
    done("spark", LOCKS)


def main(command: list[str]) -> int:
    """Get both and run the command; its exit code, or 1 when they cannot be got."""
    try:
        java()
        pyspark()
    except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
        print(
            f"Spark: could not be got, so nothing was tried on it. It needs Java 17 and PySpark.\n  {error}"
        )
        return 1
    return subprocess.run(command, env=os.environ | {"PYTHONPATH": str(PLACE)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[sys.argv.index("--") + 1 :]))
