from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("notices", "0003_programs_and_feeds"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="delivery", name="notices_delivery_channel"),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["mail", "hook", "account", "phone"])),
                name="notices_delivery_channel",
            ),
        ),
    ]
