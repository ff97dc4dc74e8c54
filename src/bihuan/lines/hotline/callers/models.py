"""Who asked in an order: a person of the kernel's ``people``, never a value of the order itself."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bihuan.lines.hotline.contracts import SECRECY


class Caller(models.Model):
    """The caller of one order. ``person`` is 0 where none is known; ``against`` is the unit complained of (0: none)."""

    matter = models.BigIntegerField(primary_key=True)
    person = models.BigIntegerField(default=0)
    secrecy = models.CharField(max_length=12, default="open")
    against = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "hotline_caller"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(secrecy__in=[name for name, _title in SECRECY]), name="hotline_caller_secrecy"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["person", "-matter"], condition=Q(person__gt=0), name="hotline_caller_person"
            ),
        ]
