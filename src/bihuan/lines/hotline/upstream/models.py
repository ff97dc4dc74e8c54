"""Orders that came from the city's platform: its number and its deadline govern."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class CityOrder(models.Model):
    """An order under the city's own number, in the district that has it; ``sent_at`` once its reply went back."""

    matter = models.BigIntegerField(primary_key=True)
    county = models.BigIntegerField()
    number = models.CharField(max_length=60)
    due = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hotline_city"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(number=""), name="hotline_city_numbered"),
            models.UniqueConstraint(fields=["county", "number"], name="hotline_city_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["county"], condition=Q(sent_at__isnull=True), name="hotline_city_waiting"),
        ]
