"""What must be remembered of other systems' logins: tickets used up, and which session came by which."""

from typing import ClassVar

from django.db import models


class Used(models.Model):
    """A ticket, code or state that has been used: it opens nothing a second time."""

    name = models.CharField(max_length=120, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="entrance_used_at")]


class Stay(models.Model):
    """A session begun by another system, so that this system can end it.

    ``handle`` is CAS's ticket, or the ``sid`` (else the ``sub``) of OpenID Connect, hashed.
    """

    handle = models.CharField(max_length=64)
    session = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handle", "session"], name="entrance_stay_once")
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="entrance_stay_at")]
