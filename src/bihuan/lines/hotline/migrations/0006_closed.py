"""An index whose condition names the stage has every move of every matter written into all indexes.

PostgreSQL updates a row in place ("heap-only") as long as no column changes that an index of the table uses,
and every move changes the stage. When an order was closed changes only with whether it is open, which others use anyway.
"""

from django.db import migrations

_CLOSED = "CREATE INDEX CONCURRENTLY hotline_closed ON flow_matter (closed) WHERE kind = 'hotline.order' AND NOT open"
_STAGE = (
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS hotline_to_archive ON flow_matter (id)"
    " WHERE kind = 'hotline.order' AND stage = 'closed'"
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("hotline", "0005_doors"), ("flow", "0001_initial")]
    operations = [
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS hotline_closed", migrations.RunSQL.noop),
        migrations.RunSQL(_CLOSED, "DROP INDEX CONCURRENTLY IF EXISTS hotline_closed"),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS hotline_to_archive", _STAGE),
    ]
