"""Heaps of orders that were set aside, and which order lies on which; what tells senders apart is kept for a day."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

#: What was decided of an order on a heap: nothing yet, with its heap, or by somebody on its own (``hand``).
DECISIONS = ("", "take_in", "discard", "bring_back", "hand")


class Heap(models.Model):
    """What of one place, reason and day came together. ``mark`` is a keyed hash of that day, empty for the whole day.

    Once the day is over nobody needs it to find the heap: it is forgotten (none).
    """

    matter = models.BigIntegerField(primary_key=True)
    place = models.BigIntegerField()
    why = models.CharField(max_length=12)
    day = models.DateField()
    mark = models.BinaryField(max_length=32, null=True)

    class Meta:
        db_table = "hotline_heap"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "why", "day", "mark"], name="hotline_heap_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["day"], condition=Q(mark__isnull=False), name="hotline_heap_marked"),
        ]


class Aside(models.Model):
    """An order on a heap; ``done`` once what was decided of it has been carried out."""

    matter = models.BigIntegerField(primary_key=True)
    heap = models.BigIntegerField()
    decision = models.CharField(max_length=10, default="")
    done = models.BooleanField(default=False)

    class Meta:
        db_table = "hotline_aside"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(decision__in=DECISIONS), name="hotline_aside_decision"),
        ]
        indexes: ClassVar = [
            models.Index("heap", F("matter").desc(), name="hotline_aside_heap"),
            models.Index(
                fields=["matter"], condition=Q(done=False) & ~Q(decision=""), name="hotline_aside_owed"
            ),
        ]
