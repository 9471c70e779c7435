"""The one Django app with tables."""

from django.apps import AppConfig


class Records(AppConfig):
    """Tables, constraints and nothing else."""

    name = "concord.records"
    label = "records"
