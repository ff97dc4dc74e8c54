"""Contacts of earlier versions were called by a code: the worker of this version calls them by what they are about."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("callbacks", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO procrastinate_jobs (queue_name, task_name, args)
            SELECT 'default', 'callbacks.name_old', '{}' WHERE EXISTS (SELECT 1 FROM callbacks_asking)""",
            migrations.RunSQL.noop,
        ),
    ]
