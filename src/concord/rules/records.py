"""The record of a challenge: kinds of finding, in the order in which they are read, and how a host answers."""

from collections.abc import Mapping

LONGEST = 4000  # characters of one finding, or of an answer

KINDS: Mapping[str, str] = {
    "strength": "Strength",
    "area": "Area for development",
    "recommendation": "Recommendation",
    "action": "Agreed action",
    "data": "Point on data",
}
HEADINGS: Mapping[str, str] = {
    "strength": "Strengths",
    "area": "Areas for development",
    "recommendation": "Recommendations",
    "action": "Agreed actions",
    "data": "Points on data",
}
RESPONSES: Mapping[str, str] = {
    "accepted": "Accepted",
    "partly": "Accepted in part",
    "declined": "Not accepted",
}
