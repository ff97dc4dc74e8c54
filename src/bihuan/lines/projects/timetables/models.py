"""Templates of nodes, timetables drawn from them, and the thresholds of the lights."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.registers.models import day_constraints, precision
from bihuan.kernel.store.models import Chained
from bihuan.lines.projects.timetables.words import (
    BASES,
    CAUSES,
    KINDS,
    METRICS,
    PHASES,
    SIDES,
    STOP_CAUSES,
)

UNITS = ("wd", "d")
#: No node and no lag is longer than a century.
LONGEST = 36_500


def _known(
    name: str, column: str, values: "dict[str, str] | tuple[str, ...]", *more: str
) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{column}__in": [*values, *more]}), name=name)


class Template(Chained):
    """One dated version of the nodes a kind of project goes through; it never changes once written.

    The version in force on a day is the latest whose ``since`` is not after it.
    """

    kind = models.CharField(max_length=10)
    version = models.SmallIntegerField()
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100, default="", blank=True)
    since = models.DateField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "projects_template"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "version"], name="projects_template_version"),
            _known("projects_template_kind", "kind", KINDS),
        ]


class TemplateNode(models.Model):
    """A node of a template. ``duration`` is in ``unit``; 0 is a milestone.

    ``statutory`` marks a clock that does not count its start day. ``fact`` names the
    day of the register that is this node's finish. ``basis`` says whether the number
    is law, ``source`` and ``tag`` where it comes from and how far it may be trusted.
    """

    id = models.BigAutoField(primary_key=True)
    template = models.ForeignKey(Template, models.PROTECT, related_name="nodes")
    key = models.CharField(max_length=40)
    place = models.SmallIntegerField()
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100, default="", blank=True)
    phase = models.CharField(max_length=12)
    side = models.CharField(max_length=12)
    duration = models.IntegerField()
    unit = models.CharField(max_length=2)
    statutory = models.BooleanField(default=False)
    fact = models.CharField(max_length=20, default="", blank=True)
    basis = models.CharField(max_length=10, default="default")
    source = models.CharField(max_length=300, default="", blank=True)
    tag = models.CharField(max_length=10, default="prior")

    class Meta:
        db_table = "projects_template_node"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "key"], name="projects_template_node_once"),
            models.CheckConstraint(
                condition=Q(duration__gte=0, duration__lte=LONGEST), name="projects_template_node_days"
            ),
            _known("projects_template_node_unit", "unit", UNITS),
            _known("projects_template_node_side", "side", SIDES),
            _known("projects_template_node_phase", "phase", PHASES),
            _known("projects_template_node_basis", "basis", BASES),
        ]


class TemplateEdge(models.Model):
    """``node`` begins after ``after`` has finished and ``lag`` days in ``unit`` have passed."""

    id = models.BigAutoField(primary_key=True)
    node = models.ForeignKey(TemplateNode, models.PROTECT, related_name="edges")
    after = models.ForeignKey(TemplateNode, models.PROTECT, related_name="followers")
    lag = models.IntegerField(default=0)
    unit = models.CharField(max_length=2, default="wd")

    class Meta:
        db_table = "projects_template_edge"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["node", "after"], name="projects_template_edge_once"),
            models.CheckConstraint(condition=~Q(node=F("after")), name="projects_template_edge_no_loop"),
            models.CheckConstraint(
                condition=Q(lag__gte=0, lag__lte=LONGEST), name="projects_template_edge_lag"
            ),
            _known("projects_template_edge_unit", "unit", UNITS),
        ]


class Timetable(Chained):
    """A project's backward timetable (逆向时间控制表): one version of it.

    ``anchor`` is the last allowed day of production, ``anchor_code`` the date as it was
    stated (2026-10 means the month's last working day); ``first_anchor`` is the first
    one ever stated for the project. ``finish`` and ``late_wd`` are projections as of
    ``computed_on`` and no part of the history.
    """

    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="timetables")
    matter = models.BigIntegerField(unique=True)
    version = models.SmallIntegerField()
    template = models.ForeignKey(Template, models.PROTECT, related_name="timetables")
    kind_assumed = models.BooleanField(default=False)
    anchor = models.DateField()
    anchor_code = models.CharField(max_length=10)
    first_anchor = models.DateField()
    first_anchor_code = models.CharField(max_length=10)
    #: What the register said when this was drafted.
    register_code = models.CharField(max_length=10, default="", blank=True)
    reanchored = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default="draft")
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    finish = models.DateField(null=True)
    late_wd = models.IntegerField(default=0)
    computed_on = models.DateField(null=True)

    class Meta:
        db_table = "projects_timetable"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "version"], name="projects_timetable_version"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(state="draft"), name="projects_timetable_one_draft"
            ),
            models.UniqueConstraint(
                fields=["project"], condition=Q(state="approved"), name="projects_timetable_one_baseline"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", approved_at__isnull=True, replaced_at__isnull=True)
                | Q(state="approved", approved_at__isnull=False, replaced_at__isnull=True)
                | Q(state="replaced", replaced_at__isnull=False),
                name="projects_timetable_state",
            ),
        ]


class Node(models.Model):
    """A node of a timetable; every change of it is an entry of the timetable's chain.

    ``after`` lists [key, lag, unit]. ``planned_*`` is the approved baseline. ``earliest_*``
    to ``provisional`` are projections. An ``inferred`` finish is not recorded: it only
    says that the node was done by then, because something that needs it has happened.
    """

    id = models.BigAutoField(primary_key=True)
    timetable = models.ForeignKey(Timetable, models.PROTECT, related_name="nodes")
    key = models.CharField(max_length=40)
    place = models.SmallIntegerField()
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100, default="", blank=True)
    phase = models.CharField(max_length=12)
    side = models.CharField(max_length=12)
    unit_id = models.BigIntegerField(default=0)
    duration = models.IntegerField()
    unit = models.CharField(max_length=2)
    statutory = models.BooleanField(default=False)
    fact = models.CharField(max_length=20, default="", blank=True)
    after = models.JSONField(default=list)
    planned_start = models.DateField(null=True)
    planned_finish = models.DateField(null=True)
    actual_start = models.DateField(null=True)
    actual_start_precision = precision()
    actual_finish = models.DateField(null=True)
    actual_finish_precision = precision()
    inferred = models.BooleanField(default=False)
    late_cause = models.CharField(max_length=12, default="", blank=True)
    late_side = models.CharField(max_length=12, default="", blank=True)
    late_standing = models.CharField(max_length=8, default="", blank=True)
    late_by_user = models.BigIntegerField(default=0)
    late_by_unit = models.BigIntegerField(default=0)
    earliest_start = models.DateField(null=True)
    earliest_finish = models.DateField(null=True)
    latest_start = models.DateField(null=True)
    latest_finish = models.DateField(null=True)
    slack_wd = models.IntegerField(null=True)
    critical = models.BooleanField(default=False)

    class Meta:
        db_table = "projects_node"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["timetable", "key"], name="projects_node_once"),
            models.CheckConstraint(
                condition=Q(duration__gte=0, duration__lte=LONGEST), name="projects_node_days"
            ),
            _known("projects_node_unit", "unit", UNITS),
            _known("projects_node_side", "side", SIDES),
            _known("projects_node_phase", "phase", PHASES),
            *day_constraints("projects_node", "actual_start", "actual_finish"),
            models.CheckConstraint(
                condition=Q(planned_start__isnull=True, planned_finish__isnull=True)
                | Q(planned_finish__gte=F("planned_start")),
                name="projects_node_baseline",
            ),
            models.CheckConstraint(
                condition=~Q(actual_start_precision="day", actual_finish_precision="day")
                | Q(actual_finish__gte=F("actual_start")),
                name="projects_node_in_order",
            ),
            models.CheckConstraint(
                condition=Q(inferred=False) | Q(actual_finish__isnull=False), name="projects_node_inferred"
            ),
            models.CheckConstraint(
                condition=Q(late_standing="", late_cause="", late_side="")
                | Q(
                    late_standing__in=("proposed", "agreed", "ruled"),
                    late_cause__in=list(CAUSES),
                    late_side__in=list(SIDES),
                ),
                name="projects_node_late",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["latest_finish"], name="projects_node_latest"),
            models.Index(
                fields=["planned_finish"],
                name="projects_node_planned",
                condition=Q(planned_finish__isnull=False),
            ),
        ]


class Stop(models.Model):
    """A span in which a node's clock stood still (暂停计时), with its cause and evidence; both days inside."""

    id = models.BigAutoField(primary_key=True)
    node = models.ForeignKey(Node, models.PROTECT, related_name="stops")
    since = models.DateField()
    until = models.DateField(null=True)
    cause = models.CharField(max_length=12)
    evidence = models.JSONField(default=list)

    class Meta:
        db_table = "projects_node_stop"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="projects_node_stop_in_order"
            ),
            models.UniqueConstraint(
                fields=["node"], condition=Q(until__isnull=True), name="projects_node_stop_one_open"
            ),
            models.UniqueConstraint(fields=["node", "since"], name="projects_node_stop_once"),
            _known("projects_node_stop_cause", "cause", STOP_CAUSES),
        ]


class LightRule(Chained):
    """A dated threshold of one metric for a place (division 0 = everywhere).

    ``near`` and ``late`` bound yellow and red in the metric's own way. Of the rows that
    hold for a place the most specific wins, then the latest; ``enabled`` false says that
    this metric gives no light there.
    """

    metric = models.CharField(max_length=10)
    division = models.BigIntegerField(default=0)
    near = models.DecimalField(max_digits=7, decimal_places=2)
    late = models.DecimalField(max_digits=7, decimal_places=2)
    since = models.DateField()
    enabled = models.BooleanField(default=True)
    source = models.CharField(max_length=300)
    tag = models.CharField(max_length=10, default="prior")
    verified = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "projects_light_rule"
        constraints: ClassVar = [
            _known("projects_light_rule_metric", "metric", METRICS),
            models.CheckConstraint(
                condition=(Q(metric="share") & Q(late__lte=F("near"), near__lte=100))
                | (~Q(metric="share") & Q(late__gte=F("near"))),
                name="projects_light_rule_order",
            ),
            models.CheckConstraint(condition=Q(near__gte=0, late__gte=0), name="projects_light_rule_sign"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["division", "metric", "since"], name="projects_light_rule_of")
        ]


class Guess(Chained):
    """A dated row: how long nodes of a side take, in times of the planned length, before enough finished here.

    Of the rows that hold for a place the most specific wins, then the latest.
    """

    side = models.CharField(max_length=12)
    best = models.DecimalField(max_digits=5, decimal_places=2)
    often = models.DecimalField(max_digits=5, decimal_places=2)
    worst = models.DecimalField(max_digits=5, decimal_places=2)
    division = models.BigIntegerField(default=0)
    since = models.DateField()
    source = models.CharField(max_length=300)
    tag = models.CharField(max_length=10, default="prior")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "projects_guess"
        constraints: ClassVar = [
            _known("projects_guess_side", "side", SIDES),
            models.CheckConstraint(
                condition=Q(best__gt=0, often__gte=F("best"), worst__gte=F("often")),
                name="projects_guess_order",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="projects_guess_source"),
        ]
        indexes: ClassVar = [models.Index(fields=["side", "division", "since"], name="projects_guess_of")]
