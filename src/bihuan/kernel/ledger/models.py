"""The ledger's four tables; each only grows (guard.py). No foreign keys: entries may be partitioned later."""

from typing import Any

from django.db import models
from django.db.models import Func


class Xid8Field(models.Field):  # type: ignore[type-arg]  # not subscriptable at run time
    """A 64-bit transaction id, as PostgreSQL compares them."""

    def db_type(self, connection: Any) -> str:
        """Return the column's type."""
        return "xid8"


class Entry(models.Model):
    """What happened to one chained row: the canonical text and, beside it, what is searched by.

    The other columns repeat the text, and ``verify`` compares them. ``xact`` is the
    transaction that wrote the row: the sealer takes what is surely committed.
    """

    pk = models.CompositePrimaryKey("chain_id", "seq")
    chain_id = models.BigIntegerField()
    xact = Xid8Field(db_default=Func(function="pg_current_xact_id"))
    at = models.DateTimeField()
    recorded = models.DateTimeField()
    seq = models.IntegerField()
    move = models.TextField()
    hash = models.BinaryField()
    text = models.TextField()

    class Meta:
        db_table = "ledger_entry"
        indexes = (models.Index(fields=["xact"], name="ledger_entry_xact"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="ledger_entry_seq_from_1"),
        )


class Leaf(models.Model):
    """The place of an entry in the tree; ``hash`` is the entry's hash, the leaf's data."""

    position = models.BigIntegerField(primary_key=True)
    chain_id = models.BigIntegerField()
    seq = models.IntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_leaf"
        constraints = (models.UniqueConstraint(fields=["chain_id", "seq"], name="ledger_leaf_entry"),)


class Node(models.Model):
    """A complete subtree on every eighth level, so that a proof reads hundreds of hashes, not millions."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_node"


class Root(models.Model):
    """A signed head of the tree. ``text`` is what is signed; it names the head before by its hash.

    ``peaks`` is the frontier, ``bound`` the transaction id up to which everything is
    sealed in the cluster ``cluster``: both only spare the next batch work and carry no proof.
    """

    size = models.BigIntegerField(primary_key=True)
    day = models.DateField()
    at = models.DateTimeField()
    root = models.BinaryField()
    key = models.TextField()
    signature = models.BinaryField()
    text = models.TextField()
    hash = models.BinaryField()
    peaks = models.BinaryField()
    bound = Xid8Field()
    cluster = models.TextField()

    class Meta:
        db_table = "ledger_root"
        indexes = (models.Index(fields=["day", "size"], name="ledger_root_day"),)
