"""Long work somebody asked for: an import under way, an export being written."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

#: An import is waiting (read in the background) → ready → applying → done → undone;
#: an export and a plan are waiting → done. Either may have failed.
WAITING, READY, APPLYING, DONE, UNDONE, FAILED = "waiting", "ready", "applying", "done", "undone", "failed"
STATES = (WAITING, READY, APPLYING, DONE, UNDONE, FAILED)
KINDS = ("import", "export", "reports", "plan")


class Work(models.Model):
    """What was asked for by whom, how far it is, and what came of it.

    ``asked`` and ``result`` are read by the kind of work alone. ``file`` is the workbook
    handed in or written; ``batch`` the import it became. ``division`` is the asker's own.
    """

    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=8, default=WAITING)
    name = models.CharField(max_length=255)
    actor_kind = models.CharField(max_length=8)
    user = models.BigIntegerField(default=0)
    post = models.BigIntegerField(default=0)
    party = models.BigIntegerField(default=0)
    division = models.BigIntegerField(default=0)
    actor_title = models.CharField(max_length=200, default="", blank=True)
    asked = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.TextField(default="", blank=True)
    file = models.BigIntegerField(default=0)
    batch = models.BigIntegerField(null=True)
    part = models.IntegerField(default=0)
    whole = models.IntegerField(default=0)
    key = models.CharField(max_length=100, default="", blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "projects_work"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="projects_work_kind"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="projects_work_state"),
            models.CheckConstraint(
                condition=~Q(kind="import", state__in=(DONE, UNDONE)) | Q(batch__isnull=False),
                name="projects_work_done_has_batch",
            ),
            models.UniqueConstraint(fields=["batch"], name="projects_work_batch_once"),
            models.UniqueConstraint(
                fields=["actor_kind", "user", "post", "kind", "key"],
                condition=~Q(key=""),
                name="projects_work_key_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index("kind", "division", F("id").desc(), name="projects_work_list"),
        ]
