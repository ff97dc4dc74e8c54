"""Grids of 1+1+N (一个党组织、一名网格长、N 支力量), and the buildings that say which address lies in which."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.registers.models import RegisterRow
from bihuan.lines.hotline.contracts import FORCES


def _live() -> Q:
    return Q(withdrawn_at__isnull=True)


class Grid(RegisterRow):
    """A grid of the lowest staffed level: exactly one party organisation, one head, one fixed phone.

    Exactly one of each, because a row has one of each and none of them stands in a second row.
    ``place`` is its division (level grid or micro), ``unit`` the body its posts belong to.
    """

    name = models.CharField(max_length=120)
    place = models.BigIntegerField()
    unit = models.BigIntegerField()
    party_org = models.CharField(max_length=120)
    head_post = models.BigIntegerField()
    phone = models.CharField(max_length=20)
    #: Its boundary as a GeoJSON polygon; "" where nobody drew one.
    shape = models.TextField(default="", db_default="", blank=True)

    class Meta:
        db_table = "hotline_grid"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(place__gt=0, unit__gt=0, head_post__gt=0) & ~Q(name="") & ~Q(party_org=""),
                name="hotline_grid_staffed",
            ),
            models.CheckConstraint(condition=Q(phone__regex=r"^\+[0-9]{8,15}$"), name="hotline_grid_phone"),
            models.UniqueConstraint(fields=["place"], condition=_live(), name="hotline_grid_place_once"),
            models.UniqueConstraint(fields=["unit"], condition=_live(), name="hotline_grid_unit_once"),
            models.UniqueConstraint(fields=["head_post"], condition=_live(), name="hotline_grid_head_once"),
            models.UniqueConstraint(fields=["party_org"], condition=_live(), name="hotline_grid_party_once"),
            models.UniqueConstraint(fields=["phone"], condition=_live(), name="hotline_grid_phone_once"),
        ]


class Helper(RegisterRow):
    """One of the N: a post of the house (0 when it has no account), or a team by its name."""

    name = models.CharField(max_length=120)
    cell = models.ForeignKey(Grid, models.PROTECT, related_name="helpers")
    force = models.CharField(max_length=12)
    post = models.BigIntegerField(default=0)

    class Meta:
        db_table = "hotline_helper"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name="") & Q(force__in=[name for name, _title in FORCES]),
                name="hotline_helper_known",
            ),
            models.UniqueConstraint(
                fields=["cell", "post"], condition=_live() & Q(post__gt=0), name="hotline_helper_once"
            ),
        ]


class Building(RegisterRow):
    """A building or a stretch of a street as the roll names it; in one grid, or in none and then listed.

    ``name_key`` is the folded name by which addresses find it: one row a district, so that no address lies in two.
    """

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    cell = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="buildings")
    households = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    households_approx = models.BooleanField(default=False)

    class Meta:
        db_table = "hotline_building"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(name_key=""), name="hotline_building_named"),
            models.UniqueConstraint(
                fields=["county", "name_key"], condition=_live(), name="hotline_building_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                F("county"),
                F("id").desc(),
                condition=_live() & Q(cell__isnull=True),
                name="hotline_building_open",
            ),
            models.Index(fields=["cell"], name="hotline_building_cell"),
        ]
