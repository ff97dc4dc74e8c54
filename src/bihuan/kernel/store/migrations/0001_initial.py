from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE IF NOT EXISTS bihuan_chain AS bigint",
            "DROP SEQUENCE IF EXISTS bihuan_chain",
        )
    ]
