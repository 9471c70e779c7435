"""What every test stands on: a home of its own, the chosen database, the browser, and the shared data.

DATABASE_URL chooses the database (SQLite in memory without it): `make test` runs once with each.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
HOME = tempfile.mkdtemp(prefix="concord-test-")
(Path(HOME) / "static").mkdir()  # the middleware that serves static files wants the folder to be there
# Before Django reads its settings. Tests never see the developer's own data, and Playwright's event loop
# runs in the thread in which tests ask the database.
os.environ |= {
    "CONCORD_HOME": HOME,
    "DJANGO_SETTINGS_MODULE": "concord.config.settings",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}
for name in [
    name for name in os.environ if name.startswith(("OIDC_", "S3_", "CONCORD_")) and name != "CONCORD_HOME"
]:
    del os.environ[name]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = [
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip


def pytest_configure() -> None:
    """Plain static files, quick passwords, no shared cache, a clean-up that may, for as long as the tests run."""
    from django.conf import settings

    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    _let_the_clean_up_empty_append_only_tables()


def pytest_unconfigure() -> None:
    """Take the tests' home away."""
    shutil.rmtree(HOME, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the browser, by its folder."""
    for item in items:
        if ROOT / "tests/browser" in item.path.parents:
            item.add_marker("browser")


def pytest_report_header() -> str:
    """Which database the run uses."""
    from django.db import connection

    return f"database: {connection.vendor}"


def _let_the_clean_up_empty_append_only_tables() -> None:
    """SQLite is emptied by DELETE, which the journal's triggers refuse: lay them aside for that alone.

    Every test still meets them. PostgreSQL empties by TRUNCATE.
    """
    from django.db import transaction
    from django.db.backends.sqlite3.base import DatabaseWrapper

    operations = DatabaseWrapper.ops_class
    flush = operations.execute_sql_flush

    def flush_without_triggers(self: Any, statements: list[str]) -> None:
        with transaction.atomic(), self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for trigger, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{trigger}"')
            flush(self, statements)
            for _, sql in triggers:
                cursor.execute(sql)

    operations.execute_sql_flush = flush_without_triggers  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Close what threads of the tests' servers left open, or PostgreSQL does not let go of its database."""
    yield
    from django.db import connection

    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's Chromium if it has one, else Playwright's own; without a sandbox only as root."""
    args = browser_type_launch_args | {"args": QUIET + (["--no-sandbox"] if os.geteuid() == 0 else [])}
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return args | ({"executable_path": found} if found else {})


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desk's screen in London."""
    return browser_context_args | {
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "viewport": {"width": 1280, "height": 900},
    }


@pytest.fixture(scope="session")
def axe_script() -> str:
    """axe-core, which `make setup` installs; without it the test fails."""
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text("utf-8")


@pytest.fixture
def accessible(axe_script: str) -> Callable[[Any], None]:
    """``accessible(page)`` fails with what axe finds on the page that the browser shows."""

    def check(page: Any) -> None:
        page.evaluate(axe_script)
        found = page.evaluate("axe.run()")
        assert found["passes"], "axe looked at nothing"
        faults = [
            f"{fault['id']}: {fault['help']}\n    {node['html'][:200]}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]
        assert not faults, f"{page.url}\n" + "\n".join(faults)

    return check


@pytest.fixture
def page_errors(page: Any) -> Iterator[list[str]]:
    """What the browser complained of (scripts, blocked styles); the test fails if anything stands here."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield complaints
    assert not complaints, complaints


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of published files, which are not part of the project; the test is skipped without it."""
    folder = Path(os.environ.get("SHARED_DATA") or ROOT.parent / "shared/data")
    if not folder.is_dir():
        pytest.skip(f"no published files at {folder}: set SHARED_DATA to run this")
    return folder
