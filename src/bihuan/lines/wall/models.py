"""What the wall shows is counted ahead: open matters by place and kind, units by their cases in time."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Load(models.Model):
    """Open matters of one kind that lie in the same divisions, by light; a projection, rewritten by a job."""

    kind = models.CharField(max_length=80)
    division = models.BigIntegerField(default=0)
    province = models.BigIntegerField(default=0)
    city = models.BigIntegerField(default=0)
    county = models.BigIntegerField(default=0)
    street = models.BigIntegerField(default=0)
    community = models.BigIntegerField(default=0)
    grid = models.BigIntegerField(default=0)
    micro = models.BigIntegerField(default=0)
    park = models.BigIntegerField(default=0)
    open = models.IntegerField()
    late = models.IntegerField()
    near = models.IntegerField()
    paused = models.IntegerField()
    watched = models.IntegerField()
    made = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(open__gte=1, late__gte=0, near__gte=0, paused__gte=0, watched__gte=0),
                name="wall_load_counts",
            ),
        ]


class Rank(models.Model):
    """How many of a unit's cases in a place were done in time this year; ``small``: too few to be ranked."""

    level = models.CharField(max_length=12, blank=True, default="")
    division = models.BigIntegerField(default=0)
    unit = models.BigIntegerField()
    figure = models.CharField(max_length=80)
    part = models.IntegerField()
    whole = models.IntegerField()
    least = models.IntegerField()
    made = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["level", "division", "unit", "figure"], name="wall_rank_once"),
            models.CheckConstraint(
                condition=Q(part__gte=0, whole__gte=0, least__gte=0), name="wall_rank_counts"
            ),
        ]
