"""Frozen counts hold the reports of projects that were due and those that came in time, too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('supervision', '0003_frozen_cases'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='frozen', name='supervision_frozen_measure'),
        migrations.AddConstraint(
            model_name='frozen',
            constraint=models.CheckConstraint(condition=models.Q(('count__gt', 0), ('measure__in', ('opened', 'on_time', 'late', 'unlimited', 'visits', 'contacts', 'agency', 'needs', 'meetings', 'reports', 'in_time', 'open', 'overdue'))), name='supervision_frozen_measure'),
        ),
    ]
