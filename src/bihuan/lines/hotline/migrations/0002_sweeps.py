"""What the rounds look for lies in indexes of its own; a unit owes its part to an order once.

Built beside the house's work, so outside a transaction.
"""

from django.db import migrations

_MADE = (
    ("hotline_to_archive", "INDEX", "(id) WHERE kind = 'hotline.order' AND stage = 'closed'"),
    ("hotline_owed", "INDEX", "(due) WHERE kind = 'hotline.part' AND open"),
    ("hotline_part_once", "UNIQUE INDEX", "(parent, lead_unit) WHERE kind = 'hotline.part' AND open"),
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("hotline", "0001_initial"), ("flow", "0001_initial")]
    operations = [
        migrations.RunSQL(
            f"CREATE {what} CONCURRENTLY IF NOT EXISTS {name} ON flow_matter {on}",
            f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
        )
        for name, what, on in _MADE
    ]
