from django.db import migrations


class Migration(migrations.Migration):
    """Where a matter stands is among its terms now: they are built anew in the background."""

    dependencies = [("search", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [
        migrations.RunSQL(
            """
            INSERT INTO procrastinate_jobs (queue_name, task_name, args)
            SELECT 'default', 'search.reindex', '{}' WHERE EXISTS (SELECT FROM search_doc)
            """,
            migrations.RunSQL.noop,
        )
    ]
