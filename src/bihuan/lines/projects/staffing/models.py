"""How much one person can carry at once, and what came of plans made for scarce people."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bihuan.kernel.store.models import Chained
from bihuan.lines.projects.timetables.words import SIDES

ROLES = ("officer", "agent")
#: What adopting made of a project: plan days amended, a draft for the leader, or nothing to change.
OUTCOMES = ("amended", "drafted", "unchanged")


class Capacity(Chained):
    """A dated row: of nodes on these sides one person in a role carries so many at once, at a place (0: everywhere)."""

    role = models.CharField(max_length=20)
    at_once = models.SmallIntegerField()
    sides = ArrayField(models.CharField(max_length=12))
    division = models.BigIntegerField(default=0)
    since = models.DateField()
    source = models.CharField(max_length=300)
    tag = models.CharField(max_length=10, default="prior")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "projects_capacity"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=ROLES), name="projects_capacity_role"),
            models.CheckConstraint(
                condition=Q(at_once__gte=1, at_once__lte=100), name="projects_capacity_at_once"
            ),
            models.CheckConstraint(
                condition=Q(sides__contained_by=list(SIDES)), name="projects_capacity_sides"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="projects_capacity_source"),
        ]
        indexes: ClassVar = [models.Index(fields=["role", "division", "since"], name="projects_capacity_of")]


class Adoption(models.Model):
    """A project's part of a plan that somebody adopted: once, whatever is sent again."""

    work = models.ForeignKey("projects.Work", models.PROTECT, related_name="+")
    project = models.ForeignKey("projects.Project", models.PROTECT, related_name="+")
    timetable = models.BigIntegerField()
    outcome = models.CharField(max_length=10)
    reason = models.CharField(max_length=500)
    user = models.BigIntegerField(default=0)
    post = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        db_table = "projects_adoption"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["work", "project"], name="projects_adoption_once"),
            models.CheckConstraint(condition=Q(outcome__in=OUTCOMES), name="projects_adoption_outcome"),
        ]
