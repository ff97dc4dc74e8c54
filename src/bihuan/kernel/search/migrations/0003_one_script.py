from django.db import migrations


class Migration(migrations.Migration):
    """Traditional and simplified characters are one term now: all terms are built anew in the background."""

    dependencies = [("search", "0002_standing")]
    operations = [
        migrations.RunSQL(
            """
            INSERT INTO procrastinate_jobs (queue_name, task_name, args)
            SELECT 'default', 'search.reindex', '{}' WHERE EXISTS (SELECT FROM search_doc)
            """,
            migrations.RunSQL.noop,
        )
    ]
