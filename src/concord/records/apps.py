"""The one Django app with tables."""

from django.apps import AppConfig
from django.conf import settings

import catalogue


class Records(AppConfig):
    """Tables, constraints and nothing else."""

    name = "concord.records"
    label = "records"

    def ready(self) -> None:
        """A region’s own indicators and datasets, if it keeps any under ``catalogue`` beside its data."""
        own = settings.HOME / "catalogue"
        if own.is_dir():
            catalogue.read_also(own)
