"""Figures that the DfE, the ONS and Ofsted published, exactly as they were published."""

from __future__ import annotations

from django.db import models


class Publication(models.Model):
    """A published file's family: who published it, under which licence."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    publisher = models.CharField(max_length=120)
    licence = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.title


class Load(models.Model):
    """One reading of one file, with its counts; they add up."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="loads")
    name = models.CharField(max_length=200)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    placed = models.PositiveIntegerField()
    unplaced = models.PositiveIntegerField()
    figures = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    problems = models.JSONField(default=list)


class PublishedFigure(models.Model):
    """One cell: a measure, of a place, for a year. ``value`` is empty where a symbol stands in its stead."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="figures")
    measure = models.CharField(max_length=120)
    level = models.CharField(
        max_length=9, choices=[("national", "England"), ("regional", "Region"), ("authority", "Authority")]
    )
    place = models.CharField(
        max_length=12, help_text="DfE code, two joined by a stroke, or a statistical code"
    )
    year = models.PositiveSmallIntegerField(help_text="reporting year: the one that ends in March of it")
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    symbol = models.CharField(max_length=4, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "measure", "level", "place", "year"], name="one_published_figure"
            ),
            models.CheckConstraint(
                condition=models.Q(value__isnull=False, symbol="") | ~models.Q(symbol=""),
                name="published_value_or_symbol",
            ),
        ]
        indexes = [models.Index(fields=["measure", "year", "level"])]
