"""Frozen counts say which cases they were, and hold visits, contacts, agency cases, needs and meetings, too."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('supervision', '0002_bulletins'),
    ]

    operations = [
        migrations.AddField(
            model_name='frozen',
            name='cases',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None),
        ),
        migrations.RemoveConstraint(model_name='frozen', name='supervision_frozen_measure'),
        migrations.AddConstraint(
            model_name='frozen',
            constraint=models.CheckConstraint(condition=models.Q(('count__gt', 0), ('measure__in', ('opened', 'on_time', 'late', 'unlimited', 'visits', 'contacts', 'agency', 'needs', 'meetings', 'open', 'overdue'))), name='supervision_frozen_measure'),
        ),
    ]
