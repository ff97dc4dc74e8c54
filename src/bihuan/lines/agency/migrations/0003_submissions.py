"""Several submissions a case, each with its items and days."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agency', '0002_approvals'),
    ]

    operations = [
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matter_id', models.BigIntegerField()),
                ('number', models.SmallIntegerField()),
                ('items', models.JSONField(default=list)),
                ('platform', models.CharField(blank=True, default='', max_length=60)),
                ('submitted', models.DateField()),
                ('expected', models.DateField(null=True)),
                ('decided', models.DateField(null=True)),
                ('nodes', models.JSONField(default=list)),
            ],
            options={
                'db_table': 'agency_submission',
                'constraints': [models.UniqueConstraint(fields=('matter_id', 'number'), name='agency_submission_number_once'), models.CheckConstraint(condition=models.Q(('decided__isnull', True), ('decided__gte', models.F('submitted')), _connector='OR'), name='agency_submission_decided')],
            },
        ),
    ]
