from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('state', models.CharField(default='draft', max_length=8)),
                ('counts', models.JSONField(default=dict)),
                ('report', models.JSONField(default=list)),
                ('actor_kind', models.CharField(max_length=8)),
                ('actor_user', models.BigIntegerField(default=0)),
                ('actor_post', models.BigIntegerField(default=0)),
                ('actor_title', models.CharField(blank=True, default='', max_length=200)),
                ('created_at', models.DateTimeField()),
                ('applied_at', models.DateTimeField(null=True)),
                ('undone_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'intake_batch',
                'indexes': [models.Index(fields=['kind', '-id'], name='intake_batch_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'applied', 'undone'))), name='intake_batch_state'), models.CheckConstraint(condition=models.Q(models.Q(('applied_at__isnull', True), ('state', 'draft'), ('undone_at__isnull', True)), models.Q(('applied_at__isnull', False), ('state', 'applied'), ('undone_at__isnull', True)), models.Q(('applied_at__isnull', False), ('state', 'undone'), ('undone_at__isnull', False)), _connector='OR'), name='intake_batch_moments'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='intake_batch_sha256')],
            },
        ),
    ]
