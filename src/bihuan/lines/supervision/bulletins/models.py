"""Figures frozen day by day, from which bulletins are written."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bihuan.lines.supervision.bulletins.figures import FLOWS, STANDING


class FrozenDay(models.Model):
    """A day of a place whose flows (or standing counts) are frozen, under which definitions; only grows."""

    division = models.BigIntegerField()
    day = models.DateField()
    part = models.CharField(max_length=8)
    definitions = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()

    class Meta:
        db_table = "supervision_frozenday"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["division", "day", "part"], name="supervision_frozenday_once"),
            models.CheckConstraint(
                condition=Q(part__in=("flow", "standing")), name="supervision_frozenday_part"
            ),
        ]


class Frozen(models.Model):
    """One count of a frozen day, by kind of matter and leading unit (0 = none yet); this table only grows."""

    division = models.BigIntegerField()
    day = models.DateField()
    measure = models.CharField(max_length=10)
    kind = models.CharField(max_length=80)
    unit = models.BigIntegerField(default=0)
    count = models.IntegerField()
    #: Which they were, as known then: matter.episode, or the row of a visit; nothing for standing counts.
    cases = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        db_table = "supervision_frozen"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["division", "day", "measure", "kind", "unit"], name="supervision_frozen_once"
            ),
            models.CheckConstraint(
                condition=Q(measure__in=(*FLOWS, *STANDING), count__gt=0), name="supervision_frozen_measure"
            ),
        ]
