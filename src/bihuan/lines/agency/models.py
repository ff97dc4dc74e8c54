"""The catalogue of approval items, presets, and what a case keeps: materials, mandates, notices."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.registers.models import RegisterRow
from bihuan.lines.agency.contracts import PHASES, STANDINGS, Later, State

#: A limit in working days (20wd) or calendar days (30d).
SPAN = r"^[0-9]{1,4}(wd|d)$"


def _text(length: int) -> Any:
    return models.CharField(max_length=length, default="", blank=True)


def _known(name: str, table: str, values: Any) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{name}__in": ["", *values]}), name=f"agency_{table}_{name}_known"
    )


class Item(RegisterRow):
    """An approval item (事项): who decides, within which limits, on which materials.

    The limits by law (法定), by the province (省定) and as promised here (承诺) stand apart, each with its day
    type and source. ``materials`` has a line each; ``node`` ties the item to a node of the timetable.
    """

    code = _text(40)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    authority = _text(200)
    phase = _text(12)
    law_limit = _text(8)
    law_source = _text(300)
    province_limit = _text(8)
    province_source = _text(300)
    promise_limit = _text(8)
    promise_source = _text(300)
    materials = models.TextField(default="", blank=True)
    parallel = _text(400)
    node = _text(40)
    standing = _text(12)
    note = models.TextField(default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code="") & Q(withdrawn_at__isnull=True),
                name="agency_item_code_once",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(name_key=""), name="agency_item_name_there"),
            _known("phase", "item", PHASES.values()),
            _known("standing", "item", STANDINGS.values()),
            *[
                models.CheckConstraint(
                    condition=Q(**{f"{limit}_limit": ""}) | Q(**{f"{limit}_limit__regex": SPAN}),
                    name=f"agency_item_{limit}_limit_span",
                )
                for limit in ("law", "province", "promise")
            ],
        ]
        indexes: ClassVar = [models.Index(fields=["name_key"], name="agency_item_name_key")]


class Preset(RegisterRow):
    """A preset of items and node ties, such as the four “at once” (四即); ``items`` and ``nodes`` are codes."""

    code = _text(40)
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    items = _text(400)
    nodes = _text(400)
    note = models.TextField(default="", blank=True)
    standing = _text(12)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code="") & Q(withdrawn_at__isnull=True),
                name="agency_preset_code_once",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(name_key=""), name="agency_preset_name_there"),
            _known("standing", "preset", STANDINGS.values()),
        ]


class Material(models.Model):
    """One material of a case. ``own_hand``: only the client may sign it, never the agent.

    ``owed`` is the matter whose clock runs for what is to be handed in later.
    """

    matter_id = models.BigIntegerField()
    number = models.SmallIntegerField()
    item_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=8, default=State.MISSING)
    own_hand = models.BooleanField(default=False)
    later = models.CharField(max_length=10, default="", blank=True)
    owed = models.BigIntegerField(default=0)

    class Meta:
        db_table = "agency_material"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter_id", "number"], name="agency_material_number_once"),
            models.UniqueConstraint(fields=["matter_id", "name"], name="agency_material_name_once"),
            models.CheckConstraint(condition=Q(state__in=list(State)), name="agency_material_state_known"),
            models.CheckConstraint(condition=Q(later__in=list(Later)), name="agency_material_later_known"),
            models.CheckConstraint(
                condition=~Q(state=State.OWED) | (~Q(later="") & Q(owed__gt=0)),
                name="agency_material_owed_with_clock",
            ),
        ]


class Mandate(models.Model):
    """A mandate (委托书): what the client lets the agent do, from–to; at most one in force a case."""

    matter_id = models.BigIntegerField()
    entry = models.IntegerField()
    items = models.JSONField(default=list)
    since = models.DateField()
    until = models.DateField()
    renews = models.BooleanField(default=False)
    ended = models.DateField(null=True)
    revoked = models.BooleanField(default=False)

    class Meta:
        db_table = "agency_mandate"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="agency_mandate_from_to"),
            models.UniqueConstraint(
                fields=["matter_id"], condition=Q(ended__isnull=True), name="agency_mandate_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(revoked=False) | Q(ended__isnull=False), name="agency_mandate_revoked_ended"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["until"], condition=Q(ended__isnull=True), name="agency_mandate_until")
        ]


class Notice(models.Model):
    """What was asked for (一次性告知). One a case without a reason; each further one names who forgot what."""

    matter_id = models.BigIntegerField()
    number = models.SmallIntegerField()
    at = models.DateTimeField()
    materials = models.JSONField(default=list)
    again = models.BooleanField(default=False)
    fault = models.CharField(max_length=10, default="", blank=True)
    unit = models.BigIntegerField(default=0)

    class Meta:
        db_table = "agency_notice"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter_id", "number"], name="agency_notice_number_once"),
            models.UniqueConstraint(
                fields=["matter_id"], condition=Q(again=False), name="agency_notice_first_once"
            ),
            models.CheckConstraint(
                condition=Q(again=False, fault="") | Q(again=True) & ~Q(fault=""), name="agency_notice_fault"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit"], condition=Q(unit__gt=0), name="agency_notice_unit"),
        ]


from bihuan.lines.agency.approvals import models as _approvals  # noqa: E402, F401 - Django reads this file


class Submission(models.Model):
    """What of a case was submitted when, and when it was decided: several a case, over time. ``items`` [] = all."""

    matter_id = models.BigIntegerField()
    number = models.SmallIntegerField()
    items = models.JSONField(default=list)
    platform = models.CharField(max_length=60, default="", blank=True)
    submitted = models.DateField()
    expected = models.DateField(null=True)
    decided = models.DateField(null=True)
    #: The matters that entered its days at nodes of the timetable.
    nodes = models.JSONField(default=list)

    class Meta:
        db_table = "agency_submission"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["matter_id", "number"], name="agency_submission_number_once"),
            models.CheckConstraint(
                condition=Q(decided__isnull=True) | Q(decided__gte=F("submitted")),
                name="agency_submission_decided",
            ),
        ]
