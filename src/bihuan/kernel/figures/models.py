"""Definitions as they were in force, and the daily rollup."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

#: The ``since`` of a rollup over all time.
ALWAYS = date(1, 1, 1)


class Definition(models.Model):
    """From ``since`` on, the figure of this name means this; the row after it ends it."""

    name = models.CharField(max_length=80)
    since = models.DateTimeField()
    hash = models.CharField(max_length=64)
    text = models.TextField()
    title = models.CharField(max_length=120)
    definition = models.TextField()
    exclusions = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "since"], name="figures_one_definition_at_a_time")
        ]


class Daily(models.Model):
    """A figure under one definition at the end of a day (or at ``made``, for a day not over), per place."""

    pk = models.CompositePrimaryKey("hash", "day", "since", "scope", "scope_id")
    hash = models.CharField(max_length=64)
    day = models.DateField()
    since = models.DateField(default=ALWAYS)
    scope = models.CharField(max_length=16)
    scope_id = models.BigIntegerField()
    counts = models.JSONField()
    made = models.DateTimeField()


class Listed(models.Model):
    """The newest cases a part of a figure counted at the end of a day (or at ``made``, for a day not over).

    ``whole``: there were no others. A list of cases looks among these first, so that what is rare is not
    searched for among all matters.
    """

    pk = models.CompositePrimaryKey("hash", "day", "part")
    hash = models.CharField(max_length=64)
    day = models.DateField()
    part = models.CharField(max_length=40)
    matters = ArrayField(models.BigIntegerField())
    whole = models.BooleanField()
    made = models.DateTimeField()


class Counted(models.Model):
    """When the present day was last counted and how many seconds that took: one row."""

    id = models.SmallIntegerField(primary_key=True)
    began = models.DateTimeField()
    took = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="figures_counted_once")
        ]


class Apart(models.Model):
    """A figure as of ``made``, told apart ``by`` unit, place or class within one place.

    ``counts``: pairs of a group and its counts by part; groups without any case are left out.
    """

    pk = models.CompositePrimaryKey("hash", "since", "scope", "scope_id", "by")
    hash = models.CharField(max_length=64)
    since = models.DateField(default=ALWAYS)
    scope = models.CharField(max_length=16)
    scope_id = models.BigIntegerField()
    by = models.CharField(max_length=40)
    counts = models.JSONField()
    made = models.DateTimeField()
