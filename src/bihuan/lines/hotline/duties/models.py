"""Which unit answers for what (权责清单), what may be answered at once, what is not accepted, what was ruled."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.registers.models import RegisterRow, day_constraints, precision
from bihuan.lines.hotline.contracts import SCHEMES, TIERS


def _live() -> Q:
    return Q(withdrawn_at__isnull=True)


class Duty(RegisterRow):
    """A class of orders and the unit that answers for it; ``words`` (by blanks) are what callers say."""

    name = models.CharField(max_length=120)
    unit = models.BigIntegerField()
    tier = models.CharField(max_length=32, default="", blank=True)
    words = models.CharField(max_length=1000, default="", blank=True)
    basis = models.CharField(max_length=300, default="", blank=True)
    #: "yes" once somebody has looked at it and neighbours may hear that such a thing was reported.
    told = models.CharField(max_length=3, default="", db_default="", blank=True)

    class Meta:
        db_table = "hotline_duty"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name="") & Q(unit__gt=0), name="hotline_duty_named"),
            models.CheckConstraint(
                condition=Q(tier__in=["", *(name for name, _title in TIERS)]), name="hotline_duty_tier"
            ),
            models.CheckConstraint(condition=Q(told__in=["", "yes", "no"]), name="hotline_duty_told"),
            models.UniqueConstraint(fields=["division", "name"], condition=_live(), name="hotline_duty_once"),
        ]


class Knowledge(RegisterRow):
    """A standard answer of one unit, with its basis; after ``expires_on`` it is offered to nobody."""

    name = models.CharField(max_length=200)
    answer = models.TextField()
    unit = models.BigIntegerField()
    basis = models.CharField(max_length=300)
    review_on = models.DateField()
    review_on_precision = precision()
    expires_on = models.DateField()
    expires_on_precision = precision()

    class Meta:
        db_table = "hotline_knowledge"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(answer="") & ~Q(basis="") & Q(unit__gt=0),
                name="hotline_knowledge_whole",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("review_on")), name="hotline_knowledge_reviewed"
            ),
            models.UniqueConstraint(
                fields=["division", "name"], condition=_live(), name="hotline_knowledge_once"
            ),
            *day_constraints("hotline_knowledge", "review_on", "expires_on"),
        ]


class Refusal(RegisterRow):
    """What the hotline can't take on, and where it goes; ``words`` (by blanks) are what callers say."""

    name = models.CharField(max_length=120)
    words = models.CharField(max_length=1000, default="", blank=True)
    goes_to = models.TextField()
    source = models.CharField(max_length=300)

    class Meta:
        db_table = "hotline_refusal"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(goes_to="") & ~Q(source=""), name="hotline_refusal_whole"
            ),
            models.UniqueConstraint(
                fields=["division", "name"], condition=_live(), name="hotline_refusal_once"
            ),
        ]


class Ruling(RegisterRow):
    """A ruling on a return that became a rule: such a class goes to this unit in this place from then on."""

    duty = models.BigIntegerField()
    unit = models.BigIntegerField()
    reason = models.TextField()
    matter = models.CharField(max_length=30)

    class Meta:
        db_table = "hotline_ruling"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(duty__gt=0, unit__gt=0) & ~Q(reason=""), name="hotline_ruling_whole"
            ),
            models.UniqueConstraint(
                fields=["division", "duty"], condition=_live(), name="hotline_ruling_once"
            ),
        ]


class Scheme(models.Model):
    """Which set of limits a place works by, from a day on."""

    division = models.BigIntegerField(default=0)
    name = models.CharField(max_length=12)
    since = models.DateField()
    source = models.CharField(max_length=300)

    class Meta:
        db_table = "hotline_scheme"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(name__in=list(SCHEMES)) & ~Q(source=""), name="hotline_scheme_known"
            ),
            models.UniqueConstraint(fields=["division", "since"], name="hotline_scheme_once"),
        ]
