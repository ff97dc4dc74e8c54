"""A seat never kept when it answered: its clock and its entry say so."""

from django.db import migrations

ACCEPTED = {"ban-drop-column": "nothing ever wrote or read it, in no version"}


class Migration(migrations.Migration):
    dependencies = [
        ("flow", "0005_kind_closed"),
    ]

    operations = [
        migrations.RemoveField(model_name="seat", name="answered"),
    ]
