"""Schemes of scoring, frozen assessments and their corrections, plates, campaigns."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bihuan.kernel.store.models import Chained
from bihuan.lines.supervision.contracts import CORRECTED_TO, SIDES, SUBJECTS
from bihuan.logic.scoring import BAD, CRITERIA, GOOD


def _weight() -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(max_digits=5, decimal_places=2)


class Scheme(Chained):
    """One dated version of the rules of scoring (评分细则); it never changes once written.

    The version in force on a day is the latest of the most specific place whose ``valid_from`` is not
    after it; at one place an office's own goes before a ``packaged`` one. ``hash`` is of weights, rules and the
    formula's revision.
    """

    version = models.IntegerField()
    division = models.BigIntegerField(default=0)
    title = models.CharField(max_length=120)
    source = models.CharField(max_length=300)
    valid_from = models.DateField()
    weight_response = _weight()
    weight_resolution = _weight()
    weight_satisfaction = _weight()
    weight_promises = _weight()
    weight_coordination = _weight()
    rules = models.JSONField()
    hash = models.CharField(max_length=64)
    packaged = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version"], name="supervision_scheme_version"),
            models.CheckConstraint(
                condition=Q(
                    weight_response=100
                    - F("weight_resolution")
                    - F("weight_satisfaction")
                    - F("weight_promises")
                    - F("weight_coordination")
                ),
                name="supervision_scheme_sum_100",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"weight_{name}__gte": 0}), name=f"supervision_scheme_{name}"
                )
                for name in CRITERIA
            ),
            models.CheckConstraint(condition=~Q(source=""), name="supervision_scheme_source"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["division", "valid_from"], name="supervision_scheme_in_force")
        ]


class Assessment(models.Model):
    """A proposal of assessment (考核建议): who was scored, over which days, under which rules, known when.

    ``id`` is its matter. ``cases_hash`` is of everything counted in its first revision; ``revision`` the
    one that holds now.
    """

    id = models.BigIntegerField(primary_key=True)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="+")
    subjects = models.CharField(max_length=8)
    division = models.BigIntegerField()
    since = models.DateField()
    until = models.DateField()
    as_of = models.DateField()
    made_at = models.DateTimeField()
    rules_hash = models.CharField(max_length=64)
    cases_hash = models.CharField(max_length=64)
    revision = models.SmallIntegerField(default=1)
    shown_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(subjects__in=list(SUBJECTS)), name="supervision_assessment_of"
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since"), as_of__gte=F("until")), name="supervision_assessment_days"
            ),
            models.CheckConstraint(condition=Q(revision__gte=1), name="supervision_assessment_revision"),
        ]


class ScoreRow(models.Model):
    """One criterion of one subject in one revision: the fraction, what was left out, and every case counted.

    ``cases`` maps outcomes (good, bad, or the reason for leaving out) to cases ``matter.episode``.
    """

    pk = models.CompositePrimaryKey("assessment_id", "revision", "subject", "criterion")
    assessment_id = models.BigIntegerField()
    revision = models.SmallIntegerField()
    subject = models.BigIntegerField()
    criterion = models.CharField(max_length=16)
    numerator = models.IntegerField()
    denominator = models.IntegerField()
    excluded = models.JSONField(default=dict)
    cases = models.JSONField(default=dict)
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    adjusted = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    shrunk = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(criterion__in=CRITERIA), name="supervision_score_criterion"),
            models.CheckConstraint(
                condition=Q(numerator__gte=0, denominator__gte=F("numerator")),
                name="supervision_score_counts",
            ),
        ]


class TotalRow(models.Model):
    """All of one subject in one revision. ``name`` as it was then; ``place`` only where it is ranked."""

    pk = models.CompositePrimaryKey("assessment_id", "revision", "subject")
    assessment_id = models.BigIntegerField()
    revision = models.SmallIntegerField()
    subject = models.BigIntegerField()
    name = models.CharField(max_length=300)
    total = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    weight = models.DecimalField(max_digits=6, decimal_places=2)
    place = models.IntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(place__isnull=True) | Q(total__isnull=False), name="supervision_total_place"
            )
        ]


class Correction(models.Model):
    """A case that counts otherwise after an appeal: under which criterion, from what to what, and whose delay."""

    id = models.BigAutoField(primary_key=True)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="+")
    revision = models.SmallIntegerField()
    appeal = models.BigIntegerField()
    subject = models.BigIntegerField()
    criterion = models.CharField(max_length=16)
    case = models.CharField(max_length=40)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    side = models.CharField(max_length=12, default="", blank=True)
    by_user = models.BigIntegerField()
    by_post = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "revision", "criterion", "case"], name="supervision_corrected_once"
            ),
            models.CheckConstraint(
                condition=Q(before__in=[GOOD, BAD]) | ~Q(before=""), name="supervision_correction_from"
            ),
            models.CheckConstraint(
                condition=Q(after__in=list(CORRECTED_TO)), name="supervision_correction_to"
            ),
            models.CheckConstraint(condition=Q(side__in=["", *SIDES]), name="supervision_correction_side"),
            models.CheckConstraint(condition=Q(revision__gte=2), name="supervision_correction_revises"),
        ]


class Plate(models.Model):
    """A plate (责任牌) as the public finds it: ``token`` stands in its QR code. ``id`` is its matter."""

    id = models.BigIntegerField(primary_key=True)
    token = models.CharField(max_length=32, unique=True)
    project = models.CharField(max_length=300)
    shows_names = models.BooleanField(default=False)
    hung_at = models.DateTimeField()
    down_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(down_at__isnull=True) | Q(down_at__gte=F("hung_at")),
                name="supervision_plate_down",
            )
        ]


class Campaign(Chained):
    """A campaign (专项行动): a saved condition over matters, from a day to a day. It holds no matter itself."""

    name = models.CharField(max_length=120)
    goal = models.CharField(max_length=500, default="", blank=True)
    division = models.BigIntegerField()
    level = models.CharField(max_length=12)
    first_day = models.DateField()
    last_day = models.DateField()
    kinds = ArrayField(models.CharField(max_length=80), default=list)
    classes = ArrayField(models.CharField(max_length=40), default=list)
    projects = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="supervision_campaign_days"
            ),
            models.UniqueConstraint(fields=["division", "name"], name="supervision_campaign_name"),
        ]


class WarReport(models.Model):
    """The draft of a campaign's daily report (战报), frozen as it was counted; a newer draft of a day is a new row."""

    pk = models.CompositePrimaryKey("campaign_id", "day", "draft")
    campaign_id = models.BigIntegerField()
    day = models.DateField()
    draft = models.SmallIntegerField()
    facts = models.JSONField()
    text = models.TextField()
    made_at = models.DateTimeField()
    paper = models.BigIntegerField(default=0)


from bihuan.lines.supervision.bulletins import models as _bulletins  # noqa: E402, F401 - Django reads this file
