"""The same figures on Spark as from DuckDB, for every authority and indicator: on one machine, and on a cluster."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import threading

import pytest
from tests.nation import FORMATS, QUARTER, write_nation
from tests.spark.cluster import cluster, open_to_others

from tally.engine import compute, definitions
from tally.main import main
from tally.returns import as_csv, lines
from tally.workspace import Workspace

SMALL = """
spark.sql.shuffle.partitions 2
spark.sql.adaptive.enabled false
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.executor.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.executor.memory 700m
"""
"""Settings for tables that a page would hold: nothing is spread or compiled that costs more than it saves."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Every authority's tables, the return that their lists alone give, and Spark's settings."""
    folder = tmp_path_factory.mktemp("nation")
    given = write_nation(folder / "lists")
    assert main(["tables", *(one for [one] in given.values()), "--out", str(folder / "tables")]) == 0
    expected = []
    for code, inputs in given.items():
        workspace = Workspace()
        workspace.read(inputs)
        workspace.prepare()
        expected += lines(code, QUARTER, compute(workspace, QUARTER).figures.values())
    folder.joinpath("expected.csv").write_text(as_csv(expected), newline="")
    folder.joinpath("spark-defaults.conf").write_text(SMALL)
    return folder


def environment(made, zone):
    return os.environ | {"SPARK_CONF_DIR": str(made), "SPARK_LOCAL_IP": "127.0.0.1", "TZ": zone}


def figures(made, master, env):
    """The lines that the command writes, after it has ended well."""
    out, notes = made / "found.csv", made / "notes.csv"
    out.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tally.main", "spark", str(made / "tables"), "--quarter", QUARTER.key]
    command += ["--out", str(out), "--notes", str(notes), "--master", master]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr  # 1: what is not there was said
    assert "proved to hold no child" in done.stdout
    return read(out), list(csv.DictReader(notes.read_text("utf-8-sig").splitlines()))


def read(path):
    return list(csv.reader(path.read_text().splitlines()))


def test_on_one_machine(made):
    found, notes = figures(made, "local[2]", environment(made, "Pacific/Auckland"))
    assert found == read(made / "expected.csv")
    assert {row[0] for row in found[1:]} == set(FORMATS)
    assert {row[2] for row in found[1:]} == set(definitions())
    wanted = len(FORMATS) * len(definitions())
    left_out = [row for row in notes if row["kind"] == "not computed"]
    assert len(found) - 1 + len(left_out) == wanted, (
        "each indicator of each authority is there or is said to be not"
    )


def test_on_a_cluster_of_two_workers_in_another_time_zone(made, tmp_path):
    env = environment(made, "America/Los_Angeles")
    seen = []
    with cluster(tmp_path, env) as running:
        watch = threading.Event()

        def look():
            while not watch.wait(1):
                seen.extend(open_to_others(running.groups))

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            found, _ = figures(made, running.master, env)
        finally:
            watch.set()
            watcher.join()
        for log in running.logs:
            assert "Asked to launch executor" in log.read_text(), "both workers took part"
    assert found == read(made / "expected.csv")
    assert seen == [], "nothing listened to other machines"


def test_a_master_that_is_not_there_is_a_sentence(made):
    command = [sys.executable, "-m", "tally.main", "spark", str(made / "none"), "--quarter", QUARTER.key]
    done = subprocess.run(command, env=environment(made, "UTC"), capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "tally: " in done.stderr
    assert "Traceback" not in done.stderr
