"""What comes by the unseen doors how often: a keyed hash of an address, a number or words, and a moment, for a day."""

from typing import ClassVar

from django.db import models


class Knock(models.Model):
    """One order sent in: once for each thing by which it is counted."""

    address = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        db_table = "hotline_knock"
        indexes: ClassVar = [models.Index(fields=["address", "at"], name="hotline_knock_lately")]
