"""Bulletins stand with the other periodical papers of the house.

Their own table stays until no site of an earlier version reads it any more.
"""

from django.db import migrations

_OVER = """
INSERT INTO papers_periodical (id, series, kind, since, until, division, unit, paper, totals, made_at)
SELECT id, 'bulletin', kind, since, until, division, unit, paper, totals, made_at FROM supervision_bulletin ORDER BY id"""
_ON = """
SELECT setval(pg_get_serial_sequence('papers_periodical', 'id'), max(id)) FROM papers_periodical HAVING max(id) > 0"""
_BACK = """
INSERT INTO supervision_bulletin (kind, since, until, division, unit, paper, totals, made_at)
SELECT kind, since, until, division, unit, paper, totals, made_at FROM papers_periodical
WHERE series = 'bulletin' ORDER BY id
ON CONFLICT DO NOTHING"""


class Migration(migrations.Migration):

    dependencies = [
        ('supervision', '0005_packaged_schemes'),
        ('papers', '0003_periodical'),
    ]

    operations = [
        migrations.RunSQL(_OVER, _BACK),
        migrations.RunSQL(_ON, migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name='Bulletin')]),
    ]
