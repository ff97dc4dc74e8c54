"""What people were told, and what is still to be carried to them.

A notice carries codes and counts, never personal data: what it is about is read where
the reader's permits are asked.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Notice(models.Model):
    """One thing told to a user, a post, or a unit (there: whoever has the role, or everyone).

    ``dedupe`` names what is told once; notices of one ``cause`` (one alarm to several posts)
    reach a person outside the house once. With ``digest`` it waits for the receiver's
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
    cause = models.CharField(max_length=160, default="", blank=True)
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


#: Doors of one group or list of phones, and doors to single people by their account there.
GROUP_SHAPES = ("wecom", "dingtalk", "sms")
PERSON_SHAPES = ("wecom_app", "dingtalk_work", "sms_person")


class Hook(models.Model):
    """A door of another system that notices go out by.

    Group shapes (a group robot, an SMS gateway with fixed phones) carry what a unit is told;
    person shapes (WeCom application, DingTalk work notice, SMS) carry what each person with an
    :class:`Account` there is told. ``ident`` and ``agent`` are a WeCom corp id and agent id, or a
    DingTalk app key and agent id. ``urgent_only`` is for doors that cost money.

    ``name`` also names the environment's ``BIHUAN_HOOK_<NAME>`` (or ``…_FILE``) that holds
    the secret: it is never in the database.
    """

    name = models.SlugField(max_length=40, unique=True)
    shape = models.CharField(max_length=16)
    url = models.CharField(max_length=400, default="", blank=True)
    unit = models.BigIntegerField(default=0)
    phones = models.JSONField(default=list)
    ident = models.CharField(max_length=80, default="", blank=True)
    agent = models.CharField(max_length=40, default="", blank=True)
    urgent_only = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(shape__in=[*GROUP_SHAPES, *PERSON_SHAPES]), name="notices_hook_shape"
            ),
            models.CheckConstraint(
                condition=Q(shape__in=GROUP_SHAPES) | Q(unit=0), name="notices_hook_whose"
            ),
        ]


class Account(models.Model):
    """What a door knows a person by: the account in WeCom or DingTalk, or a phone for SMS."""

    hook = models.ForeignKey(Hook, models.CASCADE, related_name="accounts")
    user = models.BigIntegerField()
    account = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hook", "user"], name="notices_account_once"),
        ]


class Delivery(models.Model):
    """A notice on its way out, by mail to a user, through a hook, to an account, or by SMS to whom a matter is for.

    Tried again with growing pauses until ``until``; ``gave_up`` when that has passed or the other
    side said that it never will. ``cause`` makes the same thing reach the same target once.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="+")
    channel = models.CharField(max_length=8)
    target = models.BigIntegerField()
    cause = models.CharField(max_length=160)
    urgent = models.BooleanField(default=False)
    user = models.BigIntegerField(default=0)
    unit = models.BigIntegerField(default=0)
    next_try = models.DateTimeField()
    until = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    sent = models.DateTimeField(null=True)
    gave_up = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cause", "channel", "target"], name="notices_delivery_once"),
            models.CheckConstraint(
                condition=Q(channel__in=["mail", "hook", "account", "phone"]), name="notices_delivery_channel"
            ),
            models.CheckConstraint(
                condition=Q(sent__isnull=True) | Q(gave_up__isnull=True), name="notices_delivery_one_end"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                "next_try", name="delivery_waiting", condition=Q(sent__isnull=True, gave_up__isnull=True)
            ),
            models.Index(F("id").desc(), name="delivery_gave_up", condition=Q(gave_up__isnull=False)),
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


class Subscription(models.Model):
    """Another program that is told of moves: where, of which kinds and moves, within which place.

    Empty ``kinds`` or ``moves`` mean all; ``division`` 0 the whole house. ``position`` is the place in
    the ledger's tree up to which it has been told. The signing secret is wrapped under the content key.
    """

    name = models.CharField(max_length=80, unique=True)
    url = models.CharField(max_length=400)
    kinds = models.JSONField(default=list)
    moves = models.JSONField(default=list)
    division = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    kek = models.CharField(max_length=32)
    wrapped = models.BinaryField()
    active = models.BooleanField(default=True)
    created = models.DateTimeField()


class Dispatch(models.Model):
    """One move on its way to one subscription; named by the entry, so once."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="+")
    chain_id = models.BigIntegerField()
    seq = models.IntegerField()
    next_try = models.DateTimeField()
    until = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0)
    sent = models.DateTimeField(null=True)
    gave_up = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "chain_id", "seq"], name="notices_dispatch_once"),
            models.CheckConstraint(
                condition=Q(sent__isnull=True) | Q(gave_up__isnull=True), name="notices_dispatch_one_end"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                "next_try", name="dispatch_waiting", condition=Q(sent__isnull=True, gave_up__isnull=True)
            ),
            models.Index(
                "subscription", F("id").desc(), name="dispatch_gave_up", condition=Q(gave_up__isnull=False)
            ),
        ]


class Feed(models.Model):
    """The secret address of a post's calendar; only the hash of its token is kept."""

    post = models.BigIntegerField()
    hash = models.BinaryField(unique=True)
    created = models.DateTimeField()
    revoked = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post"], condition=Q(revoked__isnull=True), name="notices_feed_one"
            ),
        ]
