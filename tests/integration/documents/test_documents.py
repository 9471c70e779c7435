"""The reports of a release: made in the background, once; shown to those who see benchmarks; made again."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.files.storage import default_storage
from tests import factories, releasing

from concord.actions import _queue, documents
from concord.actions._run import Invalid, Refused
from concord.commands import jobs, reports
from concord.outputs import slides
from concord.queries import documents as queries
from concord.records.models import Alliance, Document, Entry, Release
from concord.rules.access import Actor

PERIOD = "2026-27Q1"
REGIONS = {
    "london": ("london-core-18", ("202", "203", "204", "205", "206", "207")),
    "east-midlands": ("riia-31", ("830", "831", "855", "856", "857", "891")),
}


class World:
    """A release of six members of a region, worked out, and its analyst."""

    def __init__(self, key: str) -> None:
        self.alliance: Alliance = factories.london() if key == "london" else factories.east_midlands()
        self.dataset, self.codes = REGIONS[key]
        self.analyst: Actor = releasing.analyst(self.alliance)
        self.release: Release = releasing.released(
            self.alliance, self.dataset, PERIOD, self.analyst, self.codes
        )
        self.page = f"/alliances/{key}/releases/{self.dataset}/{PERIOD}/1/documents/"

    def made(self) -> World:
        jobs.report(self.release.pk, self.codes[0])
        return self

    def director(self, code: str = "") -> Actor:
        return factories.actor(self.alliance, "director", code=code or self.codes[0])


@pytest.fixture(autouse=True)
def files(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was given to the background."""
    given: list[tuple[Any, ...]] = []
    monkeypatch.setattr(_queue, "async_task", lambda *job: given.append(job))
    return given


@pytest.fixture(params=list(REGIONS))
def world(request: pytest.FixtureRequest, db: None) -> World:
    found = World(request.param)
    jobs.analyse(found.release.pk)
    return found


@pytest.fixture
def london(db: None) -> World:
    found = World("london")
    jobs.analyse(found.release.pk)
    return found


def test_from_the_release_to_every_members_report(
    db: None, queue: list[tuple[Any, ...]], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        world = World("london")
    assert queue == [("concord.commands.jobs.analyse", world.release.pk)]
    with django_capture_on_commit_callbacks(execute=True):
        jobs.analyse(world.release.pk)
    assert queue[1:] == [("concord.commands.jobs.documents", world.release.pk)]
    with django_capture_on_commit_callbacks(execute=True):
        jobs.documents(world.release.pk)
    assert queue[2:] == [("concord.commands.jobs.report", world.release.pk, code) for code in world.codes]
    for _, *words in queue[2:3]:
        jobs.report(*words)
    assert queries.unmade(world.release) == list(world.codes[1:])
    assert Document.objects.filter(authority__code=world.codes[0]).count() == 4


def test_every_format_is_kept_under_its_hash(world: World) -> None:
    world.made()
    rows = list(Document.objects.all())
    assert {row.kind for row in rows} == set(queries.KINDS)
    for row in rows:
        with default_storage.open(row.file) as stored:
            content = stored.read()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (row.hash, row.size)
    entry = Entry.objects.order_by("number").last()
    assert entry is not None
    assert (entry.verb, entry.authority) == ("documents.made", world.codes[0])


def test_a_job_that_runs_again_makes_nothing_twice_and_a_new_analysis_makes_it_anew(london: World) -> None:
    before = {d.kind: d.hash for d in Document.objects.filter(release=london.made().release)}
    entries = Entry.objects.count()
    london.made()
    assert Entry.objects.count() == entries
    stored = {d.file for d in Document.objects.all()}
    jobs.analyse(london.release.pk)
    assert queries.unmade(london.release) == list(london.codes)
    london.made()
    after = {d.kind: d.hash for d in Document.objects.all()}
    assert set(after) == set(before)
    assert all(default_storage.exists(file) for file in stored), "what somebody fetched was taken away"


def test_before_the_analysis_nothing_is_made(db: None) -> None:
    world = World("london").made()
    assert not Document.objects.exists()
    text = factories.client_of(world.director()).get(world.page).content.decode()
    assert "still being worked out" in text


def test_one_format_that_fails_is_named_and_made_again(
    london: World, monkeypatch: pytest.MonkeyPatch, queue: list[tuple[Any, ...]],
    django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def broken(*_: Any) -> bytes:
        raise ValueError("no room for the slides")

    monkeypatch.setattr(slides, "write", broken)
    london.made()
    assert Document.objects.get(kind="pptx").failed == "ValueError: no room for the slides"
    assert Document.objects.exclude(kind="pptx").filter(failed="").count() == 3
    client = factories.client_of(london.analyst)
    text = client.get(london.page).content.decode()
    assert "3 of 24 made, 1 failed" in text
    assert "no room for the slides" in text
    assert client.get(f"{london.page}{london.codes[0]}.pptx").status_code == 404
    monkeypatch.undo()
    monkeypatch.setattr(_queue, "async_task", lambda *job: queue.append(job))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(london.page, follow=True)
    assert "being made" in answer.content.decode()
    assert ("concord.commands.jobs.report", london.release.pk, london.codes[0]) in queue
    london.made()
    assert Document.objects.filter(failed="").count() == 4
    assert client.get(f"{london.page}{london.codes[0]}.pptx").status_code == 200


def test_whoever_sees_benchmarks_fetches_and_nobody_else(world: World) -> None:
    world.made()
    address = f"{world.page}{world.codes[0]}.pdf"
    dfe = factories.actor(world.alliance, "dfe-officer")
    elsewhere = factories.london() if world.alliance.key != "london" else factories.east_midlands()
    code = REGIONS[elsewhere.key][1][0]
    stranger = factories.actor(elsewhere, "director", code=code)
    for who in (world.director(), world.director(world.codes[1]), world.analyst, dfe):
        client = factories.client_of(who)
        answer = client.get(address)
        assert answer.status_code == 200, who.holdings
        assert answer.content.startswith(b"%PDF")
        assert address in client.get(world.page).content.decode()
    assert factories.client_of(stranger).get(address).status_code == 403
    assert factories.client_of(stranger).get(world.page).status_code == 403


def test_only_who_makes_releases_has_them_made(london: World) -> None:
    with pytest.raises(Refused):
        documents.ask(by=london.director(), release=london.release)
    client = factories.client_of(london.director(london.codes[1]))
    assert "Make those that are missing" not in client.get(london.page).content.decode()
    assert client.post(london.page).status_code == 403
    assert documents.ask(by=london.analyst, release=london.release) == len(london.codes)


def test_nothing_is_asked_for_where_all_is_made(london: World) -> None:
    for code in london.codes:
        documents.keep(
            by=jobs.analysis.BACKGROUND, release=london.release, code=code,
            made=dict.fromkeys(queries.KINDS, b"a report"), failed={},
        )  # fmt: skip
    with pytest.raises(Invalid):
        documents.ask(by=london.analyst, release=london.release)


def test_the_page_asks_the_database_as_often_for_one_as_for_all(
    london: World, django_assert_max_num_queries: Any
) -> None:
    london.made()
    client = factories.client_of(london.analyst)
    client.get(london.page)
    with django_assert_max_num_queries(12):
        client.get(london.page)


def test_the_command_makes_what_is_missing(
    london: World, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(
        reports,
        "_writers",
        lambda *_: {kind: (lambda kind=kind: kind.encode()) for kind in queries.KINDS},
    )
    assert reports.make_missing() == 0
    assert "reports of 6 authorities made" in capsys.readouterr().out
    assert queries.unmade(london.release) == []


def test_what_is_not_there_is_not_found(london: World) -> None:
    client = factories.client_of(london.director())
    for address in (
        f"{london.page}202.pdf",
        f"{london.page}202.exe",
        london.page.replace("/1/", "/9/"),
        london.page.replace("london-core-18", "no-such"),
    ):
        assert client.get(address).status_code in (403, 404), address
