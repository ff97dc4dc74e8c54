"""Progress reports and the cut-offs they are due by."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.registers.models import RegisterRow, amount_constraints, day_constraints, precision
from bihuan.kernel.store.models import Chained
from bihuan.lines.projects.reports.periods import KINDS

LISTED = ("yes", "no")
AMOUNTS = ("year_plan_wan", "done_wan", "cumulative_wan")
#: A cut-off is a day of the month, or so many working days after the period.
BASES = ("day", "wd")


def _text() -> Any:
    return models.TextField(default="", blank=True)


def _amount() -> Any:
    return models.DecimalField(max_digits=18, decimal_places=6, null=True)


def _about() -> Any:
    return models.BooleanField(default=False)


class ProgressReport(RegisterRow):
    """What a project reported for one period (月报, 旬报); money in 万元.

    ``cumulative_wan`` counts what was done in the calendar year up to the period's end.
    ``listed`` says whether the project is in the statistics bureau's list (入库纳统) and
    ``listed_on`` since when. ``explanation`` is why the numbers don't add up, where they
    don't. ``period_last`` is a projection of kind and first day.
    """

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="reports")
    period_kind = models.CharField(max_length=8)
    period = models.DateField()
    period_precision = precision()
    period_last = models.DateField()
    year_plan_wan = _amount()
    year_plan_wan_approx = _about()
    done_wan = _amount()
    done_wan_approx = _about()
    cumulative_wan = _amount()
    cumulative_wan_approx = _about()
    progress = _text()
    next_steps = _text()
    problems = _text()
    listed = models.CharField(max_length=3, default="", blank=True)
    listed_on = models.DateField(null=True)
    listed_on_precision = precision()
    explanation = _text()

    class Meta:
        db_table = "projects_report"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "period_kind", "period"],
                condition=Q(withdrawn_at__isnull=True),
                name="projects_report_once",
            ),
            models.CheckConstraint(
                condition=Q(period_kind="month", period__day=1)
                | Q(period_kind="ten_days", period__day__in=(1, 11, 21)),
                name="projects_report_period",
            ),
            models.CheckConstraint(
                condition=Q(period_precision="day", period_last__gte=F("period")),
                name="projects_report_period_days",
            ),
            models.CheckConstraint(
                condition=Q(done_wan__isnull=False, cumulative_wan__isnull=False),
                name="projects_report_numbers",
            ),
            models.CheckConstraint(
                condition=Q(listed__in=("", *LISTED)) & (Q(listed="yes") | Q(listed_on__isnull=True)),
                name="projects_report_listed",
            ),
            *day_constraints("projects_report", "listed_on"),
            *amount_constraints("projects_report", *AMOUNTS),
        ]
        indexes: ClassVar = [
            models.Index(fields=["period_kind", "period"], name="projects_report_of_period"),
            models.Index(F("project"), F("period_last").desc(), name="projects_report_latest"),
        ]


class ReportCutoff(Chained):
    """A dated rule of when reports are due at a place (division 0 = everywhere).

    ``basis`` day: on day ``value`` of the period's month (``following``: of the month
    after), rolled forward to a working day; wd: ``value`` working days after the
    period's last day. Of the rows that hold for a place the most specific wins, then the
    latest; ``enabled`` false says that nothing of this kind is asked for there.
    """

    kind = models.CharField(max_length=8)
    division = models.BigIntegerField(default=0)
    basis = models.CharField(max_length=3)
    value = models.SmallIntegerField()
    following = models.BooleanField(default=True)
    since = models.DateField()
    enabled = models.BooleanField(default=True)
    source = models.CharField(max_length=300)
    tag = models.CharField(max_length=10, default="prior")
    verified = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "projects_report_cutoff"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="projects_report_cutoff_kind"),
            models.CheckConstraint(
                condition=Q(basis="day", kind="month", value__gte=1, value__lte=31)
                | Q(basis="wd", value__gte=0, value__lte=60),
                name="projects_report_cutoff_value",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="projects_report_cutoff_source"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "division", "since"], name="projects_report_cutoff_of")
        ]
