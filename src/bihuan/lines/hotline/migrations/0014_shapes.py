"""Where a grid lies, as a polygon somebody drew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hotline", "0013_abroad")]
    operations = [
        migrations.AddField(
            model_name="grid", name="shape", field=models.TextField(blank=True, db_default="", default="")
        ),
    ]
