"""How many open orders have no class: counted at each pass of the watch."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hotline", "0014_shapes")]
    operations = [
        migrations.AddField(
            model_name="watched", name="unclassed", field=models.IntegerField(db_default=0, default=0)
        ),
    ]
