from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [("store", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='File',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('seq', models.IntegerField(default=0)),
                ('head', models.BinaryField(default=b'')),
                ('ver', models.IntegerField(default=0)),
                ('matter', models.BigIntegerField(default=0)),
                ('user', models.BigIntegerField(default=0)),
                ('post', models.BigIntegerField(default=0)),
                ('party', models.BigIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('size', models.BigIntegerField()),
                ('name', models.TextField()),
                ('ext', models.TextField()),
                ('mime', models.TextField()),
                ('cls', models.TextField(choices=[('open', 'open'), ('personal', 'personal'), ('sensitive', 'sensitive'), ('sealed', 'sealed')])),
                ('state', models.TextField(choices=[('ok', 'ok'), ('held', 'held'), ('refused', 'refused'), ('purged', 'purged')])),
                ('why', models.TextField(default='')),
                ('sha256', models.BinaryField()),
                ('blob', models.TextField(default='')),
                ('thumb', models.TextField(default='')),
            ],
            options={
                'db_table': 'files_file',
                'indexes': [models.Index(fields=['matter', 'id'], name='files_file_matter'), models.Index(fields=['sha256'], name='files_file_sha256')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('ok', 'held', 'refused', 'purged'))), name='files_file_state_known'), models.CheckConstraint(condition=models.Q(('cls__in', ('open', 'personal', 'sensitive', 'sealed'))), name='files_file_cls_known'), models.CheckConstraint(condition=models.Q(models.Q(('blob__gt', ''), ('state__in', ('ok', 'held'))), models.Q(('blob', ''), ('state__in', ('refused', 'purged'))), _connector='OR'), name='files_file_bytes_fit_state')],
            },
        ),
    ]
