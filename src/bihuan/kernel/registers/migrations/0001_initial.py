from django.db import migrations, models

from bihuan.kernel.ledger.guard import insert_only


class Migration(migrations.Migration):

    initial = True

    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Amend',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chain_id', models.BigIntegerField()),
                ('seq', models.IntegerField()),
                ('register', models.CharField(max_length=40)),
                ('move', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('recorded', models.DateTimeField()),
                ('actor_kind', models.CharField(max_length=8)),
                ('actor_user', models.BigIntegerField(default=0)),
                ('actor_post', models.BigIntegerField(default=0)),
                ('actor_title', models.CharField(blank=True, default='', max_length=200)),
                ('delegated_by', models.BigIntegerField(default=0)),
                ('cause', models.TextField(blank=True, default='')),
                ('batch', models.BigIntegerField(null=True)),
                ('changes', models.JSONField(default=dict)),
                ('undoes', models.IntegerField(null=True)),
                ('salt', models.BinaryField()),
                ('key', models.CharField(blank=True, default='', max_length=80)),
                ('payload', models.CharField(blank=True, default='', max_length=64)),
            ],
            options={
                'db_table': 'registers_amend',
                'indexes': [models.Index(condition=models.Q(('batch__isnull', False)), fields=['batch', 'id'], name='registers_amend_batch')],
                'constraints': [models.UniqueConstraint(fields=('chain_id', 'seq'), name='registers_amend_seq'), models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('actor_kind', 'actor_user', 'key'), name='registers_amend_key'), models.CheckConstraint(condition=models.Q(('move__in', ('create', 'amend', 'withdraw'))), name='registers_amend_move'), models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='registers_amend_seq_from_1'), models.CheckConstraint(condition=models.Q(('undoes__isnull', True), ('undoes__lt', models.F('seq')), _connector='OR'), name='registers_amend_undoes_earlier')],
            },
        ),
        insert_only("registers_amend"),
    ]
