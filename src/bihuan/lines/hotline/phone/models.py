"""What came from phones that had no signal: each entry once, with what became of it."""

from typing import ClassVar

from django.db import models


class Sent(models.Model):
    """An entry a device sent under a key of its own; the same key is answered with the same outcome."""

    owner = models.BigIntegerField()
    key = models.CharField(max_length=60)
    digest = models.BinaryField(max_length=32)
    state = models.CharField(max_length=10, default="")
    words = models.TextField(default="")
    code = models.CharField(max_length=30, default="")
    at = models.DateTimeField()

    class Meta:
        db_table = "hotline_sent"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "key"], name="hotline_sent_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["", "done", "conflict", "refused"]), name="hotline_sent_state"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="hotline_sent_at")]
