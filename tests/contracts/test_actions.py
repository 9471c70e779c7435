"""Every write is an action: registered, named once, asked of the policy, journalled once."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest
from django.db import transaction

import concord.actions
from concord.actions import _run
from concord.actions._run import ACTIONS, SYSTEM, Run, action
from concord.records.models import Entry
from concord.rules import access

SOURCE = Path(concord.actions.__file__).parent
SUBJECTS = [name for _, name, _ in pkgutil.iter_modules([str(SOURCE)]) if not name.startswith("_")]


MODULES = [importlib.import_module(f"concord.actions.{subject}") for subject in SUBJECTS]


def test_every_public_function_that_takes_a_run_is_an_action() -> None:
    actions = {inspect.unwrap(function) for function in ACTIONS.values()}
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            plain = inspect.unwrap(function)
            if name.startswith("_") or plain.__module__ != module.__name__:
                continue
            first = next(iter(inspect.signature(plain).parameters.values()), None)
            takes_a_run = first is not None and first.annotation in (Run, "Run")
            assert not takes_a_run or plain in actions, f"{module.__name__}.{name} is not an @action"


def test_actions_take_their_details_by_name() -> None:
    assert len(ACTIONS) > 15
    for verb, function in ACTIONS.items():
        _, *details = inspect.signature(function.__wrapped__).parameters.values()
        assert all(p.kind is p.KEYWORD_ONLY for p in details), f"{verb} takes details by position"
        assert verb.count(".") == 1, f"{verb} is not noun.verbed"


@pytest.mark.django_db
def test_an_action_that_forgets_to_decide_or_to_journal_does_not_take_place() -> None:
    def forgets(run: Run) -> None:
        run.require(access.OPERATE)

    def decides_nothing(run: Run) -> None:
        run.journal("thing", "Did a thing")

    def journals_twice(run: Run) -> None:
        run.require(access.OPERATE)
        run.journal("thing", "Did a thing")
        run.journal("thing", "Did it again")

    for broken in (forgets, decides_nothing, journals_twice):
        verb = f"test.{broken.__name__}"
        try:
            with pytest.raises(AssertionError):
                action(verb)(broken)(by=SYSTEM)
        finally:
            del ACTIONS[verb]
        assert not Entry.objects.exists()


@pytest.mark.django_db
def test_nothing_is_written_when_the_policy_says_no() -> None:
    def tries(run: Run) -> None:
        run.require(access.OPERATE)

    try:
        with pytest.raises(_run.Refused) as refused, transaction.atomic():
            action("test.tries")(tries)(by=access.Actor(name="Nobody"))
    finally:
        del ACTIONS["test.tries"]
    assert refused.value.decision.code == "not-operator"
    assert not Entry.objects.exists()


WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}


@pytest.mark.parametrize("layer", ["queries", "pages", "notices", "outputs", "inputs", "rules", "charter"])
def test_nothing_outside_actions_writes(layer: str) -> None:
    """By reading the source: where records are at hand outside actions, nothing calls a writing method of them."""
    found = []
    for path in sorted((SOURCE.parent / layer).rglob("*.py")):
        if "concord.records" not in path.read_text("utf-8"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            on_records = ast.unparse(node.func.value)
            if node.func.attr in WRITES and (".objects" in on_records or node.func.attr == "save"):
                found.append(f"{path.name}:{node.lineno} {on_records}.{node.func.attr}")
    assert not found, found
