"""Household files (民情档案): who lives where under which purpose-bound tag, and who looked at them why."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bihuan.lines.hotline.contracts import PURPOSES, TAGS
from bihuan.lines.hotline.grids.models import Building


class Resident(models.Model):
    """Somebody of a household; name, phone and number lie encrypted with the kernel's ``people``."""

    building = models.ForeignKey(Building, models.PROTECT, related_name="residents")
    door = models.CharField(max_length=40)
    person = models.BigIntegerField(unique=True)
    visit = models.BigIntegerField(unique=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotline_resident"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(person__gt=0, visit__gt=0), name="hotline_resident_somebody")
        ]


class Tag(models.Model):
    """Why a grid looks after somebody: for one purpose, until a day, from a stated source."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="tags")
    tag = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    source = models.CharField(max_length=200)
    until = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "hotline_tag"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resident", "tag", "purpose"], name="hotline_tag_once"),
            models.CheckConstraint(
                condition=Q(tag__in=[name for name, _title in TAGS])
                & Q(purpose__in=[name for name, _title in PURPOSES])
                & ~Q(source=""),
                name="hotline_tag_known",
            ),
        ]


class Looked(models.Model):
    """Somebody had the list of a purpose shown: who, for what, how many; rows are only added."""

    user = models.BigIntegerField()
    post = models.BigIntegerField()
    place = models.BigIntegerField()
    purpose = models.CharField(max_length=20)
    why = models.CharField(max_length=200)
    count = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "hotline_looked"
        indexes: ClassVar = [models.Index(fields=["place", "-at"], name="hotline_looked_place")]
