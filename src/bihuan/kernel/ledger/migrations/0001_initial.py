import bihuan.kernel.ledger.models
from django.db import migrations, models

from bihuan.kernel.ledger.guard import create_function, insert_only


class Migration(migrations.Migration):

    initial = True

    dependencies = [("store", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Node',
            fields=[
                ('pk', models.CompositePrimaryKey('level', 'index', blank=True, editable=False, primary_key=True, serialize=False)),
                ('level', models.SmallIntegerField()),
                ('index', models.BigIntegerField()),
                ('hash', models.BinaryField()),
            ],
            options={
                'db_table': 'ledger_node',
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('pk', models.CompositePrimaryKey('chain_id', 'seq', blank=True, editable=False, primary_key=True, serialize=False)),
                ('chain_id', models.BigIntegerField()),
                ('xact', bihuan.kernel.ledger.models.Xid8Field(db_default=models.Func(function='pg_current_xact_id'))),
                ('at', models.DateTimeField()),
                ('recorded', models.DateTimeField()),
                ('seq', models.IntegerField()),
                ('move', models.TextField()),
                ('hash', models.BinaryField()),
                ('text', models.TextField()),
            ],
            options={
                'db_table': 'ledger_entry',
                'indexes': [models.Index(fields=['xact'], name='ledger_entry_xact')],
                'constraints': [models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='ledger_entry_seq_from_1')],
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                ('chain_id', models.BigIntegerField()),
                ('seq', models.IntegerField()),
                ('hash', models.BinaryField()),
            ],
            options={
                'db_table': 'ledger_leaf',
                'constraints': [models.UniqueConstraint(fields=('chain_id', 'seq'), name='ledger_leaf_entry')],
            },
        ),
        migrations.CreateModel(
            name='Root',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('at', models.DateTimeField()),
                ('root', models.BinaryField()),
                ('key', models.TextField()),
                ('signature', models.BinaryField()),
                ('text', models.TextField()),
                ('hash', models.BinaryField()),
                ('peaks', models.BinaryField()),
                ('bound', bihuan.kernel.ledger.models.Xid8Field()),
                ('cluster', models.TextField()),
            ],
            options={
                'db_table': 'ledger_root',
                'indexes': [models.Index(fields=['day', 'size'], name='ledger_root_day')],
            },
        ),
        create_function(),
        insert_only("ledger_entry"),
        insert_only("ledger_leaf"),
        insert_only("ledger_node"),
        insert_only("ledger_root"),
    ]
