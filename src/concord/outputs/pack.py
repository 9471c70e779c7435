"""Packs as texts and slides: what peers read before a challenge, and what is taken to the talk with Ofsted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from concord.outputs import report as reports
from concord.outputs.blocks import Block, Chart, Grid, Heading, Items, Run, Text, filled, prose, say
from concord.outputs.plan import PlanText, inside
from concord.outputs.report import Line, Section, Table
from concord.rules.phrases import start, the

QUESTIONS = (
    "What do we know about the quality and impact of practice?",
    "How do we know it?",
    "What will we do in the next twelve months?",
)
SHOWN = 620  # characters of a section on a slide; all of it is in the notes


@dataclass(frozen=True, slots=True)
class Listed:
    """A table that Concord listed beside a section."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A section of the self-evaluation. ``question``: which of Ofsted’s three it answers, 1 to 3; 0 stands before."""

    title: str
    text: str
    grade: str = ""
    listed: tuple[Listed, ...] = ()
    files: tuple[str, ...] = ()
    question: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """A narrative: of which indicator and period, and each part with its label."""

    indicator: str
    period: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PackText:
    """All that a pack says. ``missing``: by part, why there is nothing. ``considered`` is Markdown."""

    title: str
    authority: str
    alliance: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Written, ...] = ()
    evaluation: tuple[tuple[str, str], ...] = ()  # of the self-evaluation: when handed in, by whom
    about: reports.About | None = None
    lines: tuple[Line, ...] = ()
    flags: tuple[tuple[str, str], ...] = ()  # what stands out, and how sure
    searched: str = ""
    narratives: tuple[Said, ...] = ()
    plan: PlanText | None = None
    judgements: tuple[tuple[str, str], ...] = ()
    considered: str = ""
    missing: Mapping[str, str] | None = None

    def why(self, part: str) -> str:
        """Why a part has nothing."""
        return (self.missing or {}).get(part, "There is nothing here yet.")


# --- the challenge ----------------------------------------------------------------------------------------------


def challenge(pack: PackText, titles: Mapping[str, str]) -> Text:
    """The challenge pack; ``titles`` are its parts in order, by key."""
    make = {
        "self-evaluation": _evaluation,
        "judgements": _judgements,
        "benchmark": _benchmark,
        "where-to-look": _where_to_look,
        "narratives": _narratives,
        "plan": _plan,
    }
    blocks: list[Block] = [Heading("What is in this pack", 1), _contents(pack, titles)]
    for key, title in titles.items():
        blocks.append(Heading(title, 1, fresh=key in ("self-evaluation", "benchmark", "plan")))
        blocks += make[key](pack, 2)
    return Text(pack.title, pack.alliance, pack.facts, tuple(blocks))


def _contents(pack: PackText, titles: Mapping[str, str]) -> Block:
    missing = pack.missing or {}
    rows = tuple((title, missing.get(key, "Here")) for key, title in titles.items())
    return Grid("", ("Part", "Whether it is here"), rows, (3, 2))


def _evaluation(pack: PackText, level: int) -> Iterator[Block]:
    if not pack.sections:
        yield say(pack.why("self-evaluation"))
        return
    for words, text in pack.evaluation:
        yield say(f"{words}: {text}", quiet=True)
    for section in pack.sections:
        yield from _section(section, level)


def _section(section: Written, level: int) -> Iterator[Block]:
    yield Heading(section.title, level)
    if section.grade:
        yield say(f"Our own grade: {section.grade.capitalize()}", bold=True)
    yield from prose(section.text, level + 1)
    for listed in section.listed:
        yield (
            Grid(listed.title, listed.head, filled(listed.rows))
            if listed.rows
            else say(listed.empty, quiet=True)
        )
    if section.files:
        yield say(f"Evidence kept in Concord: {'; '.join(section.files)}.", quiet=True)


def _judgements(pack: PackText, level: int) -> Iterator[Block]:
    if not pack.judgements:
        yield say(pack.why("judgements"))
        return
    yield Grid("", ("Area", "Judgement"), pack.judgements, (2, 1))


def _benchmark(pack: PackText, level: int) -> Iterator[Block]:
    if pack.about is None:
        yield say(pack.why("benchmark"))
        return
    about, lines = pack.about, pack.lines
    yield say(
        f"{about.dataset}, {about.period}. {about.label} Release {about.release}; {about.status}.", quiet=True
    )
    yield from _sentences(reports.in_short(about, lines).sentences)
    yield _grid(reports.overview(about, lines), (4.7, 1.7, 2.5, 2.1, 2.9, 3.2))
    for line in reports.furthest(lines):
        yield from _drawn(about, line, level)
    yield Heading("How to read this", level)
    yield from _sentences(reports.reading(about).sentences)


def _drawn(about: reports.About, line: Line, level: int) -> Iterator[Block]:
    section = reports.one(about, line, drawn=True)
    yield Heading(section.title, level)
    yield from _sentences(section.sentences)
    for picture in section.pictures:
        yield Chart(picture.title, picture.alt, picture.spec)


def _sentences(texts: Iterable[str]) -> Iterator[Block]:
    yield from (say(text) for text in texts)


def _grid(table: Table, widths: tuple[float, ...] = ()) -> Grid:
    return Grid("", table.head, tuple(tuple(str(cell) for cell in row) for row in table.rows), widths)


def _where_to_look(pack: PackText, level: int) -> Iterator[Block]:
    if pack.about is None:
        yield say(pack.why("where-to-look"))
        return
    if pack.flags:
        yield Grid("", ("What stands out", "How sure"), pack.flags, (3, 1))
    else:
        yield say(f"Nothing of {the(pack.authority)} stands out more than chance would bring.")
    if pack.searched:
        yield say(pack.searched, quiet=True)


def _narratives(pack: PackText, level: int) -> Iterator[Block]:
    if not pack.narratives:
        yield say(pack.why("narratives"))
    for said in pack.narratives:
        yield Heading(f"{said.indicator}, {said.period}", level)
        for label, text in said.parts:
            yield say(label, bold=True)
            yield from _sentences(text.split("\n\n"))


def _plan(pack: PackText, level: int) -> Iterator[Block]:
    if pack.plan is None:
        yield say(pack.why("plan"))
        return
    yield say(pack.plan.title, bold=True)
    yield from inside(pack.plan, level)


# --- the talk with Ofsted ---------------------------------------------------------------------------------------


def conversation(pack: PackText) -> Text:
    """The pack for the annual conversation: what was considered, then Ofsted’s three questions, then the annexes."""
    blocks: list[Block] = [Heading("What we considered", 1), *prose(pack.considered)]
    blocks += [b for s in pack.sections if s.question == 0 for b in _section(s, 2)]
    for number, question in enumerate(QUESTIONS, 1):
        blocks.append(Heading(f"{number}. {question}", 1, fresh=number > 1))
        if number == 1:
            blocks += [Heading("Our own grades beside Ofsted’s", 2), *_grades(pack)]
        if not pack.sections:
            blocks.append(say(f"The self-evaluation: {pack.why('self-evaluation')}"))
        blocks += [b for s in pack.sections if s.question == number for b in _section(s, 2)]
        if number == 2:
            blocks += [Heading("The figures beside the region’s", 2), *_benchmark(pack, 3)]
            blocks += [Heading("What we say of figures that stand out", 2), *_narratives(pack, 3)]
        if number == 3:
            blocks += [Heading("The development plan, and how it goes", 2), *_plan(pack, 3)]
    return Text(pack.title, pack.alliance, pack.facts, tuple(blocks))


def _grades(pack: PackText) -> Iterator[Block]:
    rows = _own_and_judged(pack)
    if not rows:
        yield say("We gave ourselves no grades, and no judgement is recorded.")
        return
    yield Grid("", ("Area", "Grade", "Whose"), rows, (3, 2, 2))


def _own_and_judged(pack: PackText) -> tuple[tuple[str, str, str], ...]:
    own = tuple((s.title, s.grade.capitalize(), "Our own") for s in pack.sections if s.grade)
    return own + tuple((area, grade, "Ofsted") for area, grade in pack.judgements)


@dataclass(frozen=True, slots=True)
class Slides:
    """The pack as slides."""

    title: str
    over: str
    under: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def slides(pack: PackText) -> Slides:
    """The pack for the annual conversation as slides: one thing a slide, the whole text in the notes."""
    found = [_words("What we considered", pack.considered)]
    if rows := _own_and_judged(pack):
        table = Table("Grades", ("Area", "Grade", "Whose"), rows)
        found.append(Section("Our own grades beside Ofsted’s", tables=(table,), slide=True))
    for number, question in enumerate(QUESTIONS, 1):
        found.append(Section(f"{number}. {question}", _agenda(pack, number), slide=True))
        found += [_words(s.title, s.text) for s in pack.sections if s.question == number]
        if number == 2:
            found += _figures(pack)
        if number == 3 and pack.plan:
            found += _plan_slides(pack.plan)
    return Slides(
        pack.title, pack.alliance, tuple(f"{k}: {v}" for k, v in pack.facts[:2]), pack.facts, tuple(found)
    )


def _agenda(pack: PackText, number: int) -> tuple[str, ...]:
    own = [s.title for s in pack.sections if s.question == number]
    more = {1: [], 2: ["The figures beside the region’s"], 3: ["The development plan, and how it goes"]}[
        number
    ]
    return (*own, *more) or (pack.why("self-evaluation"),)


def _words(title: str, markdown: str) -> Section:
    """A section as it is shown: whole paragraphs while they fit, the rest in the notes."""
    texts = [line for block in prose(markdown) for line in _lines(block)]
    shown: list[str] = []
    for text in texts:
        if sum(map(len, shown)) + len(text) > SHOWN:
            shown.append(text[: SHOWN // 2].rsplit(" ", 1)[0] + " …" if not shown else "… more in the notes")
            break
        shown.append(text)
    return Section(title, tuple(shown), slide=True, notes=tuple(texts))


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield block.text
    elif isinstance(block, Items):
        yield from (f"• {_plain(runs)}" for _, runs in block.items)
    elif isinstance(block, Grid):
        yield from (" | ".join(row) for row in (block.head, *block.rows))
    elif hasattr(block, "runs"):
        yield _plain(block.runs)


def _plain(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)


def _figures(pack: PackText) -> list[Section]:
    if pack.about is None:
        return []
    about, lines = pack.about, pack.lines
    short = reports.in_short(about, lines)
    drawn = [reports.one(about, line, drawn=True) for line in reports.furthest(lines)[:3]]
    title = f"{start(about.authority)} beside {the(about.group)}, {about.period}"
    return [Section(title, short.sentences, slide=True), *drawn]


def _plan_slides(plan: PlanText) -> list[Section]:
    found = [Section("The plan: strengths", plan.strengths, slide=True)]
    head = ("What will be done", "Who", "By when", "How it goes")
    for area in plan.areas:
        rows = tuple(
            (_cut(a.text), a.owner, a.due, _cut(a.stands or "Nothing was said yet")) for a in area.acts
        )
        table = Table(area.title or "Other actions", head, rows)
        found.append(Section(_cut(area.title or "Other actions", 70), tables=(table,), slide=True))
    if plan.support:
        found.append(Section("Support that we ask for", plan.support, slide=True))
    return found


def _cut(text: str, most: int = 110) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"
