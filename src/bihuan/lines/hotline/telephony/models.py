"""Calls as the telephone exchange of a place tells them; which extension is whose; what a desk aims at."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bihuan.kernel.registers.models import RegisterRow, day_constraints, precision


class Call(models.Model):
    """One call. Each event has one moment, by the exchange's own clock; ``seen_at`` is ours, of its first event.

    ``person`` is who called, encrypted in the kernel's ``people`` (0: number withheld); ``matter`` the order it
    became (0: none yet). Of several events that name an extension the latest counts, told at ``named_at``.
    """

    place = models.BigIntegerField()
    call = models.CharField(max_length=80)
    person = models.BigIntegerField(default=0)
    extension = models.CharField(max_length=20, default="")
    named_at = models.DateTimeField(null=True)
    ringing_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    busy_at = models.DateTimeField(null=True)
    transferred_at = models.DateTimeField(null=True)
    abandoned_at = models.DateTimeField(null=True)
    hung_up_at = models.DateTimeField(null=True)
    recording = models.CharField(max_length=500, default="")
    sha256 = models.CharField(max_length=64, default="")
    matter = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "hotline_call"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "call"], name="hotline_call_once"),
            models.CheckConstraint(
                condition=Q(recording="", sha256="") | Q(recording__gt="", sha256__gt=""),
                name="hotline_call_recorded",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["place", "-seen_at"], name="hotline_call_lately"),
            models.Index(fields=["matter"], condition=Q(matter__gt=0), name="hotline_call_order"),
        ]


class Extension(RegisterRow):
    """An extension of the exchange and the login of whoever sits there."""

    name = models.CharField(max_length=20)
    login = models.CharField(max_length=150)

    class Meta:
        db_table = "hotline_extension"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(login=""), name="hotline_extension_whole"),
            models.UniqueConstraint(
                fields=["division", "name"],
                condition=Q(withdrawn_at__isnull=True),
                name="hotline_extension_once",
            ),
        ]


class Aim(RegisterRow):
    """What a desk aims at from a day on: seconds until a call is answered, or percent of calls connected."""

    name = models.CharField(max_length=12)
    value = models.IntegerField()
    value_approx = models.BooleanField(default=False)
    since = models.DateField()
    since_precision = precision()
    source = models.CharField(max_length=300)

    class Meta:
        db_table = "hotline_aim"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(name="seconds", value__gt=0) | Q(name="connected", value__gt=0, value__lte=100),
                name="hotline_aim_known",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="hotline_aim_sourced"),
            models.UniqueConstraint(
                fields=["division", "name", "since"],
                condition=Q(withdrawn_at__isnull=True),
                name="hotline_aim_once",
            ),
            *day_constraints("hotline_aim", "since"),
        ]
