"""``concord reports``: make what is missing of the benchmark reports, and how one is made in the background."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from typing import Any

HELP = "make the benchmark reports that the newest releases still lack"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(args: argparse.Namespace) -> int:
    """Make them here and now, and say how many. Returns 1 where some could not be made."""
    from concord.commands.main import django

    django()
    return 1 if make_missing() else 0


def make_missing() -> int:
    """Make what the newest release of each dataset lacks, and print it. Returns how many could not be made."""
    from concord.queries import documents, panels

    failed = 0
    newest: dict[tuple[int, str], Any] = {(r.alliance_id, r.dataset): r for r in panels.newest_releases()}
    for release in newest.values():
        codes = documents.unmade(release)
        failures = [why for code in codes for why in make(release, code).values()]
        failed += len(failures)
        title = f"{release.alliance.name}, {release.dataset} {release.period}"
        print(f"{title}: reports of {len(codes)} authorities made")
        for why in failures:
            print(f"  could not be made: {why}")
    return failed


def make(release: Any, code: str) -> dict[str, str]:
    """Make and keep the reports of one authority in every format. Returns why those failed that did, by kind."""
    from concord.actions import documents as keeping
    from concord.actions.analysis import BACKGROUND
    from concord.queries import documents

    material = documents.material(release, code)
    made: dict[str, bytes] = {}
    failed: dict[str, str] = {}
    if material is None:
        failed = dict.fromkeys(documents.KINDS, "The authority is not in the analysis of this release.")
    else:
        for kind, write in _writers(release, material).items():
            try:
                made[kind] = write()
            except Exception as problem:  # whatever it is, the others are made, and the page says what failed
                logging.getLogger(__name__).exception("report %s of %s, release %s", kind, code, release.pk)
                failed[kind] = f"{type(problem).__name__}: {problem}"[:500]
    keeping.keep(by=BACKGROUND, release=release, code=code, made=made, failed=failed)
    return failed


def _writers(release: Any, material: Any) -> dict[str, Callable[[], bytes]]:
    from concord.outputs import pdf, report_workbook, slides, word
    from concord.outputs.charts import png, svg
    from concord.outputs.report import Line, report

    lines = [Line(x.indicator, x.it, x.row) for x in material.view.lines]
    made = report(about(release, material), lines)
    return {
        "pdf": lambda: pdf.report(made, once("svg", svg)),
        "docx": lambda: word.write(made, once("png", png)),
        "xlsx": lambda: report_workbook.write(made),
        "pptx": lambda: slides.write(made, once("png", png)),
    }


def once(kind: str, draw: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A chart that was drawn already, for a page or for another format, is not drawn again."""
    from concord.queries import charts

    def drawn(spec: Any) -> Any:
        picture = charts.get(kind, spec)
        if picture is None:
            picture = draw(spec)
            charts.keep(kind, spec, picture)
        return picture

    return drawn


def about(release: Any, material: Any) -> Any:
    """What the cover of a report says of a release."""
    from django.utils.timezone import localtime

    from concord.outputs.report import About
    from concord.rules.access import audience_sentence

    standing = material.standing
    rule = standing.charter.shared("benchmark", release.dataset)
    audience = audience_sentence(standing.rules.audiences("benchmark", release.dataset))
    made = localtime(release.at)
    return About(
        authority=material.view.name,
        alliance=standing.charter.memorandum.alliance,
        group=standing.name,
        period=material.period.label,
        dataset=material.dataset.title,
        label=material.dataset.label,
        release=release.number,
        made=f"{made.day} {made:%B %Y}",
        status=material.status,
        who_sees=f"{audience} (clause {rule.clause})" if rule else audience,
        caution="These are counts shared in confidence, and small ones are not withheld. Do not publish them or pass "
        "them on.",
        hash=release.hash,
    )
