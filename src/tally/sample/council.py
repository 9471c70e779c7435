"""Life histories of made-up children. Every number is invented; the shapes are those of the returns.

A council is made of a seed and the day on which its lists are taken, the last of a quarter. Nothing is random
but the seed, and no clock is read: the same call gives the same children.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from catalogue.periods import Period

YEARS = 7
"""How far back the histories begin."""

SOURCES = ("1A", "1B", "2A", "2A", "2B", "3A", "3D", "4", "5A", "6", "6", "6", "7", "8", "9", "10")
ETHNICITIES = ("WBRI",) * 8 + ("WOTH", "MWBC", "AIND", "APKN", "ABAN", "BCRB", "BAFR", "OOTH", "NOBT")
PLACEMENTS = ("U1", "U4", "U6", "U6", "K2", "R1", "P2", "H5")


@dataclass(slots=True)
class Assessment:
    """A continuous assessment."""

    started: date
    completed: date | None


@dataclass(slots=True)
class Enquiry:
    """A section 47 enquiry and the conference it led to, if it did."""

    started: date
    conference: date | None


@dataclass(slots=True)
class Span:
    """A plan: from a day to a day, or open."""

    started: date
    ended: date | None


@dataclass(slots=True)
class CareEpisode:
    """One stretch of care, as SSDA903 cuts it."""

    started: date
    reason: str
    legal: str
    placement: str
    ended: date | None = None
    end_reason: str = ""


@dataclass(slots=True)
class Care:
    """A period of being looked after."""

    started: date
    ended: date | None
    end_reason: str
    short_breaks: bool
    episodes: list[CareEpisode] = field(default_factory=list)


@dataclass(slots=True)
class Case:
    """A referral and all that came of it. ``closed`` None: still open (or, with ``nfa``, never opened)."""

    referred: date
    source: str
    nfa: bool
    closed: date | None = None
    reason: str = ""
    need: str = "N1"
    transfer: date | None = None
    assessments: list[Assessment] = field(default_factory=list)
    enquiries: list[Enquiry] = field(default_factory=list)
    cin_plans: list[Span] = field(default_factory=list)
    protection: list[Span] = field(default_factory=list)
    care: list[Care] = field(default_factory=list)


@dataclass(slots=True)
class Leaver:
    """A care leaver, as the list stands on the day it is taken."""

    eligibility: str
    in_touch: str
    accommodation: str
    suitable: str
    activity: str


@dataclass(slots=True)
class Child:
    """A child and their history."""

    id: str
    born: date
    sex: str
    ethnicity: str
    uasc: bool
    contacts: list[tuple[date, str]] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    leaver: Leaver | None = None

    @property
    def eighteenth(self) -> date:
        """The 18th birthday."""
        return birthday(self.born, 18)

    def plans(self) -> list[Span]:
        """Every protection plan, in order of time."""
        return sorted(
            (plan for case in self.cases for plan in case.protection), key=lambda plan: plan.started
        )

    def periods(self) -> list[Care]:
        """Every period of care, in order of time."""
        return sorted((care for case in self.cases for care in case.care), key=lambda care: care.started)


@dataclass(slots=True)
class Council:
    """The children, the quarter whose last day is the day of the lists, and that day."""

    quarter: Period
    taken: date
    children: list[Child]


def birthday(born: date, age: int) -> date:
    """The day on which someone turns an age (1 March for a 29 February in a common year)."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def make_council(children: int, seed: int, quarter: Period) -> Council:
    """A council of so many children whose lists are taken on the last day of ``quarter``."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable sample, not a secret
    ids = dice.sample(range(1_000_000, 9_999_999), children)
    taken = quarter.end
    return Council(quarter, taken, [_Life(dice, str(id), taken).live() for id in ids])


class _Life:
    """Makes one child's history, never past the day the lists are taken."""

    def __init__(self, dice: random.Random, id: str, taken: date) -> None:
        self.dice, self.taken = dice, taken
        self.first = taken - timedelta(days=365 * YEARS)
        uasc = dice.random() < 0.03
        days_old = dice.randint(15 * 365, 17 * 365) if uasc else dice.randint(0, 17 * 365)
        met = self.first + timedelta(days=dice.randint(0, 365 * YEARS - 1))
        self.child = Child(
            id=id,
            born=met - timedelta(days=days_old),
            sex=dice.choice("MF"),
            ethnicity=dice.choice(ETHNICITIES),
            uasc=uasc,
        )
        self.met = met

    def days(self, low: int, high: int) -> timedelta:
        return timedelta(days=self.dice.randint(low, high))

    def past(self, day: date) -> date | None:
        """A day that has happened by the time of the lists, or None."""
        return day if day <= self.taken else None

    def live(self) -> Child:
        day: date | None = self.met
        while day is not None and day <= self.taken and day < self.child.eighteenth:
            self.child.contacts.append((day, self.dice.choice(SOURCES)))
            if (self.dice.random() < 0.7 or self.child.uasc) and self.apart(day):
                case = self.case(day)
                self.child.cases.append(case)
                if case.closed is None and not case.nfa:
                    break
                day = (case.closed or day) + self.days(15, 700)
            else:
                day += self.days(10, 300)
            if self.dice.random() < 0.4:
                break
        self.leave()
        return self.child

    def apart(self, day: date) -> bool:
        """Whether a referral on a day is soon after the last, or over a year after it.

        Between the two, a list of six months whose counts reach back a year reads the same by either way of
        counting that is in use, and no one could tell the true figure from it.
        """
        return not self.child.cases or not 175 < (day - self.child.cases[-1].referred).days < 370

    def case(self, day: date) -> Case:
        source = self.child.contacts[-1][1]
        need = self.dice.choice(("N1", "N1", "N1", "N2", "N3", "N4", "N5", "N6", "N8"))
        case = Case(day, source, nfa=not self.child.uasc and self.dice.random() < 0.08, need=need)
        if case.nfa:
            return case
        done = self.assess(case, day)
        if done is None:
            return case
        outcome = "care" if self.child.uasc else self.dice.choices(
            ("close", "plan", "protect", "transfer", "care"), (40, 27, 20, 2, 11)
        )[0]  # fmt: skip
        last = getattr(self, f"_{outcome}")(case, done)
        if last is not None:
            case.closed = last
            case.reason = "RC8" if outcome == "close" else "RC7"
        return case

    def assess(self, case: Case, day: date) -> date | None:
        done = self.past(day + self.days(5, 85))
        case.assessments.append(Assessment(day, done))
        return done

    def _close(self, case: Case, done: date) -> date | None:
        return done

    def _plan(self, case: Case, done: date) -> date | None:
        start = self.past(done + self.days(0, 5))
        if start is None or start >= self.child.eighteenth:
            return done
        end = self.past(min(start + self.days(30, 500), self.child.eighteenth))
        case.cin_plans.append(Span(start, end))
        if end is not None and self.dice.random() < 0.2:
            return self._protect(case, end)
        if (end or self.taken) - start > timedelta(days=250):
            self.assess(case, start + timedelta(days=200))
        return end

    def _protect(self, case: Case, done: date) -> date | None:
        began = self.past(done + self.days(0, 12))
        if began is None or began >= self.child.eighteenth:
            return done
        held = self.past(began + self.days(4, 32)) if self.dice.random() < 0.6 else None
        case.enquiries.append(Enquiry(began, held))
        if held is None:
            return self.past(began + self.days(20, 60))
        if self.dice.random() < 0.15 or held >= self.child.eighteenth:
            return held
        end = self.past(min(held + self.days(60, 900), self.child.eighteenth))
        case.protection.append(Span(held, end))
        if end is not None and end < self.child.eighteenth and self.dice.random() < 0.2:
            return self._care(case, end)
        return end

    def _transfer(self, case: Case, done: date) -> date | None:
        held = self.past(done + self.days(5, 20))
        if held is None or held >= self.child.eighteenth:
            return done
        case.transfer = held
        end = self.past(min(held + self.days(60, 500), self.child.eighteenth))
        case.protection.append(Span(held, end))
        return end

    def _care(self, case: Case, done: date) -> date | None:
        start = self.past(done + self.days(0, 10))
        if start is None or start >= self.child.eighteenth:
            return done
        breaks = not self.child.uasc and self.dice.random() < 0.04
        wanted = start + (self.days(1500, 2500) if self.child.uasc else self.days(10, 1800))
        end = self.past(min(wanted, self.child.eighteenth))
        reason = "" if end is None else "E3" if end == self.child.eighteenth else "E4A"
        care = Care(start, end, reason, breaks)
        case.care.append(care)
        self._episodes(care)
        return end

    def _episodes(self, care: Care) -> None:
        legal = "V3" if care.short_breaks else self.dice.choice(("V2", "C1", "C2"))
        day, reason = care.started, "S"
        placement = self.dice.choice(PLACEMENTS)
        steady = self.dice.random() < 0.5
        while True:
            episode = CareEpisode(day, reason, legal, placement)
            care.episodes.append(episode)
            change = day + (self.days(200, 1500) if steady else self.days(20, 300))
            stop = care.ended or self.taken
            if change >= stop or care.short_breaks:
                episode.ended, episode.end_reason = care.ended, care.end_reason
                return
            episode.ended, episode.end_reason = change, "X1"
            reason = self.dice.choice(("P", "P", "L", "L", "B", "T", "U"))
            if reason in "LBU":
                legal = "C2" if legal != "C2" else "E1"
            if reason in "PB":
                placement = self.dice.choice((*PLACEMENTS, "A3"))
            day = change

    def leave(self) -> None:
        """Make the child a care leaver if the time has come."""
        cares = [care for care in self.child.periods() if not care.short_breaks]
        if not cares or self.taken >= birthday(self.child.born, 25):
            return
        last, sixteen = cares[-1], birthday(self.child.born, 16)
        if last.ended is None and self.taken >= sixteen:
            kind = "Eligible"
        elif last.ended is not None and last.ended > sixteen and self.taken < self.child.eighteenth:
            kind = "Relevant"
        elif last.ended is not None and last.ended > sixteen:
            kind = "Former relevant" if self.dice.random() < 0.9 else "Qualifying"
        else:
            return
        home = self.dice.choice("BCDEKRTUUUVXYZ")
        suitable = home != "X" and self.dice.random() < 0.9
        self.child.leaver = Leaver(
            eligibility=kind,
            in_touch=self.dice.choice(("Yes", "Yes", "Yes", "No", "REFU")),
            accommodation=home,
            suitable="Suitable" if suitable else "Unsuitable",
            activity=self.dice.choice(("F1", "F2", "F4", "F5", "P2", "G4", "G5", "G6")),
        )
