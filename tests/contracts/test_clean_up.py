"""Tests that commit are cleaned up after, although the database refuses to change what the journal holds."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from concord.records.models import Entry


@pytest.mark.parametrize("again", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_each_test_begins_empty_and_meets_the_refusal(again):
    assert not Entry.objects.exists()
    Entry.objects.create(number=1, at=timezone.now(), verb="tried", hash=str(again))
    for statement in ("DELETE FROM records_entry", "UPDATE records_entry SET verb = 'changed'"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Entry.objects.get().verb == "tried"
