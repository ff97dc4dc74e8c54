"""Orders handed over to systems of other places, and which systems take them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hotline', '0015_unclassed'),
    ]

    operations = [
        migrations.AddField(
            model_name='endpoint',
            name='names',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='endpoint',
            name='only_out',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='endpoint',
            name='posts',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='endpoint',
            name='service',
            field=models.CharField(blank=True, db_default='', default='', max_length=80),
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endpoint', models.BigIntegerField()),
                ('matter', models.BigIntegerField()),
                ('reference', models.CharField(max_length=60)),
                ('state', models.CharField(max_length=10)),
                ('service', models.CharField(max_length=80)),
                ('token', models.CharField(blank=True, default='', max_length=200)),
                ('number', models.CharField(blank=True, default='', max_length=80)),
                ('fails', models.IntegerField(default=0)),
                ('next_try', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('first_try', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, default='', max_length=200)),
            ],
            options={
                'db_table': 'hotline_handover',
                'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'unsure', 'token'])), fields=['next_try'], name='hotline_handover_due'), models.Index(fields=['endpoint', 'number'], name='hotline_handover_number'), models.Index(fields=['matter'], name='hotline_handover_matter')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'unsure', 'token', 'there', 'declined', 'over', 'taken_back'])), name='hotline_handover_state'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'there'), _negated=True), models.Q(('number', ''), _negated=True), _connector='OR'), models.Q(models.Q(('state', 'token'), _negated=True), models.Q(('token', ''), _negated=True), _connector='OR')), name='hotline_handover_known'), models.UniqueConstraint(fields=('reference',), name='hotline_handover_reference'), models.UniqueConstraint(condition=models.Q(('state__in', ['over', 'taken_back']), _negated=True), fields=('matter',), name='hotline_handover_once')],
            },
        ),
    ]
