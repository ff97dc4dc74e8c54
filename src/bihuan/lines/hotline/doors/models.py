"""Who knocks at the public form how often: a keyed hash of an address and a moment, for a day."""

from typing import ClassVar

from django.db import models


class Knock(models.Model):
    """One order sent in by the public form."""

    address = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        db_table = "hotline_knock"
        indexes: ClassVar = [models.Index(fields=["address", "at"], name="hotline_knock_lately")]
