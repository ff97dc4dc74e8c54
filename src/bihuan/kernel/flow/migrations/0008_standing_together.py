"""How kind, stage, openness and clock go together, so that what is open and late is not taken for nearly nothing."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("flow", "0007_untold")]

    operations = [
        migrations.RunSQL(
            "CREATE STATISTICS matter_together (mcv) ON kind, stage, open, clock FROM flow_matter",
            "DROP STATISTICS matter_together",
        ),
    ]
