

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hotline', '0006_closed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Judged',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('cells', models.IntegerField()),
                ('threshold', models.FloatField()),
                ('highest', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('over', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('raised', models.IntegerField()),
            ],
            options={
                'db_table': 'hotline_judged',
            },
        ),
        migrations.CreateModel(
            name='Cell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('duty', models.BigIntegerField()),
                ('place', models.BigIntegerField()),
            ],
            options={
                'db_table': 'hotline_cell',
                'constraints': [models.CheckConstraint(condition=models.Q(('duty__gt', 0), ('place__gt', 0)), name='hotline_cell_named'), models.UniqueConstraint(fields=('duty', 'place'), name='hotline_cell_once')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('matter', models.BigIntegerField(primary_key=True, serialize=False)),
                ('cell', models.BigIntegerField()),
                ('day', models.DateField()),
            ],
            options={
                'db_table': 'hotline_event',
                'indexes': [models.Index(fields=['cell', 'day', 'matter'], name='hotline_event_cell')],
            },
        ),
        migrations.CreateModel(
            name='Hotspot',
            fields=[
                ('matter', models.BigIntegerField(primary_key=True, serialize=False)),
                ('cell', models.BigIntegerField()),
                ('since', models.DateField()),
                ('raised', models.DateField()),
                ('events', models.IntegerField()),
                ('expected', models.FloatField()),
                ('surprise', models.FloatField()),
                ('threshold', models.FloatField()),
                ('ended', models.DateField(null=True)),
                ('untrue', models.BooleanField(default=False)),
            ],
            options={
                'db_table': 'hotline_hotspot',
                'indexes': [models.Index(fields=['raised'], name='hotline_hotspot_raised')],
                'constraints': [models.CheckConstraint(condition=models.Q(('since__lte', models.F('raised')), ('events__gt', 0)), name='hotline_hotspot_counted'), models.UniqueConstraint(condition=models.Q(('ended__isnull', True)), fields=('cell',), name='hotline_hotspot_one_open')],
            },
        ),
        migrations.CreateModel(
            name='HotspotOrder',
            fields=[
                ('pk', models.CompositePrimaryKey('hotspot', 'matter', blank=True, editable=False, primary_key=True, serialize=False)),
                ('hotspot', models.BigIntegerField()),
                ('matter', models.BigIntegerField()),
            ],
            options={
                'db_table': 'hotline_hotspot_order',
                'indexes': [models.Index(fields=['matter'], name='hotline_hotspot_of')],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hotspot', models.BigIntegerField()),
                ('version', models.SmallIntegerField()),
                ('state', models.CharField(max_length=10)),
                ('name', models.CharField(max_length=200)),
                ('answer', models.TextField()),
                ('basis', models.CharField(max_length=300)),
                ('review_on', models.DateField()),
                ('expires_on', models.DateField()),
                ('unit', models.BigIntegerField()),
                ('proposed', models.DateTimeField()),
                ('decided', models.DateTimeField(null=True)),
                ('knowledge', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'hotline_reply',
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['proposed', 'approved', 'refused', 'replaced']), models.Q(('answer', ''), _negated=True), models.Q(('name', ''), _negated=True), models.Q(('basis', ''), _negated=True), ('expires_on__gte', models.F('review_on'))), name='hotline_reply_whole'), models.UniqueConstraint(fields=('hotspot', 'version'), name='hotline_reply_version'), models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('hotspot',), name='hotline_reply_one_approved'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('hotspot',), name='hotline_reply_one_proposed')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('pk', models.CompositePrimaryKey('day', 'cell', blank=True, editable=False, primary_key=True, serialize=False)),
                ('cell', models.BigIntegerField()),
                ('day', models.DateField()),
                ('events', models.IntegerField()),
            ],
            options={
                'db_table': 'hotline_tally',
                'indexes': [models.Index(fields=['cell', 'day'], name='hotline_tally_cell')],
                'constraints': [models.CheckConstraint(condition=models.Q(('events__gte', 0)), name='hotline_tally_counts')],
            },
        ),
        migrations.CreateModel(
            name='Watched',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('filled', models.BigIntegerField(null=True)),
                ('xact', models.BigIntegerField()),
            ],
            options={
                'db_table': 'hotline_watched',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='hotline_watched_once')],
            },
        ),
    ]
