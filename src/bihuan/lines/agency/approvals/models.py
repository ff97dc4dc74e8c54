"""What the approval platform's export says of each approval, and the imports that brought it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.registers.models import RegisterRow, day_constraints, precision

CODE_SHAPE = r"^20[0-9]{2}-[1-8][0-9]{5}-[0-9]{2}-[0-9]{2}-[0-9A-Z]{6}$"
SPAN = r"^[0-9]{1,4}(wd|d)$"
#: Causes for which the authority's clock stands still, each from–to.
STOPS = ("correction", "publicity", "review")
DAYS = ("applied", "accepted", "decided", *(f"{stop}_{end}" for stop in STOPS for end in ("from", "until")))
STATES = ("ready", "applying", "done", "undone", "failed")


def _text(length: int) -> Any:
    return models.CharField(max_length=length, default="", blank=True)


def _day() -> Any:
    return models.DateField(null=True)


class Approval(RegisterRow):
    """One approval (办件) of the platform; its days are whole days, each stop is from–to."""

    number = models.CharField(max_length=60)
    project_code = _text(24)
    project_name = _text(300)
    item_code = _text(40)
    item = models.CharField(max_length=200)
    authority = _text(200)
    applied = _day()
    applied_precision = precision()
    accepted = _day()
    accepted_precision = precision()
    decided = _day()
    decided_precision = precision()
    correction_from = _day()
    correction_from_precision = precision()
    correction_until = _day()
    correction_until_precision = precision()
    publicity_from = _day()
    publicity_from_precision = precision()
    publicity_until = _day()
    publicity_until_precision = precision()
    review_from = _day()
    review_from_precision = precision()
    review_until = _day()
    review_until_precision = precision()
    province_limit = _text(8)
    result = _text(60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(withdrawn_at__isnull=True), name="agency_approval_number_once"
            ),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True) | Q(decided__isnull=True) | Q(decided__gte=F("accepted")),
                name="agency_approval_decided_after",
            ),
            models.CheckConstraint(
                condition=Q(project_code="") | Q(project_code__regex=CODE_SHAPE),
                name="agency_approval_code_shape",
            ),
            models.CheckConstraint(
                condition=Q(province_limit="") | Q(province_limit__regex=SPAN),
                name="agency_approval_limit_span",
            ),
            *day_constraints("agency_approval", *DAYS),
        ]
        indexes: ClassVar = [
            models.Index(F("park"), F("id").desc(), name="agency_approval_park", condition=Q(park__gt=0)),
            models.Index(
                F("county"), F("id").desc(), name="agency_approval_county", condition=Q(county__gt=0)
            ),
            models.Index(F("city"), F("id").desc(), name="agency_approval_city", condition=Q(city__gt=0)),
            models.Index(fields=["decided"], name="agency_approval_decided"),
        ]


class Import(models.Model):
    """A workbook taken in: what it would do, then what it did. ``matters`` are the node dates it entered."""

    kind = models.CharField(max_length=20)
    batch = models.BigIntegerField(unique=True)
    file = models.BigIntegerField()
    name = models.CharField(max_length=255)
    state = models.CharField(max_length=8, default="ready")
    digest = models.CharField(max_length=64)
    result = models.JSONField(default=dict)
    matters = models.JSONField(default=list)
    user = models.BigIntegerField(default=0)
    post = models.BigIntegerField(default=0)
    division = models.BigIntegerField(default=0)
    day = models.DateField()
    created_at = models.DateTimeField()
    key = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        db_table = "agency_import"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="agency_import_state"),
            models.UniqueConstraint(
                fields=["user", "post", "key"], condition=~Q(key=""), name="agency_import_key"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["division", "-id"], name="agency_import_division")]
