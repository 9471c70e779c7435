"""Every table, by subject."""

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
from concord.records.models.notices import Notice
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
    "Authority",
    "Body",
    "BodyAnswers",
    "CalendarFeed",
    "Delegation",
    "Edition",
    "Entry",
    "GssCode",
    "Judgement",
    "Line",
    "Load",
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
    "SubRegion",
    "SubRegionSpan",
    "Submission",
    "Succession",
    "Tenure",
    "Variation",
]
