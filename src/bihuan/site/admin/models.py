"""What the administration itself has to remember: long work, and forms already carried out."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

#: Waiting for a worker or being worked on, ready to be applied, done, or failed with a reason.
WAITING, READY, APPLYING, DONE, FAILED = "waiting", "ready", "applying", "done", "failed"
STATES = (WAITING, READY, APPLYING, DONE, FAILED)
KINDS = ("divisions", "verify")


class Work(models.Model):
    """Long work somebody asked for: how far it is and what came of it.

    ``asked`` and ``result`` are read by the kind of work alone; ``data`` is what was handed in,
    packed, and is dropped once it is no longer needed.
    """

    kind = models.CharField(max_length=12)
    state = models.CharField(max_length=8, default=WAITING)
    name = models.CharField(max_length=255, default="", blank=True)
    user = models.BigIntegerField(default=0)
    post = models.BigIntegerField(default=0)
    who = models.CharField(max_length=120, default="", blank=True)
    asked = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    data = models.BinaryField(default=b"")
    error = models.TextField(default="", blank=True)
    part = models.BigIntegerField(default=0)
    whole = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="administration_work_kind"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="administration_work_state"),
        ]
        indexes: ClassVar = [models.Index("kind", F("id").desc(), name="administration_work_list")]


class Carried(models.Model):
    """A form or call that was carried out under its key, and what was answered: it happens once."""

    user = models.BigIntegerField()
    post = models.BigIntegerField()
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "post", "key"], name="administration_carried_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="administration_carried_at")]
