"""Which files were handed in ahead of what they are for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="file", name="waits", field=models.BooleanField(db_default=False, default=False)
        ),
    ]
