"""What early warning keeps: cells and their days, how days were judged, hotspots, their orders and their answers."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Cell(models.Model):
    """A class of the catalogue at a place: what is counted and watched."""

    duty = models.BigIntegerField()
    place = models.BigIntegerField()

    class Meta:
        db_table = "hotline_cell"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(duty__gt=0, place__gt=0), name="hotline_cell_named"),
            models.UniqueConstraint(fields=["duty", "place"], name="hotline_cell_once"),
        ]


class Event(models.Model):
    """An order that counts as an event of its own: joined, withdrawn and refused ones don't."""

    matter = models.BigIntegerField(primary_key=True)
    cell = models.BigIntegerField()
    day = models.DateField()

    class Meta:
        db_table = "hotline_event"
        indexes: ClassVar = [models.Index(fields=["cell", "day", "matter"], name="hotline_event_cell")]


class Tally(models.Model):
    """How many events a cell had on a day: always the count of its rows of :class:`Event`."""

    pk = models.CompositePrimaryKey("day", "cell")
    cell = models.BigIntegerField()
    day = models.DateField()
    events = models.IntegerField()

    class Meta:
        db_table = "hotline_tally"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(events__gte=0), name="hotline_tally_counts")
        ]
        indexes: ClassVar = [models.Index(fields=["cell", "day"], name="hotline_tally_cell")]


class Watched(models.Model):
    """How far the counting has come: one row. ``filled`` is the last order of the first walk, none once it is done.

    ``unclassed`` is how many open orders had no class at the last pass, so nobody watches them.
    """

    id = models.SmallIntegerField(primary_key=True)
    filled = models.BigIntegerField(null=True)
    xact = models.BigIntegerField()
    unclassed = models.IntegerField(default=0, db_default=0)

    class Meta:
        db_table = "hotline_watched"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="hotline_watched_once")]


class Judged(models.Model):
    """A day that is over: its largest surprises, the threshold that held, which cells stood above it, how many rose."""

    day = models.DateField(primary_key=True)
    cells = models.IntegerField()
    threshold = models.FloatField()
    highest = ArrayField(models.FloatField())
    over = ArrayField(models.BigIntegerField())
    raised = models.IntegerField()

    class Meta:
        db_table = "hotline_judged"


class Hotspot(models.Model):
    """A hotspot and why it was raised; ``ended`` when it was lifted or found to be none (``untrue``)."""

    matter = models.BigIntegerField(primary_key=True)
    cell = models.BigIntegerField()
    since = models.DateField()
    raised = models.DateField()
    events = models.IntegerField()
    expected = models.FloatField()
    surprise = models.FloatField()
    threshold = models.FloatField()
    ended = models.DateField(null=True)
    untrue = models.BooleanField(default=False)

    class Meta:
        db_table = "hotline_hotspot"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(since__lte=F("raised")) & Q(events__gt=0), name="hotline_hotspot_counted"
            ),
            models.UniqueConstraint(
                fields=["cell"], condition=Q(ended__isnull=True), name="hotline_hotspot_one_open"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["raised"], name="hotline_hotspot_raised")]


class HotspotOrder(models.Model):
    """An order that belongs to a hotspot; it stays on record when the order is joined to another later."""

    pk = models.CompositePrimaryKey("hotspot", "matter")
    hotspot = models.BigIntegerField()
    matter = models.BigIntegerField()

    class Meta:
        db_table = "hotline_hotspot_order"
        indexes: ClassVar = [models.Index(fields=["matter"], name="hotline_hotspot_of")]


class Reply(models.Model):
    """A version of a hotspot's standard answer (统一答复口径); at most one is proposed and one approved at a time."""

    hotspot = models.BigIntegerField()
    version = models.SmallIntegerField()
    state = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    answer = models.TextField()
    basis = models.CharField(max_length=300)
    review_on = models.DateField()
    expires_on = models.DateField()
    unit = models.BigIntegerField()
    proposed = models.DateTimeField()
    decided = models.DateTimeField(null=True)
    knowledge = models.BigIntegerField(default=0)

    class Meta:
        db_table = "hotline_reply"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "approved", "refused", "replaced"])
                & ~Q(answer="") & ~Q(name="") & ~Q(basis="") & Q(expires_on__gte=F("review_on")),
                name="hotline_reply_whole",
            ),
            models.UniqueConstraint(fields=["hotspot", "version"], name="hotline_reply_version"),
            models.UniqueConstraint(
                fields=["hotspot"], condition=Q(state="approved"), name="hotline_reply_one_approved"
            ),
            models.UniqueConstraint(
                fields=["hotspot"], condition=Q(state="proposed"), name="hotline_reply_one_proposed"
            ),
        ]  # fmt: skip
