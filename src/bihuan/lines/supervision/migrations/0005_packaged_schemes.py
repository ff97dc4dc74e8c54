"""A scheme says whether it came with the program: the first one of the house always did."""

from django.db import migrations, models

_FIRST = "UPDATE supervision_scheme SET packaged = true WHERE version = 1 AND division = 0"


class Migration(migrations.Migration):

    dependencies = [
        ('supervision', '0004_frozen_reports'),
    ]

    operations = [
        migrations.AddField(model_name='scheme', name='packaged', field=models.BooleanField(default=False)),
        migrations.RunSQL(_FIRST, migrations.RunSQL.noop),
    ]
