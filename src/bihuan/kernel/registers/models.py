"""Rows of registers and the amends that wrote them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.store.models import Chained

MOVES = ("create", "amend", "withdraw")
PRECISIONS = ("year", "month", "day")


class RegisterRow(Chained):
    """What every row of a register carries.

    The divisions of every level say where it lies (0 = none), the units and party
    how an actor stands to it. ``cells`` holds, for each field whose value was written
    somewhere, the text as written and the import it came with. A row is never
    deleted: ``withdrawn_at`` takes it out of use.
    """

    division = models.BigIntegerField(default=0)
    province = models.BigIntegerField(default=0)
    city = models.BigIntegerField(default=0)
    county = models.BigIntegerField(default=0)
    street = models.BigIntegerField(default=0)
    community = models.BigIntegerField(default=0)
    grid = models.BigIntegerField(default=0)
    micro = models.BigIntegerField(default=0)
    park = models.BigIntegerField(default=0)
    lead_unit = models.BigIntegerField(default=0)
    party = models.BigIntegerField(default=0)
    creator_user = models.BigIntegerField(default=0)
    creator_post = models.BigIntegerField(default=0)
    cells = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    amended_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Amend(models.Model):
    """One dated change of one row; this table only grows.

    ``changes`` maps a field to its codes {"old", "new"}, the text as written, a note,
    and what ``cells`` held before ("was"); ids of the frame (division, units) stand
    among them as text. ``at`` is when it holds, ``recorded`` when
    it was entered. ``salt`` opens the commitments in the ledger's entry.
    ``undoes`` is the seq of the amend this one puts back.
    """

    chain_id = models.BigIntegerField()
    seq = models.IntegerField()
    register = models.CharField(max_length=40)
    move = models.CharField(max_length=8)
    at = models.DateTimeField()
    recorded = models.DateTimeField()
    actor_kind = models.CharField(max_length=8)
    actor_user = models.BigIntegerField(default=0)
    actor_post = models.BigIntegerField(default=0)
    actor_title = models.CharField(max_length=200, default="", blank=True)
    delegated_by = models.BigIntegerField(default=0)
    cause = models.TextField(default="", blank=True)
    batch = models.BigIntegerField(null=True)
    changes = models.JSONField(default=dict)
    undoes = models.IntegerField(null=True)
    salt = models.BinaryField()
    key = models.CharField(max_length=80, default="", blank=True)
    payload = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        db_table = "registers_amend"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain_id", "seq"], name="registers_amend_seq"),
            models.UniqueConstraint(
                fields=["actor_kind", "actor_user", "key"], condition=~Q(key=""), name="registers_amend_key"
            ),
            models.CheckConstraint(condition=Q(move__in=MOVES), name="registers_amend_move"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="registers_amend_seq_from_1"),
            models.CheckConstraint(
                condition=Q(undoes__isnull=True) | Q(undoes__lt=F("seq")),
                name="registers_amend_undoes_earlier",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["batch", "id"], condition=Q(batch__isnull=False), name="registers_amend_batch"
            ),
        ]


def precision() -> "models.CharField[str, str]":
    """Return the column beside a date that says how much of it is known ('' = nothing stated)."""
    return models.CharField(max_length=5, default="", blank=True)


def day_constraints(table: str, *names: str) -> list[models.CheckConstraint]:
    """Let a date and its precision agree; a month or a year is kept as its first day."""
    made = []
    for name in names:
        known, month, year = f"{name}_precision", Q(**{f"{name}__day": 1}), Q(**{f"{name}__month": 1})
        condition = (
            Q(**{f"{name}__isnull": True, known: ""})
            | Q(**{f"{name}__isnull": False, known: "day"})
            | (Q(**{f"{name}__isnull": False, known: "month"}) & month)
            | (Q(**{f"{name}__isnull": False, known: "year"}) & month & year)
        )
        made.append(models.CheckConstraint(condition=condition, name=f"{table}_{name}_day"))
    return made


def amount_constraints(table: str, *names: str) -> list[models.CheckConstraint]:
    """Keep amounts from falling below zero, and 约 from standing beside nothing."""
    return [
        models.CheckConstraint(
            condition=Q(**{f"{name}__isnull": True, f"{name}_approx": False}) | Q(**{f"{name}__gte": 0}),
            name=f"{table}_{name}_amount",
        )
        for name in names
    ]
