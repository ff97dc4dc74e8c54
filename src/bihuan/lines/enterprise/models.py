"""Invitations by which an enterprise opens its own account: once, for one 统一社会信用代码, until a day."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Invitation(models.Model):
    """An invitation; only a keyed hash of its code is kept."""

    hash = models.BinaryField(max_length=32, unique=True)
    organisation = models.BigIntegerField()
    uscc = models.CharField(max_length=18)
    division = models.BigIntegerField()
    issued_by = models.BigIntegerField()
    created_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("created_at")), name="enterprise_invitation_period"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["division", "-id"], name="enterprise_invitation_place")]
