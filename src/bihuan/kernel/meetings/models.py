"""The ladder's dated rows, how far each stuck matter has climbed, meetings with agenda and invitations.

Ids of posts, units and divisions carry no foreign key and 0 for "none", as on matters; the
action that writes them checks them.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

MODES = ("proposed", "days")
#: What a row of the 领导分工表 may be about, the most telling first.
FIELDS = ("subject", "unit", "line", "division", "all")


class Dated(models.Model):
    """A row that holds from a day on in one division (0: the whole house); the last one entered of a day wins."""

    division = models.BigIntegerField(default=0)
    valid_from = models.DateField()
    source = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        abstract = True


class RungRow(Dated):
    """A rung of the ladder: who chairs it, when it meets, whether it needs a 报请.

    The most specific division wins, then the latest day. ``late_days`` working days past the limit
    the house proposes an item here; none: it never does. An inactive row takes the rung away.
    """

    name = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    place = models.SmallIntegerField()
    chair = models.CharField(max_length=60)
    mode = models.CharField(max_length=8, default="proposed")
    weekday = models.SmallIntegerField(null=True)
    request = models.BooleanField(default=False)
    late_days = models.SmallIntegerField(null=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(mode__in=MODES), name="meetings_rung_mode"),
            models.CheckConstraint(condition=Q(place__gte=1, place__lte=9), name="meetings_rung_place"),
            models.CheckConstraint(
                condition=Q(mode="proposed", weekday__isnull=True) | Q(mode="days", weekday__range=(0, 6)),
                name="meetings_rung_days",
            ),
        ]


class DutyRow(Dated):
    """A row of the 领导分工表: this post decides about a field of work from a day on, until one if given.

    ``target`` is the id of the subject, unit or division, ``line`` the line's name. An exclusion
    constraint (migration 0002) keeps two posts of one role from holding the same field at once.
    """

    post = models.BigIntegerField()
    role = models.CharField(max_length=60)
    field = models.CharField(max_length=8)
    target = models.BigIntegerField(default=0)
    line = models.CharField(max_length=40, default="", blank=True)
    deputy = models.BigIntegerField(default=0)
    valid_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(field__in=FIELDS), name="meetings_duty_field"),
            models.CheckConstraint(
                condition=Q(field="all", target=0, line="")
                | (Q(field="line", target=0) & ~Q(line=""))
                | Q(field__in=("subject", "unit", "division"), target__gt=0, line=""),
                name="meetings_duty_target",
            ),
            models.CheckConstraint(condition=~Q(deputy=models.F("post")), name="meetings_duty_deputy"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="meetings_duty_forward",
            ),
        ]


class Absence(models.Model):
    """A chair who is away: first to last day. Who stands in is the delegate, the deputy, or the next of the role."""

    post = models.BigIntegerField()
    first = models.DateField()
    last = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="meetings_absence_forward"),
            models.UniqueConstraint(fields=["post", "first"], name="meetings_absence_once"),
        ]


class WeightRow(Dated):
    """What a term of the order by harm weighs, and up to which value it counts (none: no bound)."""

    term = models.CharField(max_length=20)
    weight = models.DecimalField(max_digits=8, decimal_places=2)
    bound = models.DecimalField(max_digits=10, decimal_places=2, null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weight__gte=0), name="meetings_weight_floor"),
        ]


class SeriesRow(Dated):
    """A meeting that recurs, such as Monday's progress meeting (周调度会)."""

    name = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    place = models.SmallIntegerField()
    weekday = models.SmallIntegerField()
    begins = models.TimeField()
    minutes = models.SmallIntegerField(default=90)
    room = models.CharField(max_length=120, default="", blank=True)
    ahead = models.SmallIntegerField(default=3)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6), minutes__gt=0, ahead__range=(0, 30)),
                name="meetings_series_day",
            ),
        ]


class Climb(models.Model):
    """A stuck matter on one rung, from when to when, and how it left it: one at a time for a matter.

    ``request`` is the 报请 and ``item`` the agenda item (0: not yet). A projection of what their moves
    wrote, kept in the moves' own transactions.
    """

    matter = models.BigIntegerField()
    place = models.SmallIntegerField()
    request = models.BigIntegerField(default=0)
    item = models.BigIntegerField(default=0)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, default="", blank=True)
    tabled = models.SmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["matter"], condition=Q(until__isnull=True), name="meetings_climb_one"
            ),
            models.UniqueConstraint(fields=["item"], condition=Q(item__gt=0), name="meetings_climb_item"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(request__gt=0), name="meetings_climb_request"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True, outcome="") | (Q(until__isnull=False) & ~Q(outcome="")),
                name="meetings_climb_ended",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["matter", "since"], name="meetings_climb_matter")]


class Found(models.Model):
    """What the house found stuck, once for each cause, episode of the matter and rung."""

    matter = models.BigIntegerField()
    cause = models.CharField(max_length=8)
    episode = models.SmallIntegerField()
    place = models.SmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["matter", "cause", "episode", "place"], name="meetings_found_once"
            ),
            models.CheckConstraint(condition=Q(cause__in=("late", "reopened")), name="meetings_found_cause"),
        ]


class Meeting(models.Model):
    """When and where a meeting is, beside its matter; a recurring one has its series and day."""

    matter = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12)
    place = models.SmallIntegerField(default=0)
    chair = models.BigIntegerField(default=0)
    begins = models.DateTimeField()
    ends = models.DateTimeField()
    room = models.CharField(max_length=200, default="", blank=True)
    series = models.CharField(max_length=40, default="", blank=True)
    day = models.DateField()
    division = models.BigIntegerField(default=0)
    cancelled = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends__gt=models.F("begins")), name="meetings_meeting_forward"),
            models.UniqueConstraint(
                fields=["division", "series", "day"], condition=~Q(series=""), name="meetings_meeting_series"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["begins"], name="meetings_meeting_begins")]


class Invite(models.Model):
    """A post invited to a meeting, and whether it came (none: not recorded)."""

    pk = models.CompositePrimaryKey("meeting", "post")
    meeting = models.BigIntegerField()
    post = models.BigIntegerField()
    came = models.BooleanField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["post", "meeting"], name="meetings_invite_post")]


class Agenda(models.Model):
    """An item on a meeting's agenda. While it stands there, neither it nor its matter can stand on another."""

    meeting = models.BigIntegerField()
    item = models.BigIntegerField()
    matter = models.BigIntegerField()
    on = models.BooleanField(default=True)
    outcome = models.CharField(max_length=12, default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item"], condition=Q(on=True), name="meetings_agenda_item"),
            models.UniqueConstraint(fields=["matter"], condition=Q(on=True), name="meetings_agenda_matter"),
            models.UniqueConstraint(fields=["meeting", "item"], name="meetings_agenda_once"),
        ]
