"""Systems of other places that speak GeoReport v2, and which of their requests became which order here."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Endpoint(models.Model):
    """A foreign GeoReport v2 system, for one district, from a day on.

    ``mark``: requests made until then have been taken in. ``classes`` maps their service codes to classes of the
    catalogue. The key lies encrypted. ``faulty``: entries of the last pass that bore no usable number.
    ``posts``: orders may be handed over there, under the service of their class or else ``service``; ``names``: with
    the caller's name and phone; ``only_out``: nothing is taken in from there but what becomes of those.
    """

    place = models.BigIntegerField()
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=300)
    jurisdiction = models.CharField(max_length=120, default="", blank=True)
    kek = models.CharField(max_length=32, default="", blank=True)
    wrapped = models.BinaryField(default=b"")
    classes = models.JSONField(default=dict)
    since = models.DateField()
    until = models.DateField(null=True)
    active = models.BooleanField(default=True)
    mark = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    next_try = models.DateTimeField(null=True)
    fails = models.IntegerField(default=0)
    faulty = models.IntegerField(default=0)
    error = models.CharField(max_length=200, default="", blank=True)
    posts = models.BooleanField(default=False, db_default=False)
    names = models.BooleanField(default=False, db_default=False)
    only_out = models.BooleanField(default=False, db_default=False)
    service = models.CharField(max_length=80, default="", db_default="", blank=True)

    class Meta:
        db_table = "hotline_endpoint"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(url=""), name="hotline_endpoint_named"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="hotline_endpoint_days"
            ),
            models.UniqueConstraint(fields=["place", "name"], name="hotline_endpoint_once"),
        ]


class Foreign(models.Model):
    """A request under its foreign number; ``matter`` is 0 as long as it could not be opened (``error`` says why).

    ``digest`` is of the state last taken over: its words stand in the order's thread, not here.
    """

    endpoint = models.BigIntegerField()
    number = models.CharField(max_length=80)
    matter = models.BigIntegerField(default=0)
    status = models.CharField(max_length=20)
    digest = models.BinaryField(default=b"")
    seen_at = models.DateTimeField()
    error = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        db_table = "hotline_foreign"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(number=""), name="hotline_foreign_numbered"),
            models.UniqueConstraint(fields=["endpoint", "number"], name="hotline_foreign_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["matter"], name="hotline_foreign_matter"),
            models.Index(
                fields=["endpoint", "seen_at"],
                condition=Q(matter=0) | ~Q(status="closed"),
                name="hotline_foreign_open",
            ),
        ]


class Handover(models.Model):
    """An order handed over to a system, under our own ``reference`` in what is told there.

    ``state``: waiting (surely not there yet), unsure (an attempt began and its outcome is not known), token (there, its
    number is still to come), there, declined (the system said no: a person decides), over (closed there and told), or
    taken_back.
    """

    endpoint = models.BigIntegerField()
    matter = models.BigIntegerField()
    reference = models.CharField(max_length=60)
    state = models.CharField(max_length=10)
    service = models.CharField(max_length=80)
    token = models.CharField(max_length=200, default="", blank=True)
    number = models.CharField(max_length=80, default="", blank=True)
    fails = models.IntegerField(default=0)
    next_try = models.DateTimeField()
    created_at = models.DateTimeField()
    first_try = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        db_table = "hotline_handover"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["waiting", "unsure", "token", "there", "declined", "over", "taken_back"]
                ),
                name="hotline_handover_state",
            ),
            models.CheckConstraint(
                condition=(~Q(state="there") | ~Q(number="")) & (~Q(state="token") | ~Q(token="")),
                name="hotline_handover_known",
            ),
            models.UniqueConstraint(fields=["reference"], name="hotline_handover_reference"),
            models.UniqueConstraint(
                fields=["matter"],
                condition=~Q(state__in=["over", "taken_back"]),
                name="hotline_handover_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_try"],
                condition=Q(state__in=["waiting", "unsure", "token"]),
                name="hotline_handover_due",
            ),
            models.Index(fields=["endpoint", "number"], name="hotline_handover_number"),
            models.Index(fields=["matter"], name="hotline_handover_matter"),
        ]
