"""The public map: its settings, the classes reviewed for it, and what was published, which holds nothing withheld."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from bihuan.kernel.registers.models import RegisterRow

LEVELS, PERIODS = ("street", "community"), ("month", "week")
#: Below this a number may name somebody whatever a house decides.
FLOOR = 3


def _live() -> Q:
    return Q(withdrawn_at__isnull=True)


class OpenMap(RegisterRow):
    """How a place shows its orders to everybody; without a row, and unless ``opened`` is yes, not at all.

    ``least``: a smaller number is withheld. ``delay``: whole days between the end of a period and its release.
    """

    opened = models.CharField(max_length=3)
    level = models.CharField(max_length=10)
    period = models.CharField(max_length=5)
    least = models.SmallIntegerField()
    delay = models.SmallIntegerField()
    source = models.CharField(max_length=300)

    class Meta:
        db_table = "hotline_map"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(opened__in=["yes", "no"], level__in=LEVELS, period__in=PERIODS, division__gt=0)
                & ~Q(source=""),
                name="hotline_map_known",
            ),
            models.CheckConstraint(
                condition=Q(least__gte=FLOOR, delay__gte=1, delay__lte=60), name="hotline_map_coarse"
            ),
            models.UniqueConstraint(fields=["division"], condition=_live(), name="hotline_map_once"),
        ]


class OpenClass(RegisterRow):
    """A class of the catalogue that may stand on the map: proposed by one, reviewed by another (0: not yet)."""

    duty = models.BigIntegerField()
    reason = models.TextField()
    proposer = models.BigIntegerField()
    reviewer = models.BigIntegerField(default=0)

    class Meta:
        db_table = "hotline_map_class"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(duty__gt=0, proposer__gt=0, division__gt=0) & ~Q(reason=""),
                name="hotline_map_class_whole",
            ),
            models.CheckConstraint(
                condition=Q(reviewer=0) | ~Q(reviewer=F("proposer")), name="hotline_map_class_two"
            ),
            models.UniqueConstraint(
                fields=["division", "duty"], condition=_live(), name="hotline_map_class_once"
            ),
        ]


class Release(models.Model):
    """A period as it was published, once and for good: days from ``begins`` up to, not including, ``ends``.

    No day is published twice: of two overlapping periods one could be taken from the other.
    """

    division = models.BigIntegerField()
    level = models.CharField(max_length=10)
    begins = models.DateField()
    ends = models.DateField()
    least = models.SmallIntegerField()
    classes = ArrayField(models.BigIntegerField())
    made = models.DateTimeField()

    class Meta:
        db_table = "hotline_release"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(level__in=LEVELS, least__gte=FLOOR, begins__lt=F("ends"), division__gt=0),
                name="hotline_release_whole",
            ),
            ExclusionConstraint(
                name="hotline_release_days_once",
                expressions=[
                    ("division", RangeOperators.EQUAL),
                    (Func(F("begins"), F("ends"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class ReleaseCell(models.Model):
    """A number that was published: of a class in a place, or (``duty`` 0) of those withheld there together."""

    pk = models.CompositePrimaryKey("release", "place", "duty")
    release = models.BigIntegerField()
    place = models.BigIntegerField()
    duty = models.BigIntegerField()
    orders = models.IntegerField()
    least = models.SmallIntegerField()

    class Meta:
        db_table = "hotline_release_cell"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(orders__gte=F("least"), least__gte=FLOOR, place__gt=0),
                name="hotline_release_cell_large",
            )
        ]
