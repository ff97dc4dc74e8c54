"""A span that ends changes no column an index uses, so PostgreSQL updates it in place."""

from django.db import migrations, models

#: Built beside the work that goes on; one left half-built by a broken attempt is built anew.
_BUILD = [
    "DROP INDEX CONCURRENTLY IF EXISTS span_untold",
    "CREATE INDEX CONCURRENTLY span_untold ON flow_span (matter_id) WHERE NOT told",
    "DROP INDEX CONCURRENTLY IF EXISTS span_to_tell",
]
_BACK = [
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS span_to_tell ON flow_span (matter_id) WHERE NOT told AND until IS NULL",
    "DROP INDEX CONCURRENTLY IF EXISTS span_untold",
]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("flow", "0006_seat"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(_BUILD, _BACK)],
            state_operations=[
                migrations.RemoveIndex(model_name="span", name="span_to_tell"),
                migrations.AddIndex(
                    model_name="span",
                    index=models.Index(
                        models.F("matter_id"), condition=models.Q(("told", False)), name="span_untold"
                    ),
                ),
            ],
        ),
    ]
