"""Keeping the benchmark reports of a release: asked for, made in the background, made again where one failed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

import catalogue
from catalogue.periods import Period
from concord.actions._queue import later
from concord.actions._run import Invalid, Run, action
from concord.queries import documents as queries
from concord.records.models import Authority, Document, Release
from concord.rules import access
from concord.rules.access import Facts


@action("documents.asked")
def ask(run: Run, *, release: Release) -> int:
    """Have every report of a release made that is missing or failed. Returns of how many authorities.

    Raises Invalid while the release is not worked out yet, or where nothing is missing.
    """
    run.require("release.make", Facts(release.alliance.key, of=release.dataset))
    Document.objects.filter(release=release).exclude(failed="").delete()
    codes = queries.unmade(release)
    if not codes:
        raise Invalid("Every report is made, or the release is not worked out yet.")
    run.journal(
        _subject(release),
        f"Asked for the reports of {len(codes)} authorities: {_title(release)}"[:400],
        alliance=release.alliance.key,
    )
    for code in codes:
        later("report", release.pk, code)
    return len(codes)


@action("documents.made")
def keep(
    run: Run, *, release: Release, code: str, made: Mapping[str, bytes], failed: Mapping[str, str]
) -> None:
    """Keep the reports of one authority by kind, and why others could not be made.

    A file is stored under the hash of its content and never written over: what somebody fetched stays what it was.
    """
    run.require(access.OPERATE)
    authority = Authority.objects.get(code=code)
    Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
    for kind, content in made.items():
        hash = hashlib.sha256(content).hexdigest()
        _kept(release, authority, kind, file=_stored(release, code, kind, hash, content), size=len(content),
              hash=hash, made_at=run.at, failed="")  # fmt: skip
    for kind, why in failed.items():
        _kept(release, authority, kind, file="", size=0, hash="", made_at=None, failed=why)
    told = f"{len(made)} made" + (f", {len(failed)} failed" if failed else "")
    run.journal(
        _subject(release),
        f"Reports of {authority.name}, {_title(release)}: {told}"[:400],
        alliance=release.alliance.key,
        authority=code,
        detail={"made": sorted(made), "failed": dict(failed)},
    )


def _kept(release: Release, authority: Authority, kind: str, **fields: object) -> None:
    Document.objects.update_or_create(release=release, authority=authority, kind=kind, defaults=fields)


def _stored(release: Release, code: str, kind: str, hash: str, content: bytes) -> str:
    place = f"reports/{release.alliance.key}/{release.dataset}/{release.period}/{release.number}"
    name = f"{place}/{code}-{hash[:16]}.{kind}"
    if default_storage.exists(name):
        return name
    stored: str = default_storage.save(name, ContentFile(content))
    return stored


def _subject(release: Release) -> str:
    return f"release {release.pk}"


def _title(release: Release) -> str:
    title, period = catalogue.datasets()[release.dataset].title, Period.parse(release.period)
    return f"{title}, {period.label} (release {release.number})"
