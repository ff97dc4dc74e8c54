"""Imports the house remembers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

STATES = ("draft", "applied", "undone")


class Batch(models.Model):
    """One workbook that was previewed or imported; what it did stands in the amends that name it."""

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    state = models.CharField(max_length=8, default="draft")
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=list)
    actor_kind = models.CharField(max_length=8)
    actor_user = models.BigIntegerField(default=0)
    actor_post = models.BigIntegerField(default=0)
    actor_title = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_batch"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="intake_batch_state"),
            models.CheckConstraint(
                condition=Q(state="draft", applied_at__isnull=True, undone_at__isnull=True)
                | Q(state="applied", applied_at__isnull=False, undone_at__isnull=True)
                | Q(state="undone", applied_at__isnull=False, undone_at__isnull=False),
                name="intake_batch_moments",
            ),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="intake_batch_sha256"),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "-id"], name="intake_batch_kind")]
