"""Indexes for what lists and counts read; built beside the house's work, so outside a transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ("projects", "0006_people"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="project",
            index=models.Index(
                models.F("creator_user"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("creator_user__gt", 0)),
                name="projects_creator",
            ),
        ),
        AddIndexConcurrently(
            model_name="project",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=["id"],
                include=(
                    "stage_class", "class_derived", "division", "province", "city", "county", "street", "community",
                    "grid", "micro", "park", "lead_unit", "party", "creator_user",
                ),
                name="projects_classes",
            ),
        ),
    ]
