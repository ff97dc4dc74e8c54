import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            name="Doc",
            fields=[
                ("matter_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("tsv", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=True, fields=["tsv"], gin_pending_list_limit=512, name="search_doc_terms"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                (
                    "term",
                    models.CharField(db_collation="C", max_length=40, primary_key=True, serialize=False),
                ),
                ("share", models.FloatField()),
            ],
        ),
        migrations.CreateModel(
            name="Erased",
            fields=[
                ("matter_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        # a term in one matter of five hundred must be in the sample's list of common ones
        migrations.RunSQL("ALTER TABLE search_doc ALTER COLUMN tsv SET STATISTICS 200", migrations.RunSQL.noop),
    ]
