"""Who serves which project from when to when, and the numbers of the line that are no time limits."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.registers.models import RegisterRow, day_constraints, precision
from bihuan.lines.officers.contracts import Layer


def _now() -> Any:
    return Q(withdrawn_at__isnull=True, until__isnull=True)


class Assignment(RegisterRow):
    """A post serves a project from ``since`` until the day before ``until`` (none: still).

    ``post`` is the officer's (or the liaison leader's), ``deputy`` the B of AB岗. That nobody
    overlaps within a layer is an exclusion constraint (migration 0002).
    """

    project = models.BigIntegerField()
    layer = models.CharField(max_length=8)
    post = models.BigIntegerField()
    deputy = models.BigIntegerField(default=0)
    since = models.DateField()
    since_precision = precision()
    until = models.DateField(null=True)
    until_precision = precision()
    reason = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        db_table = "officers_assignment"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(layer__in=list(Layer)), name="officers_layer_known"),
            models.CheckConstraint(
                condition=Q(project__gt=0, post__gt=0) & ~Q(post=F("deputy")),
                name="officers_assignment_whole",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="officers_assignment_period"
            ),
            models.UniqueConstraint(
                fields=["project", "layer"], condition=_now(), name="officers_one_at_a_time"
            ),
            *day_constraints("officers_assignment", "since", "until"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["post"], condition=_now(), name="officers_assignment_post"),
            models.Index(fields=["project", "since"], name="officers_assignment_days"),
        ]


class Rule(models.Model):
    """A number that governs this line and is no time limit, as a dated row with its source; the newest in force holds.

    ``division`` 0 holds everywhere, else in that division, which goes first.
    """

    name = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=10, decimal_places=3)
    source = models.CharField(max_length=300)
    division = models.BigIntegerField(default=0)
    since = models.DateField()
    entered = models.DateTimeField()

    class Meta:
        db_table = "officers_rule"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(value__gte=0) & ~Q(source=""), name="officers_rule_sourced"),
            models.UniqueConstraint(fields=["name", "division", "since"], name="officers_rule_once"),
        ]


from bihuan.lines.officers.grids import models as _grids  # noqa: E402, F401
from bihuan.lines.officers.visits import models as _visits  # noqa: E402, F401 - Django reads this file
