import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [("store", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('seq', models.IntegerField(default=0)),
                ('head', models.BinaryField(default=b'')),
                ('ver', models.IntegerField(default=0)),
                ('name_mask', models.TextField()),
                ('phone_mask', models.TextField(default='')),
                ('number_mask', models.TextField(default='')),
                ('phone_index', models.BinaryField(null=True)),
                ('number_index', models.BinaryField(null=True)),
                ('created', models.DateTimeField()),
            ],
            options={
                'db_table': 'people_person',
                'indexes': [models.Index(fields=['phone_index'], name='people_person_phone')],
                'constraints': [models.UniqueConstraint(fields=('number_index',), name='people_person_number')],
            },
        ),
        migrations.CreateModel(
            name='Ground',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('purpose', models.TextField()),
                ('basis', models.TextField(choices=[('consent', 'consent'), ('contract', 'contract'), ('duty', 'duty'), ('emergency', 'emergency'), ('public_interest', 'public_interest'), ('made_public', 'made_public')])),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grounds', to='people.person')),
            ],
            options={
                'db_table': 'people_ground',
                'constraints': [models.CheckConstraint(condition=models.Q(('basis__in', ('consent', 'contract', 'duty', 'emergency', 'public_interest', 'made_public'))), name='people_ground_basis_known'), models.CheckConstraint(condition=models.Q(('purpose', ''), _negated=True), name='people_ground_purpose_given'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='people_ground_ends_after_start'), models.UniqueConstraint(fields=('person', 'purpose', 'since'), name='people_ground_once')],
            },
        ),
    ]
