"""Putting a pack together in the background: what the queries found becomes what the outputs print."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from concord.commands.reports import about, once


def make(number: int) -> None:
    """Make and keep the files of a pack that is not made yet; where it fails, say why on its page."""
    from concord.actions.analysis import BACKGROUND
    from concord.actions.packs import keep
    from concord.queries import packs
    from concord.records.models import Pack

    pack = Pack.objects.select_related("alliance", "authority", "challenge").get(pk=number)
    if pack.made_at is not None:
        return
    files: dict[str, bytes] = {}
    parts: list[dict[str, str]] = []
    failed = ""
    try:
        found = packs.material(pack)
        parts = _parts(found)
        files = {kind: write() for kind, write in _writers(found).items()}
    except (
        Exception
    ) as problem:  # whatever it is, the page says that it failed, and it can be asked for again
        logging.getLogger(__name__).exception("pack %s", number)
        files, failed = {}, f"{type(problem).__name__}: {problem}"[:500]
    keep(by=BACKGROUND, pack=pack, parts=parts, files=files, failed=failed)


def _parts(found: Any) -> list[dict[str, str]]:
    stamps, missing = found.sources.stamps, found.sources.missing
    return [
        part | {"hash": stamps[part["key"]], "note": missing.get(part["key"], "")}
        for part in found.pack.parts
    ]


def _writers(found: Any) -> dict[str, Callable[[], bytes]]:
    from concord.outputs import pack as packs
    from concord.outputs import pdf, slides, word_text
    from concord.outputs.charts import png, svg
    from concord.rules.packs import CHALLENGE

    said = text_of(found)
    if found.pack.kind == CHALLENGE:
        made = packs.challenge(said, {part["key"]: part["title"] for part in found.pack.parts})
        return {
            "docx": lambda: word_text.write(made, once("png", png)),
            "pdf": lambda: pdf.text(made, once("svg", svg)),
        }
    told = packs.conversation(said)
    return {
        "docx": lambda: word_text.write(told, once("png", png)),
        "pptx": lambda: slides.write(packs.slides(said), once("png", png)),
    }


def text_of(found: Any) -> Any:
    """A pack’s material as the outputs take it."""
    from concord.outputs.pack import PackText, Said
    from concord.outputs.plan import of
    from concord.outputs.report import Line
    from concord.rules.access import audience_sentence
    from concord.rules.packs import KINDS

    pack, standing = found.pack, found.sources.standing
    kind = KINDS[pack.kind]
    audience = audience_sentence(standing.rules.audiences(kind.sees.removeprefix("see ")))
    view = found.benchmark.view if found.benchmark else None
    paper = found.sources.paper
    return PackText(
        title=f"{kind.title}: {pack.authority.name}, {pack.period}",
        authority=pack.authority.name,
        alliance=standing.charter.memorandum.alliance,
        facts=(
            ("Number", f"{pack.number}, asked for by {pack.asked_by} on {_day(pack.asked_at)}"),
            ("Who may see this", f"{audience}. Do not pass it on."),
        ),
        sections=tuple(_sections(found.sections)),
        evaluation=(("Handed in", f"on {_day(paper.submitted_at)} by {paper.submitted_by}"),)
        if paper
        else (),
        about=about(found.sources.release, found.benchmark) if view else None,
        lines=tuple(Line(x.indicator, x.it, x.row) for x in view.lines) if view else (),
        flags=tuple(_flag(flag) for flag in found.flags),
        searched=found.searched.sentence if found.searched else "",
        narratives=tuple(Said(*said) for said in found.narratives),
        plan=of(found.plan) if found.plan else None,
        judgements=found.judgements,
        considered=pack.considered,
        missing=found.sources.missing,
    )


def _sections(sections: Any) -> Any:
    """The sections, each under that of Ofsted’s questions which it answers.

    Those with a grade say what we know; those with figures, and what else stands between, how we know it; the last
    chapter, and what came of the last plan, what we do next. What comes before the first chapter of these is first.
    """
    from concord.outputs.pack import Listed, Written

    chapters = [s.asked.chapter for s in sections if s.asked.chapter]
    chapter = ""
    for number, section in enumerate(sections):
        chapter = section.asked.chapter or chapter
        question = 2
        if section.asked.graded:
            question = 1
        elif section.asked.shows == "progress" or (len(chapters) > 1 and chapter == chapters[-1]):
            question = 3
        elif number == 0:
            question = 0
        lists = tuple(
            Listed(x["title"], tuple(x["head"]), tuple(tuple(row) for row in x["rows"]), x["empty"])
            for x in section.listed
        )
        yield Written(section.title, section.text, section.grade, lists, section.files, question)


def _flag(flag: Any) -> tuple[str, str]:
    from concord.rules.analysed import SURE

    return flag.sentence, SURE[flag.sure]


def _day(moment: datetime) -> str:
    from django.utils.timezone import localdate

    from concord.charter.words import day

    return day(localdate(moment))
