"""How projects stand, all at once: a projection for whoever looks at thousands of them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Standing(models.Model):
    """A project's light, lateness and harm as of ``computed_at``; no part of the history, rewritten by a job.

    ``light`` is empty for none. ``late_wd`` are working days behind the approved timetable. ``node`` is the first
    unfinished node of the binding chain. ``overdue`` counts open matters about it that are past their limit,
    ``overdue_wd`` the working days of the worst. ``points`` follow the order by harm (``logic.harm``) and are 0
    while nothing is late.
    """

    project = models.OneToOneField(
        "projects.Project", models.PROTECT, primary_key=True, related_name="standing", db_column="project_id"
    )
    light = models.CharField(max_length=8, default="", blank=True)
    late_wd = models.IntegerField(default=0)
    node = models.CharField(max_length=100, default="", blank=True)
    node_en = models.CharField(max_length=100, default="", blank=True)
    finish = models.DateField(null=True)
    overdue = models.IntegerField(default=0)
    overdue_wd = models.IntegerField(default=0)
    points = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    computed_at = models.DateTimeField()

    class Meta:
        db_table = "projects_standing"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(overdue__gte=0, overdue_wd__gte=0, late_wd__gte=0, points__gte=0),
                name="projects_standing_counts",
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("points").desc(), F("project").desc(), name="projects_standing_harm"),
        ]
