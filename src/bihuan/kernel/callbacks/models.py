"""Which contact asks about which handling episode of which matter: one each, whatever happens at the same moment."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Asking(models.Model):
    """One contact. ``parent`` is the matter asked about, ``turn`` its handling episode, ``unit`` the one rated.

    ``reminded`` counts the reminders given, ``reminded_on`` is the day of the last.
    """

    contact = models.BigIntegerField(primary_key=True)
    parent = models.BigIntegerField()
    turn = models.SmallIntegerField()
    unit = models.BigIntegerField(default=0)
    reminded = models.SmallIntegerField(default=0)
    reminded_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parent", "turn"], name="callbacks_one_rating_an_episode"),
            models.CheckConstraint(condition=Q(reminded__gte=0), name="callbacks_reminded"),
        ]
        indexes: ClassVar = [models.Index("unit", models.F("contact").desc(), name="callbacks_unit")]
