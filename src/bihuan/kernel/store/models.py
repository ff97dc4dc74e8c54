"""What every chained row carries."""

from django.db import models


class Chained(models.Model):
    """A row whose history is one chain in the ledger.

    ``id`` comes from one sequence shared by every chained table, so an id names
    one thing in the whole house. ``seq`` is the number of its latest entry and
    ``head`` that entry's hash; ``ver`` counts the changes a stale page must not
    overwrite.
    """

    id = models.BigIntegerField(primary_key=True)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")
    ver = models.IntegerField(default=0)

    class Meta:
        abstract = True
