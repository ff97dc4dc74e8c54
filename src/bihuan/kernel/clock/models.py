"""Calendars, limits and the clocks that run on them.

What grows with the matters (clocks, stops, extensions, alarms) is written by whole statements; what
people edit (days, hours, limits, reminders) is written by :mod:`bihuan.kernel.clock.actions` and
stamps a new version.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.kernel.store.models import Chained

UNIT_NAMES = ("h", "wh", "d", "wd", "m")
#: A clock that somebody else set to a minute runs so many seconds; no limit row is written in them.
CLOCK_UNITS = (*UNIT_NAMES, "s")
STATES = ("running", "paused", "met", "missed", "void")


class Almanac(Chained):
    """The one chain of everything clocks are counted on; ``ver`` is the version now in force.

    ``stamp`` changes with every version: a process compares it with the one it read its tables under.
    """

    single = models.BooleanField(default=True, unique=True)
    stamp = models.UUIDField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(single=True), name="clock_one_almanac")]


class CalendarVersion(models.Model):
    """One change of days, hours, limits or reminders: when, by whom, what, and what it moved."""

    version = models.IntegerField(primary_key=True)
    at = models.DateTimeField()
    user = models.BigIntegerField(default=0)
    post = models.BigIntegerField(default=0)
    who = models.CharField(max_length=120, default="")
    kind = models.CharField(max_length=20)
    what = models.JSONField(default=dict)
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    division = models.BigIntegerField(default=0)
    rippled = models.DateTimeField(null=True)
    moved = models.IntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["rippled"],
                name="clock_to_ripple",
                condition=Q(kind__in=["days", "hours"]),
            )
        ]


class CalendarNotice(models.Model):
    """The notice that announces a year; a year without one is provisional."""

    year = models.IntegerField(primary_key=True)
    source = models.CharField(max_length=200)
    address = models.CharField(max_length=300, default="", blank=True)
    published = models.DateField(null=True)


class CalendarDay(models.Model):
    """A day that differs from its weekday: nationally (``division`` 0) or in one division only."""

    division = models.BigIntegerField(default=0)
    day = models.DateField()
    working = models.BooleanField()
    name = models.CharField(max_length=60, default="", blank=True)
    source = models.CharField(max_length=200, default="", blank=True)
    version = models.IntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["division", "day"], name="clock_day_once")]


class WorkingHours(models.Model):
    """The spans in which people work, from a day on: ``[["09:00", "12:00"], ["13:30", "17:30"]]``."""

    division = models.BigIntegerField(default=0)
    valid_from = models.DateField()
    spans = models.JSONField()
    source = models.CharField(max_length=200, default="", blank=True)
    version = models.IntegerField()


class LimitRow(models.Model):
    """How long, from a day on, for whom: rows are added, never changed.

    ``unit``: ``h`` wall hours, ``wh`` working hours, ``d`` calendar days, ``wd`` working days, ``m``
    months. ``roll`` moves an end of ``d`` or ``m`` off a rest day. ``verified_on`` empty means nobody
    has checked the source yet.
    """

    rule = models.CharField(max_length=80)
    title = models.CharField(max_length=120, default="", blank=True)
    value = models.IntegerField()
    unit = models.CharField(max_length=2)
    roll = models.BooleanField(default=True)
    source = models.CharField(max_length=300)
    verified_on = models.DateField(null=True)
    division = models.BigIntegerField(default=0)
    valid_from = models.DateField()
    at = models.DateTimeField()
    version = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(value__gt=0), name="clock_limit_value"),
            models.CheckConstraint(condition=Q(unit__in=UNIT_NAMES), name="clock_limit_unit"),
            models.CheckConstraint(condition=~Q(source=""), name="clock_limit_source"),
        ]
        indexes: ClassVar = [models.Index(fields=["rule", "valid_from"], name="clock_limit_rule")]


class ReminderRow(models.Model):
    """When to remind. Before the due instant: ``value`` of ``unit`` earlier (``wd`` in the morning).
    After it: in the morning after ``value`` full working days late. ``due``: at the instant itself.

    ``upto_days`` limits it to clocks that short (0: any), ``over_days`` to longer ones. A ``digest``
    one waits for the holder's digest. The row with the latest day counts for its kind and length.
    """

    kind = models.CharField(max_length=12)
    side = models.CharField(max_length=6)
    value = models.IntegerField(default=0)
    unit = models.CharField(max_length=2, default="wd")
    upto_days = models.IntegerField(default=0)
    over_days = models.IntegerField(default=0)
    digest = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    source = models.CharField(max_length=200)
    valid_from = models.DateField()
    version = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(side__in=["before", "at", "after"]), name="clock_reminder_side"
            ),
            models.CheckConstraint(condition=Q(unit__in=["wh", "wd"]), name="clock_reminder_unit"),
            models.CheckConstraint(condition=Q(value__gte=0), name="clock_reminder_value"),
        ]


class Clock(models.Model):
    """One running limit of one matter.

    ``due`` is a projection under ``calendar_version``; while paused it says what it was. ``place`` are
    the divisions it lies in, the smallest first. ``turn`` counts how often the due instant was put off
    past a reminder already given. Matter and limit row carry no foreign key: both are only ever
    added to, and a busy limit row must not be locked by every move.
    """

    matter_id = models.BigIntegerField()
    name = models.CharField(max_length=40)
    rule = models.CharField(max_length=80)
    limit_id = models.BigIntegerField()
    value = models.IntegerField()
    unit = models.CharField(max_length=2)
    roll = models.BooleanField()
    main = models.BooleanField(default=False)
    place = ArrayField(models.BigIntegerField())
    started = models.DateTimeField()
    due = models.DateTimeField()
    provisional = models.BooleanField()
    calendar_version = models.IntegerField()
    state = models.CharField(max_length=8, default="running")
    episode = models.SmallIntegerField(default=1)
    turn = models.SmallIntegerField(default=1)
    next_kind = models.CharField(max_length=12, default="", blank=True)
    next_alarm_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="clock_state"),
            models.CheckConstraint(condition=Q(unit__in=CLOCK_UNITS, value__gt=0), name="clock_unit"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, state__in=["running", "paused"])
                | Q(ended_at__isnull=False, state__in=["met", "missed", "void"]),
                name="clock_ended",
            ),
            models.CheckConstraint(
                condition=Q(next_alarm_at__isnull=True) | Q(state="running"), name="clock_alarm_only_running"
            ),
            models.UniqueConstraint(
                fields=["matter_id", "name"], condition=Q(ended_at__isnull=True), name="clock_one_open"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["matter_id"], name="clock_matter"),
            models.Index(
                F("next_alarm_at"),
                F("due"),
                F("id"),
                name="clock_sweep",
                condition=Q(next_alarm_at__isnull=False),
            ),
            models.Index(fields=["id"], name="clock_running", condition=Q(state="running")),
        ]


class Stop(models.Model):
    """The clock stood still: from when, until when (none: still), why, and by what evidence."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+")
    cause = models.CharField(max_length=40)
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    evidence = models.CharField(max_length=200, default="", blank=True)
    told = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended__isnull=True) | Q(ended__gte=F("began")), name="clock_stop_forward"
            ),
            models.CheckConstraint(condition=~Q(cause=""), name="clock_stop_cause"),
            models.UniqueConstraint(
                fields=["clock"], condition=Q(ended__isnull=True), name="clock_one_open_stop"
            ),
        ]


class Extension(models.Model):
    """More time: asked for before expiry, decided, told to the applicant.

    ``reached`` is how far the clock had come when it was asked for: a stopped one stays where it stopped.
    """

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+")
    value = models.IntegerField()
    unit = models.CharField(max_length=2)
    reason = models.CharField(max_length=400)
    state = models.CharField(max_length=8, default="asked")
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(default=0)
    reached = models.DateTimeField()
    due_before = models.DateTimeField()
    due_after = models.DateTimeField(null=True)
    told = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "approved", "refused"]), name="clock_extension_state"
            ),
            models.CheckConstraint(
                condition=Q(value__gt=0, unit__in=CLOCK_UNITS), name="clock_extension_value"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="clock_extension_reason"),
            models.CheckConstraint(
                condition=Q(reached__lt=F("due_before")), name="clock_extension_before_expiry"
            ),
            models.UniqueConstraint(fields=["clock"], condition=Q(state="asked"), name="clock_one_asked"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                name="clock_extension_to_tell",
                condition=Q(told__isnull=True, state__in=["approved", "refused"]),
            )
        ]


class Alarm(models.Model):
    """One reminder of one clock, exactly once. ``at`` is when it was planned, ``raised`` when it was found.

    What the notices room has carried on has ``taken``.
    """

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="+")
    matter_id = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    episode = models.SmallIntegerField()
    turn = models.SmallIntegerField()
    at = models.DateTimeField()
    raised = models.DateTimeField()
    due = models.DateTimeField()
    digest = models.BooleanField(default=False)
    taken = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock", "kind", "episode", "turn"], name="clock_alarm_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="clock_alarm_waiting", condition=Q(taken__isnull=True)),
            models.Index(fields=["matter_id"], name="clock_alarm_matter"),
        ]
