"""``concord serve``: web and background work together, until told to stop."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time

from concord.commands import NotReady

HELP = "serve the pages and do the background work"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``--host``, ``--port`` (or PORT), ``--demo-if-empty``, ``--web-only``."""
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen at (127.0.0.1: this machine alone)"
    )
    parser.add_argument(
        "--port", type=_port, default=os.environ.get("PORT", "8000"), help="8000, or what PORT says"
    )
    parser.add_argument("--processes", type=int, default=1, help="web processes, four threads each")
    parser.add_argument(
        "--demo-if-empty",
        action="store_true",
        help="fill a database without alliances with the demonstration",
    )
    parser.add_argument("--web-only", action="store_true", help="leave background work to another process")


def run(args: argparse.Namespace) -> int:
    """Prepare the database and the assets, then run both until a signal, or until one of them dies."""
    from concord.commands import migrate
    from concord.commands.main import django

    _free(args.host, args.port)
    migrate.run(args)
    django()
    from django.conf import settings
    from django.core.management import call_command

    if args.demo_if_empty:
        from concord.commands import demo

        demo.fill_if_empty()
    call_command("collectstatic", interactive=False, verbosity=0)
    _schedule()
    children = [_web(args.host, args.port, args.processes)]
    if not args.web_only:
        children.append(_start("django", "qcluster"))
    print(
        f"Concord is at http://{args.host}:{args.port} (state in {settings.HOME.name}/; Ctrl-C stops it)",
        flush=True,
    )
    return _wait(children)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(f"“{text}” is no port: a number from 1 to 65535, such as 8000")
    return int(text)


def _free(host: str, port: int) -> None:
    """Raises NotReady where nobody can listen at the address: said before minutes of work are done for it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host.strip("[]"), port), family=family).close()
    except OSError as problem:
        reason = str(problem.strerror).partition(" (")[0].lower()
        raise NotReady(
            f"Concord cannot listen at {host}, port {port}: {reason}. "
            "Choose another port (PORT=9000 make run), or stop what listens there."
        ) from None


def _schedule() -> None:
    from concord.notices.schedule import ensure

    ensure()


def _web(host: str, port: int, processes: int) -> subprocess.Popen[bytes]:
    options = ["--workers", str(processes), "--threads", "4", "--no-control-socket", "--timeout", "120"]
    return _start("gunicorn", "concord.config.wsgi", "--bind", f"{host}:{port}", *options)


def _start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "concord.config.settings"}
    return subprocess.Popen([sys.executable, "-m", module, *arguments], env=environment)  # noqa: S603  our own words


def _wait(children: list[subprocess.Popen[bytes]]) -> int:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    code = 0
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        code = next(child.returncode for child in children if child.returncode is not None) or 1
    except KeyboardInterrupt:
        pass
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # a second one must not leave the children behind
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            child.kill()
    return code
