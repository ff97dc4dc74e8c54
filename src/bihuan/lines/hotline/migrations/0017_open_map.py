"""The public map: its settings, its reviewed classes, and what was published."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hotline', '0016_handed_over'),
        ('identity', '0002_constraints'),  # btree_gist
    ]

    operations = [
        migrations.CreateModel(
            name='OpenClass',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('seq', models.IntegerField(default=0)),
                ('head', models.BinaryField(default=b'')),
                ('ver', models.IntegerField(default=0)),
                ('division', models.BigIntegerField(default=0)),
                ('province', models.BigIntegerField(default=0)),
                ('city', models.BigIntegerField(default=0)),
                ('county', models.BigIntegerField(default=0)),
                ('street', models.BigIntegerField(default=0)),
                ('community', models.BigIntegerField(default=0)),
                ('grid', models.BigIntegerField(default=0)),
                ('micro', models.BigIntegerField(default=0)),
                ('park', models.BigIntegerField(default=0)),
                ('lead_unit', models.BigIntegerField(default=0)),
                ('party', models.BigIntegerField(default=0)),
                ('creator_user', models.BigIntegerField(default=0)),
                ('creator_post', models.BigIntegerField(default=0)),
                ('cells', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('amended_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('duty', models.BigIntegerField()),
                ('reason', models.TextField()),
                ('proposer', models.BigIntegerField()),
                ('reviewer', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'hotline_map_class',
                'constraints': [models.CheckConstraint(condition=models.Q(('division__gt', 0), ('duty__gt', 0), ('proposer__gt', 0), models.Q(('reason', ''), _negated=True)), name='hotline_map_class_whole'), models.CheckConstraint(condition=models.Q(('reviewer', 0), models.Q(('reviewer', models.F('proposer')), _negated=True), _connector='OR'), name='hotline_map_class_two'), models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('division', 'duty'), name='hotline_map_class_once')],
            },
        ),
        migrations.CreateModel(
            name='OpenMap',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('seq', models.IntegerField(default=0)),
                ('head', models.BinaryField(default=b'')),
                ('ver', models.IntegerField(default=0)),
                ('division', models.BigIntegerField(default=0)),
                ('province', models.BigIntegerField(default=0)),
                ('city', models.BigIntegerField(default=0)),
                ('county', models.BigIntegerField(default=0)),
                ('street', models.BigIntegerField(default=0)),
                ('community', models.BigIntegerField(default=0)),
                ('grid', models.BigIntegerField(default=0)),
                ('micro', models.BigIntegerField(default=0)),
                ('park', models.BigIntegerField(default=0)),
                ('lead_unit', models.BigIntegerField(default=0)),
                ('party', models.BigIntegerField(default=0)),
                ('creator_user', models.BigIntegerField(default=0)),
                ('creator_post', models.BigIntegerField(default=0)),
                ('cells', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('amended_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('opened', models.CharField(max_length=3)),
                ('level', models.CharField(max_length=10)),
                ('period', models.CharField(max_length=5)),
                ('least', models.SmallIntegerField()),
                ('delay', models.SmallIntegerField()),
                ('source', models.CharField(max_length=300)),
            ],
            options={
                'db_table': 'hotline_map',
                'constraints': [models.CheckConstraint(condition=models.Q(('division__gt', 0), ('level__in', ('street', 'community')), ('opened__in', ['yes', 'no']), ('period__in', ('month', 'week')), models.Q(('source', ''), _negated=True)), name='hotline_map_known'), models.CheckConstraint(condition=models.Q(('delay__gte', 1), ('delay__lte', 60), ('least__gte', 3)), name='hotline_map_coarse'), models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('division',), name='hotline_map_once')],
            },
        ),
        migrations.CreateModel(
            name='Release',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('division', models.BigIntegerField()),
                ('level', models.CharField(max_length=10)),
                ('begins', models.DateField()),
                ('ends', models.DateField()),
                ('least', models.SmallIntegerField()),
                ('classes', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('made', models.DateTimeField()),
            ],
            options={
                'db_table': 'hotline_release',
                'constraints': [models.CheckConstraint(condition=models.Q(('begins__lt', models.F('ends')), ('division__gt', 0), ('least__gte', 3), ('level__in', ('street', 'community'))), name='hotline_release_whole'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('division', '='), (models.Func(models.F('begins'), models.F('ends'), function='daterange'), '&&')], name='hotline_release_days_once')],
            },
        ),
        migrations.CreateModel(
            name='ReleaseCell',
            fields=[
                ('pk', models.CompositePrimaryKey('release', 'place', 'duty', blank=True, editable=False, primary_key=True, serialize=False)),
                ('release', models.BigIntegerField()),
                ('place', models.BigIntegerField()),
                ('duty', models.BigIntegerField()),
                ('orders', models.IntegerField()),
                ('least', models.SmallIntegerField()),
            ],
            options={
                'db_table': 'hotline_release_cell',
                'constraints': [models.CheckConstraint(condition=models.Q(('least__gte', 3), ('orders__gte', models.F('least')), ('place__gt', 0)), name='hotline_release_cell_large')],
            },
        ),
    ]
