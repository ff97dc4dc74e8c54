"""Orders of years gone by, as another system kept them: counted and learned from, no matters that anybody handles."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Past(models.Model):
    """One order of another system, under its own number; a moment or coordinate that was wrong is empty here."""

    county = models.BigIntegerField()
    number = models.CharField(max_length=80)
    duty = models.CharField(max_length=200, default="")
    agency = models.CharField(max_length=200, default="")
    address = models.CharField(max_length=300, default="")
    created = models.DateTimeField()
    due = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)
    is_open = models.BooleanField()
    duplicate = models.BooleanField(default=False)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    class Meta:
        db_table = "hotline_past"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(number=""), name="hotline_past_numbered"),
            models.CheckConstraint(
                condition=Q(closed__isnull=True) | Q(closed__gte=F("created")),
                name="hotline_past_closed_after",
            ),
            models.UniqueConstraint(fields=["county", "number"], name="hotline_past_once"),
        ]


class Mapping(models.Model):
    """Which column of an office's file is which field, saved under a name; ``said`` as in ``mappings.json``.

    ``county`` is the district that saved it: under the same name another district may mean other columns.
    """

    county = models.BigIntegerField(default=0, db_default=0)
    name = models.CharField(max_length=40)
    said = models.JSONField()

    class Meta:
        db_table = "hotline_mapping"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county", "name"], name="hotline_mapping_once")
        ]
