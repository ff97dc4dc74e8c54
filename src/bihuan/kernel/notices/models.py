"""What people were told, and what is still to be carried to them.

A notice carries codes and counts, never personal data: what it is about is read where
the reader's permits are asked.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Notice(models.Model):
    """One thing told to a user, a post, or a unit (there: whoever has the role, or everyone).

    ``dedupe`` names what is told once. With ``digest`` it waits for the receiver's
    morning digest instead of being carried on its own.
    """

    to_user = models.BigIntegerField(default=0)
    to_post = models.BigIntegerField(default=0)
    to_unit = models.BigIntegerField(default=0)
    to_role = models.CharField(max_length=48, default="", blank=True)
    kind = models.CharField(max_length=60)
    matter_id = models.BigIntegerField(default=0)
    params = models.JSONField(default=dict)
    dedupe = models.CharField(max_length=160, unique=True)
    created = models.DateTimeField()
    digest = models.BooleanField(default=False)
    digested = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    read_by = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                F("to_user"),
                F("id").desc(),
                name="notice_user",
                condition=Q(read_at__isnull=True, to_user__gt=0),
            ),
            models.Index(
                F("to_post"),
                F("id").desc(),
                name="notice_post",
                condition=Q(read_at__isnull=True, to_post__gt=0),
            ),
            models.Index(
                F("to_unit"),
                F("id").desc(),
                name="notice_unit",
                condition=Q(read_at__isnull=True, to_unit__gt=0),
            ),
            models.Index("id", name="notice_waiting", condition=Q(digest=True, digested__isnull=True)),
            models.Index("matter_id", name="notice_matter", condition=Q(matter_id__gt=0)),
        ]


class Hook(models.Model):
    """A door of another system that a unit's notices go to: a group robot or an SMS gateway.

    ``name`` also names the environment's ``BIHUAN_HOOK_<NAME>`` (or ``…_FILE``) that holds
    the signing secret: it is never in the database.
    """

    name = models.SlugField(max_length=40, unique=True)
    shape = models.CharField(max_length=12)
    url = models.URLField(max_length=400)
    unit = models.BigIntegerField(default=0)
    phones = models.JSONField(default=list)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(shape__in=["wecom", "dingtalk", "sms"]), name="notices_hook_shape"
            )
        ]


class Delivery(models.Model):
    """A notice on its way out, by mail to a user or through a hook; tried again with growing pauses."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=8)
    target = models.BigIntegerField()
    urgent = models.BooleanField(default=False)
    unit = models.BigIntegerField(default=0)
    next_try = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    sent = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel", "target"], name="notices_delivery_once"),
            models.CheckConstraint(
                condition=Q(channel__in=["mail", "hook"]), name="notices_delivery_channel"
            ),
        ]
        indexes: ClassVar = [
            models.Index("next_try", name="delivery_waiting", condition=Q(sent__isnull=True))
        ]


class Quiet(models.Model):
    """Hours in which a user (or everyone of a unit) is told nothing outside the house but urgent things.

    Local times; ``start`` later than ``until`` runs over midnight. Outside working time
    nothing but urgent things is carried anyway.
    """

    user = models.BigIntegerField(default=0)
    unit = models.BigIntegerField(default=0)
    start = models.TimeField()
    until = models.TimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(user__gt=0, unit=0) | Q(user=0, unit__gt=0), name="notices_quiet_one_owner"
            )
        ]
