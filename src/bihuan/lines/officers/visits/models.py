"""Visits planned and made, what they ask, and which needs they class."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.registers.models import RegisterRow, day_constraints, precision

STATES = ("planned", "made", "cancelled")


class Visit(RegisterRow):
    """A visit to an enterprise or project, planned or made: what the one form of a visit said.

    ``enterprise`` and ``project`` are rows of their registers, 0 = none. ``post`` goes, ``units`` of other
    departments that joined lie in :class:`Joined`. ``ticks`` keeps what was ticked: needs, hazards, the node.
    ``why`` is the reason for a visit beyond the quota (无事不扰).
    """

    enterprise = models.BigIntegerField(default=0)
    project = models.BigIntegerField(default=0)
    post = models.BigIntegerField()
    day = models.DateField()
    day_precision = precision()
    state = models.CharField(max_length=10)
    template = models.CharField(max_length=40, default="", blank=True)
    purpose = models.CharField(max_length=200, default="", blank=True)
    progress = models.TextField(default="", blank=True)
    notes = models.TextField(default="", blank=True)
    ticks = models.TextField(default="", blank=True)
    why = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        db_table = "officers_visit"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="officers_visit_state"),
            models.CheckConstraint(
                condition=Q(post__gt=0) & (Q(enterprise__gt=0) | Q(project__gt=0)),
                name="officers_visit_whole",
            ),
            *day_constraints("officers_visit", "day"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["enterprise", "day"], condition=Q(enterprise__gt=0), name="officers_visit_enterprise"
            ),
            models.Index(
                fields=["project", "day"], condition=Q(project__gt=0), name="officers_visit_project"
            ),
            models.Index(F("post"), F("day"), name="officers_visit_post"),
            models.Index(F("park"), F("day"), condition=Q(park__gt=0), name="officers_visit_park"),
        ]


class Joined(models.Model):
    """A department that joined a visit somebody else had planned (走访合并)."""

    pk = models.CompositePrimaryKey("visit_id", "unit")
    visit_id = models.BigIntegerField()
    unit = models.BigIntegerField()
    post = models.BigIntegerField()
    at = models.DateTimeField()
    purpose = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        db_table = "officers_visit_joined"


def _json() -> Any:
    return models.JSONField(default=list)


class Template(models.Model):
    """What a visit asks (三听三问, 走找想促, 送解优, safety): ``questions`` are what is ticked as asked.

    ``hazards`` are what a safety visit looks at: one that is ticked opens a matter.
    """

    key = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=100)
    questions = _json()
    hazards = _json()
    source = models.CharField(max_length=300)
    place = models.SmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "officers_template"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(source=""), name="officers_template_sourced")
        ]


class NeedClass(models.Model):
    """A class of needs (项目申报, 资金兑付 …) and the kind of problem one becomes."""

    key = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=60)
    category = models.CharField(max_length=40)
    source = models.CharField(max_length=300)
    place = models.SmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "officers_need"
