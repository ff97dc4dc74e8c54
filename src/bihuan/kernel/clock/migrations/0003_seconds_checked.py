"""The wider constraints are checked for the rows that were there before, beside the work that goes on."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('clock', '0002_seconds'),
    ]

    operations = [
        ValidateConstraint(model_name='clock', name='clock_unit'),
        ValidateConstraint(model_name='extension', name='clock_extension_value'),
    ]
