"""How bodies stand to each other, habits of an office, and the register of leaders' instructions (批示)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.orders.words import INSTRUCTION_KINDS, PRACTICES, RELATIONS
from bihuan.kernel.store.models import Chained


class Relation(models.Model):
    """How one body stands to another from a day on: own, equal, up or outside. Only what differs is said here."""

    issuer = models.BigIntegerField()
    addressee = models.BigIntegerField()
    relation = models.CharField(max_length=12)
    source = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(relation__in=[name for name, _title in RELATIONS]), name="orders_relation_known"
            ),
            models.CheckConstraint(condition=~Q(issuer=F("addressee")), name="orders_relation_other"),
            models.CheckConstraint(condition=~Q(source=""), name="orders_relation_source"),
            models.UniqueConstraint(
                fields=["issuer", "addressee", "valid_from"], name="orders_relation_once"
            ),
        ]


class Practice(models.Model):
    """A habit of an office as a dated row: ``second_reader`` and ``unit_review`` are 1 where they are the rule."""

    rule = models.CharField(max_length=40)
    value = models.IntegerField()
    division = models.BigIntegerField(default=0)
    source = models.CharField(max_length=200)
    valid_from = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rule__in=[name for name, _title in PRACTICES]), name="orders_practice_known"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="orders_practice_source"),
            models.UniqueConstraint(fields=["rule", "division", "valid_from"], name="orders_practice_once"),
        ]


class Instruction(Chained):
    """What a leader wrote on a paper (批示). Its wording is content; only its readers ever see the row."""

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=8)
    leader_post = models.BigIntegerField()
    leader = models.CharField(max_length=80)
    given_on = models.DateField()
    scan = models.BigIntegerField(default=0)
    order_matter = models.BigIntegerField(default=0)
    division = models.BigIntegerField()
    entered_by = models.BigIntegerField()
    entered_at = models.DateTimeField()
    key = models.CharField(max_length=100, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=[name for name, _title in INSTRUCTION_KINDS]),
                name="orders_instruction_kind",
            ),
            models.CheckConstraint(
                condition=Q(order_matter=0) | Q(kind="act"), name="orders_instruction_order_acts"
            ),
            models.UniqueConstraint(
                fields=["entered_by", "key"], condition=~Q(key=""), name="orders_instruction_key"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["order_matter"], name="orders_instruction_order", condition=Q(order_matter__gt=0)
            )
        ]


class Reader(models.Model):
    """A post that may read an instruction; nobody else may, whatever they may see otherwise."""

    instruction = models.ForeignKey(Instruction, models.CASCADE, related_name="readers")
    post = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "instruction"], name="orders_reader_once")
        ]
