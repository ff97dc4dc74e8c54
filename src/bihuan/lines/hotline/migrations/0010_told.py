"""Classes somebody has looked at, of which neighbours may hear that such a thing was reported."""

from django.db import migrations, models
from django.db.models import Q

ACCEPTED = {"constraint-missing-not-valid": "a catalogue of some hundred rows, read through in a moment"}


class Migration(migrations.Migration):
    dependencies = [("hotline", "0009_households")]
    operations = [
        migrations.AddField(
            model_name="duty", name="told", field=models.CharField(blank=True, db_default="", default="", max_length=3)
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(condition=Q(told__in=["", "yes", "no"]), name="hotline_duty_told"),
        ),
    ]
