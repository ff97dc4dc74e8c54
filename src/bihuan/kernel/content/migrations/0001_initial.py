from django.db import migrations, models

from bihuan.kernel.ledger.guard import insert_only


class Migration(migrations.Migration):

    initial = True

    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Key',
            fields=[
                ('pk', models.CompositePrimaryKey('chain_id', 'seq', 'field', blank=True, editable=False, primary_key=True, serialize=False)),
                ('chain_id', models.BigIntegerField()),
                ('seq', models.IntegerField()),
                ('field', models.TextField()),
                ('kek', models.TextField()),
                ('withheld', models.TextField(db_default='', default='')),
                ('wrapped', models.BinaryField()),
            ],
            options={
                'db_table': 'content_key',
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('chain_id', models.BigIntegerField()),
                ('user', models.BigIntegerField()),
                ('post', models.BigIntegerField()),
                ('party', models.BigIntegerField()),
                ('seq', models.IntegerField()),
                ('kind', models.TextField()),
                ('field', models.TextField()),
                ('why', models.TextField()),
            ],
            options={
                'db_table': 'content_reading',
                'indexes': [models.Index(fields=['chain_id', 'at'], name='content_reading_of'), models.Index(fields=['user', 'at'], name='content_reading_by')],
                'constraints': [models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='content_reading_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='Value',
            fields=[
                ('pk', models.CompositePrimaryKey('chain_id', 'seq', 'field', blank=True, editable=False, primary_key=True, serialize=False)),
                ('chain_id', models.BigIntegerField()),
                ('seq', models.IntegerField()),
                ('size', models.IntegerField()),
                ('field', models.TextField()),
                ('cls', models.TextField(choices=[('open', 'open'), ('personal', 'personal'), ('sensitive', 'sensitive'), ('sealed', 'sealed')])),
                ('cipher', models.BinaryField()),
            ],
            options={
                'db_table': 'content_value',
                'constraints': [models.CheckConstraint(condition=models.Q(('cls__in', ('open', 'personal', 'sensitive', 'sealed'))), name='content_value_cls_known')],
            },
        ),
        insert_only("content_value"),
        insert_only("content_reading"),
    ]
