"""A clock somebody else set to a minute is counted in seconds."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

_UNITS = ('h', 'wh', 'd', 'wd', 'm', 's')
ACCEPTED = {"ban-drop-constraint": "it comes back wider in the same transaction; what earlier versions write, it lets pass"}


def _known(name):
    return models.CheckConstraint(condition=models.Q(('unit__in', _UNITS), ('value__gt', 0)), name=name)


class Migration(migrations.Migration):

    dependencies = [
        ('clock', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='clock', name='clock_unit'),
        AddConstraintNotValid(model_name='clock', constraint=_known('clock_unit')),
        migrations.RemoveConstraint(model_name='extension', name='clock_extension_value'),
        AddConstraintNotValid(model_name='extension', constraint=_known('clock_extension_value')),
    ]
