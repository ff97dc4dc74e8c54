"""Doors to single people, causes, and ends of what is given up."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

_GROUP = ["wecom", "dingtalk", "sms"]
_PERSON = ["wecom_app", "dingtalk_work", "sms_person"]

#: What waited before gets a week from the day it was told.
_FILL = """
UPDATE notices_delivery d SET cause = n.dedupe, until = n.created + interval '7 days',
  "user" = CASE d.channel WHEN 'mail' THEN d.target ELSE 0 END
FROM notices_notice n WHERE n.id = d.notice_id;
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        migrations.AddField("notice", "cause", models.CharField(blank=True, default="", max_length=160)),
        migrations.RemoveConstraint("hook", "notices_hook_shape"),
        migrations.AlterField("hook", "shape", models.CharField(max_length=16)),
        migrations.AlterField("hook", "url", models.CharField(blank=True, default="", max_length=400)),
        migrations.AddField("hook", "ident", models.CharField(blank=True, default="", max_length=80)),
        migrations.AddField("hook", "agent", models.CharField(blank=True, default="", max_length=40)),
        migrations.AddField("hook", "urgent_only", models.BooleanField(default=False)),
        migrations.AddConstraint(
            "hook",
            models.CheckConstraint(condition=Q(shape__in=[*_GROUP, *_PERSON]), name="notices_hook_shape"),
        ),
        migrations.AddConstraint(
            "hook",
            models.CheckConstraint(condition=Q(shape__in=_GROUP) | Q(unit=0), name="notices_hook_whose"),
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user", models.BigIntegerField()),
                ("account", models.CharField(max_length=80)),
                (
                    "hook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="accounts", to="notices.hook"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["hook", "user"], name="notices_account_once")
                ]
            },
        ),
        migrations.RemoveConstraint("delivery", "notices_delivery_once"),
        migrations.RemoveConstraint("delivery", "notices_delivery_channel"),
        migrations.RemoveIndex("delivery", "delivery_waiting"),
        migrations.AddField(
            "delivery", "cause", models.CharField(default="", max_length=160), preserve_default=False
        ),
        migrations.AddField("delivery", "user", models.BigIntegerField(default=0)),
        migrations.AddField("delivery", "until", models.DateTimeField(null=True)),
        migrations.AddField("delivery", "gave_up", models.DateTimeField(null=True)),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AlterField("delivery", "until", models.DateTimeField()),
        migrations.AddConstraint(
            "delivery",
            models.UniqueConstraint(fields=["cause", "channel", "target"], name="notices_delivery_once"),
        ),
        migrations.AddConstraint(
            "delivery",
            models.CheckConstraint(
                condition=Q(channel__in=["mail", "hook", "account"]), name="notices_delivery_channel"
            ),
        ),
        migrations.AddConstraint(
            "delivery",
            models.CheckConstraint(
                condition=Q(sent__isnull=True) | Q(gave_up__isnull=True), name="notices_delivery_one_end"
            ),
        ),
        migrations.AddIndex(
            "delivery",
            models.Index(
                "next_try", name="delivery_waiting", condition=Q(sent__isnull=True, gave_up__isnull=True)
            ),
        ),
        migrations.AddIndex(
            "delivery",
            models.Index(F("id").desc(), name="delivery_gave_up", condition=Q(gave_up__isnull=False)),
        ),
    ]
