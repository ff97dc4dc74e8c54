"""Values under their own keys. A value row only grows; its key can be withheld or destroyed."""

from django.db import models

from bihuan.kernel.content.classes import CLASSES


class Value(models.Model):
    """One value of one entry, encrypted: nonce and AES-256-GCM of a 16-byte salt and the text."""

    pk = models.CompositePrimaryKey("chain_id", "seq", "field")
    chain_id = models.BigIntegerField()
    seq = models.IntegerField()
    size = models.IntegerField()
    field = models.TextField()
    cls = models.TextField(choices=[(cls, cls) for cls in CLASSES])
    cipher = models.BinaryField()

    class Meta:
        db_table = "content_value"
        constraints = (
            models.CheckConstraint(condition=models.Q(cls__in=CLASSES), name="content_value_cls_known"),
        )


class Key(models.Model):
    """The wrapped key of a value (or file); without this row the cipher text is noise.

    ``kek`` names the master key it is wrapped under. ``withheld`` names the stage
    or event that must come first; until then nobody is answered.
    """

    pk = models.CompositePrimaryKey("chain_id", "seq", "field")
    chain_id = models.BigIntegerField()
    seq = models.IntegerField()
    field = models.TextField()
    kek = models.TextField()
    withheld = models.TextField(default="", db_default="")
    wrapped = models.BinaryField()

    class Meta:
        db_table = "content_key"


class Reading(models.Model):
    """Somebody was shown a personal value in clear: who, which, why and when."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    chain_id = models.BigIntegerField()
    user = models.BigIntegerField()
    post = models.BigIntegerField()
    party = models.BigIntegerField()
    seq = models.IntegerField()
    kind = models.TextField()
    field = models.TextField()
    why = models.TextField()

    class Meta:
        db_table = "content_reading"
        indexes = (
            models.Index(fields=["chain_id", "at"], name="content_reading_of"),
            models.Index(fields=["user", "at"], name="content_reading_by"),
        )
        constraints = (
            models.CheckConstraint(condition=~models.Q(why=""), name="content_reading_has_reason"),
        )
