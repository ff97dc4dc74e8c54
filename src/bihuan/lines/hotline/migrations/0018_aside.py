"""Heaps of doubtful orders, and which order lies on which."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hotline', '0017_open_map'),
    ]

    operations = [
        migrations.CreateModel(
            name='Aside',
            fields=[
                ('matter', models.BigIntegerField(primary_key=True, serialize=False)),
                ('heap', models.BigIntegerField()),
                ('decision', models.CharField(default='', max_length=10)),
                ('done', models.BooleanField(default=False)),
            ],
            options={
                'db_table': 'hotline_aside',
                'indexes': [models.Index(models.F('heap'), models.OrderBy(models.F('matter'), descending=True), name='hotline_aside_heap'), models.Index(condition=models.Q(('done', False), models.Q(('decision', ''), _negated=True)), fields=['matter'], name='hotline_aside_owed')],
                'constraints': [models.CheckConstraint(condition=models.Q(('decision__in', ('', 'take_in', 'discard', 'bring_back', 'hand'))), name='hotline_aside_decision')],
            },
        ),
        migrations.CreateModel(
            name='Heap',
            fields=[
                ('matter', models.BigIntegerField(primary_key=True, serialize=False)),
                ('place', models.BigIntegerField()),
                ('why', models.CharField(max_length=12)),
                ('day', models.DateField()),
                ('mark', models.BinaryField(max_length=32, null=True)),
            ],
            options={
                'db_table': 'hotline_heap',
                'indexes': [models.Index(condition=models.Q(('mark__isnull', False)), fields=['day'], name='hotline_heap_marked')],
                'constraints': [models.UniqueConstraint(fields=('place', 'why', 'day', 'mark'), name='hotline_heap_once')],
            },
        ),
    ]
