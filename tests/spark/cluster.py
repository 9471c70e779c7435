"""A Spark cluster of one master and two workers on this machine, reachable from it alone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyspark

_LISTENS = "0A"
_LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where its master is, and what its workers say."""

    master: str
    logs: list[Path]
    groups: list[int]


@contextmanager
def cluster(folder: Path, env: Mapping[str, str]) -> Iterator[Cluster]:
    """Start it, and stop every process of it whatever happens."""
    with ExitStack() as stack:
        log = folder / "master.log"
        groups = [stack.enter_context(_process("master.Master", [], log, env))]
        master = _said(log, r"Starting Spark master at (spark://127\.0\.0\.1:\d+)")
        logs = [folder / f"worker{number}.log" for number in (1, 2)]
        for one in logs:
            options = ["--cores", "1", "--memory", "1g", "--work-dir", str(folder / one.stem), master]
            groups.append(stack.enter_context(_process("worker.Worker", options, one, env)))
        for one in logs:
            _said(one, r"(Successfully registered) with master")
        yield Cluster(master, logs, groups)


@contextmanager
def _process(name: str, options: list[str], log: Path, env: Mapping[str, str]) -> Iterator[int]:
    home = Path(pyspark.__file__).parent
    command = [str(home / "bin/spark-class"), f"org.apache.spark.deploy.{name}"]
    command += ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0", *options]
    with log.open("w") as stream:
        process = subprocess.Popen(
            command,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**env, "SPARK_HOME": str(home)},
            start_new_session=True,
        )
    try:
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _said(log: Path, pattern: str, within: float = 120) -> str:
    """What a log says, once it does. Fails with the log after so many seconds."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if found := re.search(pattern, log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.2)  # another process writes the log; there is nothing to wait on but the file
    raise AssertionError(f"{pattern} was not said:\n{log.read_text(errors='replace')[-4000:]}")


def open_to_others(groups: list[int]) -> list[str]:
    """Sockets of the process groups that listen to more than this machine, as Linux tells them."""
    inodes = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(process.name)) in groups:
                inodes |= {os.readlink(one) for one in process.joinpath("fd").iterdir()}
        except OSError:
            continue  # it ended meanwhile
    found, listening = [], 0
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            cells = line.split()
            if cells[3] == _LISTENS and f"socket:[{cells[9]}]" in inodes:
                listening += 1
                if cells[1].partition(":")[0] not in _LOOPBACK:
                    found.append(cells[1])
    assert listening, "no socket was found at all, so nothing was shown"
    return found
