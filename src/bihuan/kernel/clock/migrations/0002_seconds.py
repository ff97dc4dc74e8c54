"""A clock somebody else set to a minute is counted in seconds."""

from django.db import migrations, models

_UNITS = ('h', 'wh', 'd', 'wd', 'm', 's')


class Migration(migrations.Migration):

    dependencies = [
        ('clock', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='clock', name='clock_unit'),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.CheckConstraint(condition=models.Q(('unit__in', _UNITS), ('value__gt', 0)), name='clock_unit'),
        ),
        migrations.RemoveConstraint(model_name='extension', name='clock_extension_value'),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('unit__in', _UNITS), ('value__gt', 0)), name='clock_extension_value'),
        ),
    ]
