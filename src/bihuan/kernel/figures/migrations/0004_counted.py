"""How long counting the present day took, kept where all workers and the next start find it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("figures", "0003_apart")]
    operations = [
        migrations.CreateModel(
            name="Counted",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("began", models.DateTimeField()),
                ("took", models.FloatField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="figures_counted_once")
                ],
            },
        ),
    ]
