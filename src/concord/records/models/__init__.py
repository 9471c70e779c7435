"""Every table, by subject."""

from concord.records.models.analysis import Analysis, Document, Narrative, Signal, SignalRun
from concord.records.models.duties import CalendarFeed
from concord.records.models.journal import Entry
from concord.records.models.membership import (
    Alliance,
    Authority,
    Body,
    BodyAnswers,
    Delegation,
    Edition,
    GssCode,
    Judgement,
    Participation,
    Person,
    ReviewRequest,
    SignOff,
    SubRegion,
    SubRegionSpan,
    Succession,
    Tenure,
    Variation,
)
from concord.records.models.notices import Letter, Notice
from concord.records.models.published import Load, Publication, PublishedFigure
from concord.records.models.returns import (
    Line,
    Query,
    Release,
    ReleaseAggregate,
    ReleaseFigure,
    Return,
    Submission,
)

__all__ = [
    "Alliance",
    "Analysis",
    "Authority",
    "Body",
    "BodyAnswers",
    "CalendarFeed",
    "Delegation",
    "Document",
    "Edition",
    "Entry",
    "GssCode",
    "Judgement",
    "Letter",
    "Line",
    "Load",
    "Narrative",
    "Notice",
    "Participation",
    "Person",
    "Publication",
    "PublishedFigure",
    "Query",
    "Release",
    "ReleaseAggregate",
    "ReleaseFigure",
    "Return",
    "ReviewRequest",
    "SignOff",
    "Signal",
    "SignalRun",
    "SubRegion",
    "SubRegionSpan",
    "Submission",
    "Succession",
    "Tenure",
    "Variation",
]
