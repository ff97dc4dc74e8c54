from django.db import migrations, models

#: Built beside the work that goes on; one left half-built by a broken attempt is built anew.
_BUILD = [
    "DROP INDEX CONCURRENTLY IF EXISTS matter_kind_closed",
    "CREATE INDEX CONCURRENTLY matter_kind_closed ON flow_matter (kind, id DESC) WHERE NOT open",
]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('flow', '0004_standing'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(_BUILD, 'DROP INDEX CONCURRENTLY IF EXISTS matter_kind_closed'),
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name='matter',
                    index=models.Index(
                        models.F('kind'), models.OrderBy(models.F('id'), descending=True),
                        condition=models.Q(('open', False)), name='matter_kind_closed',
                    ),
                ),
            ],
        ),
    ]
