"""What a periodical lists as corrected of those before it."""

from django.db import migrations, models
from django.db.models import Value


class Migration(migrations.Migration):
    dependencies = [("papers", "0003_periodical")]
    operations = [
        migrations.AddField(
            model_name="periodical",
            name="told",
            field=models.JSONField(db_default=Value({}, models.JSONField()), default=dict),
        ),
    ]
