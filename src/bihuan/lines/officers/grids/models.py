"""Enterprises of a park, its grids, and who stands in each."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.registers.models import RegisterRow

#: Letters and digits of a 统一社会信用代码; its check digit is proved when it is read.
USCC_SHAPE = r"^[1-9ANY][1-9A-Z][0-9]{6}[0-9ABCDEFGHJKLMNPQRTUWXY]{10}$"


class Grid(RegisterRow):
    """A service grid of a park (园区网格): one head (网格长), the chief of the department that has it.

    ``receives``: enterprises nobody has allocated yet belong to this one, so that each is always in exactly one.
    """

    name = models.CharField(max_length=100)
    head_post = models.BigIntegerField()
    unit = models.BigIntegerField()
    receives = models.CharField(max_length=3, default="no")

    class Meta:
        db_table = "officers_grid"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(head_post__gt=0, unit__gt=0) & ~Q(name=""), name="officers_grid_headed"
            ),
            models.CheckConstraint(condition=Q(receives__in=("yes", "no")), name="officers_grid_receives"),
            models.UniqueConstraint(
                fields=["division"],
                condition=Q(receives="yes", withdrawn_at__isnull=True),
                name="officers_grid_receives_once",
            ),
            models.UniqueConstraint(
                fields=["division", "name"], condition=Q(withdrawn_at__isnull=True), name="officers_grid_name"
            ),
            models.UniqueConstraint(
                fields=["head_post"], condition=Q(withdrawn_at__isnull=True), name="officers_grid_head_once"
            ),
        ]


class Member(models.Model):
    """A post that stands in a grid (网格员); of one grid at a time."""

    post = models.BigIntegerField(primary_key=True)
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="members")
    since = models.DateTimeField()

    class Meta:
        db_table = "officers_grid_member"


class MemberMove(models.Model):
    """Where a post stood before a workbook of grids put it elsewhere (0: nowhere), so that it can be put back."""

    batch = models.BigIntegerField()
    post = models.BigIntegerField()
    grid = models.BigIntegerField()
    before = models.BigIntegerField(default=0)

    class Meta:
        db_table = "officers_grid_member_move"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "post"], name="officers_grid_member_move_once"),
        ]


class Enterprise(RegisterRow):
    """An enterprise of the park (企业台账). It is in exactly one grid: ``cell`` is never empty.

    ``party`` (of the frame) is its organisation, when it has one here. ``staff`` is how many work there: the
    weight by which grids are balanced, 0 when nobody said.
    """

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    uscc = models.CharField(max_length=18, default="", blank=True)
    industry = models.CharField(max_length=100, default="", blank=True)
    place_text = models.CharField(max_length=200, default="", blank=True)
    kind = models.CharField(max_length=60, default="", blank=True)
    staff = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    staff_approx = models.BooleanField(default=False)
    note = models.TextField(default="", blank=True)
    cell = models.ForeignKey(Grid, models.PROTECT, related_name="enterprises")

    class Meta:
        db_table = "officers_enterprise"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(name=""), name="officers_enterprise_named"),
            models.CheckConstraint(
                condition=Q(uscc="") | Q(uscc__regex=USCC_SHAPE), name="officers_enterprise_uscc_shape"
            ),
            models.UniqueConstraint(
                fields=["uscc"],
                condition=~Q(uscc="") & Q(withdrawn_at__isnull=True),
                name="officers_enterprise_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name_key"], name="officers_enterprise_name"),
            models.Index(F("park"), F("id").desc(), condition=Q(park__gt=0), name="officers_enterprise_park"),
            models.Index(F("party"), condition=Q(party__gt=0), name="officers_enterprise_party"),
        ]


class Contact(models.Model):
    """A person to talk to at an enterprise: personal, encrypted in ``people``, masked on every page."""

    pk = models.CompositePrimaryKey("enterprise", "person")
    enterprise = models.BigIntegerField()
    person = models.BigIntegerField()
    duty = models.CharField(max_length=60, default="", blank=True)
    since = models.DateTimeField()

    class Meta:
        db_table = "officers_contact"
