"""Files: what is known of each; the bytes lie encrypted in the store."""

from django.db import models
from django.db.models import Q

from bihuan.kernel.content.classes import CLASSES
from bihuan.kernel.store.models import Chained

OK = "ok"
HELD = "held"
REFUSED = "refused"
PURGED = "purged"
STATES = (OK, HELD, REFUSED, PURGED)


class File(Chained):
    """A file handed in. Its keys are those of the places (id, 0, "file") and (id, 0, "thumb").

    ``sha256`` is of the stored plain bytes (a picture is stored re-encoded); ``blob`` and
    ``thumb`` are addresses in the store. ``matter`` is the chain it was handed in for
    (0 = none). ``waits`` says that it was handed in ahead of what it is for: where that never comes, it is swept.
    A refused file has no bytes here, a purged one none that can be read.
    """

    matter = models.BigIntegerField(default=0)
    waits = models.BooleanField(default=False, db_default=False)
    user = models.BigIntegerField(default=0)
    post = models.BigIntegerField(default=0)
    party = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    size = models.BigIntegerField()
    name = models.TextField()
    ext = models.TextField()
    mime = models.TextField()
    cls = models.TextField(choices=[(cls, cls) for cls in CLASSES])
    state = models.TextField(choices=[(state, state) for state in STATES])
    why = models.TextField(default="")
    sha256 = models.BinaryField()
    blob = models.TextField(default="")
    thumb = models.TextField(default="")

    class Meta:
        db_table = "files_file"
        indexes = (
            models.Index(fields=["matter", "id"], name="files_file_matter"),
            models.Index(fields=["sha256"], name="files_file_sha256"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=STATES), name="files_file_state_known"),
            models.CheckConstraint(condition=Q(cls__in=CLASSES), name="files_file_cls_known"),
            models.CheckConstraint(
                condition=Q(state__in=(OK, HELD), blob__gt="") | Q(state__in=(REFUSED, PURGED), blob=""),
                name="files_file_bytes_fit_state",
            ),
        )
