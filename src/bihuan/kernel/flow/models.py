"""Matters, the rules they run under, and where they stood from when to when.

0 and '' stand for "none" in the columns that lists are read by, so that every branch
of what an actor may see is one plain index. Ids of units, posts and divisions are
checked by the action that writes them; the ledger keeps them as they were.
"""

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.identity.actors import LEVELS
from bihuan.kernel.store.models import Chained


class Rules(models.Model):
    """The canonical JSON of a mechanism, stored once by its hash and executed from here."""

    id = models.SmallAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    hash = models.CharField(max_length=64, unique=True)
    text = models.TextField()
    since = models.DateTimeField()


def _there(column: str) -> Q:
    return Q(**{f"{column}__gt": 0})


def _walk(column: str, *, open_only: bool = False) -> models.Index:
    """Newest-first walk of one branch."""
    condition = _there(column) & Q(open=True) if open_only else _there(column)
    return models.Index(F(column), F("id").desc(), name=f"matter_{column}", condition=condition)


class Matter(Chained):
    """One thing that must be brought to a close (件)."""

    code = models.CharField(max_length=40, unique=True)
    rules = models.SmallIntegerField()
    line = models.CharField(max_length=40)
    kind = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    stage = models.CharField(max_length=40)
    open = models.BooleanField(default=True)
    episode = models.SmallIntegerField(default=1)
    closing = models.CharField(max_length=40, default="", blank=True)
    holder_unit = models.BigIntegerField(default=0)
    holder_post = models.BigIntegerField(default=0)
    holder_role = models.CharField(max_length=60, default="", blank=True)
    first_unit = models.BigIntegerField(default=0)
    lead_unit = models.BigIntegerField(default=0)
    handler_user = models.BigIntegerField(default=0)
    handler_post = models.BigIntegerField(default=0)
    creator_user = models.BigIntegerField(default=0)
    creator_post = models.BigIntegerField(default=0)
    party = models.BigIntegerField(default=0)
    subject = models.BigIntegerField(default=0)
    parent = models.BigIntegerField(default=0)
    division = models.BigIntegerField(default=0)
    province = models.BigIntegerField(default=0)
    city = models.BigIntegerField(default=0)
    county = models.BigIntegerField(default=0)
    street = models.BigIntegerField(default=0)
    community = models.BigIntegerField(default=0)
    grid = models.BigIntegerField(default=0)
    micro = models.BigIntegerField(default=0)
    park = models.BigIntegerField(default=0)
    due = models.DateTimeField(null=True, blank=True)
    clock = models.CharField(max_length=8, default="none")
    data = models.JSONField(default=dict)
    span = models.IntegerField(default=1)
    created = models.DateTimeField()
    moved = models.DateTimeField()
    closed = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            _walk("holder_unit", open_only=True),
            _walk("holder_post", open_only=True),
            _walk("lead_unit"),
            _walk("first_unit"),
            _walk("creator_user"),
            _walk("party"),
            _walk("subject"),
            _walk("parent"),
            _walk("county"),
            _walk("street"),
            _walk("community"),
            _walk("grid"),
            _walk("park"),
            models.Index("kind", F("id").desc(), name="matter_kind", condition=Q(open=True)),
            # With the one above, all matters of a kind; no move of an open matter writes to it.
            models.Index("kind", F("id").desc(), name="matter_kind_closed", condition=Q(open=False)),
            # What waits for whoever has a role over a place, the most urgent first, without touching the rows.
            models.Index(
                fields=["holder_role", "due", "id"],
                name="matter_holder_role",
                include=LEVELS,
                condition=Q(open=True) & ~Q(holder_role=""),
            ),
            models.Index("due", name="matter_due", condition=Q(open=True, clock="running")),
            models.Index("id", name="matter_again", condition=Q(open=True, episode__gt=2)),
        ]
        constraints = [
            models.CheckConstraint(
                name="matter_closed_when_not_open",
                condition=Q(open=True, closed__isnull=True) | Q(open=False, closed__isnull=False),
            ),
            models.CheckConstraint(name="matter_clock", condition=Q(clock__in=("none", "running", "paused"))),
            models.CheckConstraint(name="matter_counts", condition=Q(seq__gte=1, ver__gte=1, episode__gte=1)),
        ]


class Span(models.Model):
    """Where a matter stood, who held it and how its main clock was, from when to when.

    ``n`` is the number of the entry that began the span; the open one has no ``until``.
    ``told`` once its holder has been told that the matter waits for them, or it ended before.
    """

    pk = models.CompositePrimaryKey("matter_id", "n")
    matter_id = models.BigIntegerField()
    n = models.IntegerField()
    stage = models.CharField(max_length=40)
    holder_unit = models.BigIntegerField()
    holder_post = models.BigIntegerField()
    holder_role = models.CharField(max_length=60)
    clock = models.CharField(max_length=8)
    episode = models.SmallIntegerField()
    move = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    told = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [
            models.Index("since", name="span_since"),
            # Not "and not ended": then a span that ends would be written anew into every index.
            models.Index("matter_id", name="span_untold", condition=Q(told=False)),
        ]


class Standing(models.Model):
    """How many open matters of a kind stood at each stage over a place when they were last counted."""

    pk = models.CompositePrimaryKey("kind", "scope", "scope_id", "stage")
    kind = models.CharField(max_length=80)
    scope = models.CharField(max_length=16)
    scope_id = models.BigIntegerField()
    stage = models.CharField(max_length=40)
    count = models.IntegerField()
    made = models.DateTimeField()


class Seat(models.Model):
    """A supporting unit (协办) with its own answer."""

    pk = models.CompositePrimaryKey("matter_id", "unit")
    matter_id = models.BigIntegerField()
    unit = models.BigIntegerField()
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index("unit", F("matter_id").desc(), name="seat_unit")]


class Key(models.Model):
    """An idempotency key an actor has used, with the hash of what was sent and what came of it."""

    pk = models.CompositePrimaryKey("actor", "key")
    actor = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    payload = models.BinaryField()
    matter_id = models.BigIntegerField()
    seq = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("at", name="key_at")]
