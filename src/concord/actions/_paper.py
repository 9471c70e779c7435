"""What every action on a paper shares: the row locked, and what is journalled."""

from __future__ import annotations

from concord.actions._run import Run
from concord.queries import papers as queries
from concord.records.models import Paper


def locked(paper: Paper) -> Paper:
    """The paper as it is now, held until the action ends."""
    rows = Paper.objects.select_for_update(of=("self",)).select_related(
        "alliance", "authority", "edition", "challenge", "author"
    )
    return rows.get(pk=paper.pk)


def journal(run: Run, paper: Paper, happened: str, **detail: object) -> None:
    """Journal the action once, with the clauses that the paper serves."""
    run.journal(
        f"paper {paper.pk}",
        f"{queries.title_of(paper)} {happened}: {paper.authority.name}"[:400],
        alliance=paper.alliance.key,
        authority=paper.authority.code,
        clauses=queries.clauses_of(paper),
        detail=detail,
    )
