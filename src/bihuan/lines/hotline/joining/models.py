"""Which orders are about the same event: each remains an order of its own, with its own caller, clock and answer."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Join(models.Model):
    """An order handled with another (``root``) from one moment until it was parted (none: still)."""

    matter = models.BigIntegerField()
    root = models.BigIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotline_join"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(matter=F("root")), name="hotline_join_not_itself"),
            models.UniqueConstraint(
                fields=["matter"], condition=Q(until__isnull=True), name="hotline_join_one_root"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["root"], condition=Q(until__isnull=True), name="hotline_join_root"),
        ]
