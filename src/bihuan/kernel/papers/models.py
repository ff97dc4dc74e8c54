"""Papers, their numbers, the templates they keep, who has read them, and what offices set up for them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Value

from bihuan.kernel.store.models import Chained

DRAFT = "draft"
REVIEWED = "reviewed"
SIGNED = "signed"
VOID = "void"
STATES = (DRAFT, REVIEWED, SIGNED, VOID)
SCREEN, ON_PAPER = "screen", "paper"


class Paper(Chained):
    """One paper. Its data is content under its own key at (id, ``data_seq``, "data"); ``hash`` is that of the
    whole document: kind, title, template, data, what it is about and what it corrects.

    A trigger keeps what is signed as it is: from ``signed`` on only ``void`` follows, and number, hash and
    signature never change. ``scan`` is the file of a signature on paper, ``recorder_*`` who recorded it.
    """

    kind = models.CharField(max_length=60)
    title = models.TextField(default="", blank=True)
    state = models.CharField(max_length=8, choices=[(state, state) for state in STATES])
    about = models.BigIntegerField(default=0)
    corrects = models.BigIntegerField(default=0)
    unit = models.BigIntegerField(default=0)
    party = models.BigIntegerField(default=0)
    division = models.BigIntegerField(default=0)
    province = models.BigIntegerField(default=0)
    city = models.BigIntegerField(default=0)
    county = models.BigIntegerField(default=0)
    street = models.BigIntegerField(default=0)
    community = models.BigIntegerField(default=0)
    grid = models.BigIntegerField(default=0)
    micro = models.BigIntegerField(default=0)
    park = models.BigIntegerField(default=0)
    template = models.BinaryField()
    data_seq = models.IntegerField(default=1)
    hash = models.BinaryField()
    code = models.CharField(max_length=16, unique=True)
    creator_user = models.BigIntegerField(default=0)
    creator_post = models.BigIntegerField(default=0)
    created = models.DateTimeField()
    reviewer_user = models.BigIntegerField(default=0)
    reviewer_post = models.BigIntegerField(default=0)
    reviewed = models.DateTimeField(null=True)
    form = models.CharField(max_length=8, default="", blank=True)
    signer_user = models.BigIntegerField(default=0)
    signer_post = models.BigIntegerField(default=0)
    signer_name = models.CharField(max_length=200, default="", blank=True)
    recorder_user = models.BigIntegerField(default=0)
    recorder_post = models.BigIntegerField(default=0)
    recorder_name = models.CharField(max_length=200, default="", blank=True)
    scan = models.BigIntegerField(default=0)
    signed = models.DateTimeField(null=True)
    signed_on = models.DateField(null=True)
    issuer = models.CharField(max_length=200, default="", blank=True)
    number = models.CharField(max_length=120, default="", blank=True)
    valid_until = models.DateField(null=True)
    voided = models.DateTimeField(null=True)
    draft_key = models.CharField(max_length=100, default="", blank=True)
    draft_payload = models.CharField(max_length=64, default="", blank=True)
    sign_key = models.CharField(max_length=100, default="", blank=True)

    class Meta:
        db_table = "papers_paper"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="papers_paper_state"),
            models.CheckConstraint(
                condition=Q(state__in=(DRAFT, REVIEWED), signed__isnull=True, number="", signer_user=0)
                | Q(state=VOID, signed__isnull=True, number="", signer_user=0)
                | Q(state__in=(SIGNED, VOID), signed__isnull=False, number__gt="", signer_user__gt=0),
                name="papers_paper_number_with_signature",
            ),
            models.CheckConstraint(
                condition=Q(form="", scan=0, recorder_user=0)
                | Q(form=SCREEN, scan=0, recorder_user=0)
                | Q(form=ON_PAPER, scan__gt=0, recorder_user__gt=0),
                name="papers_paper_scan_with_paper",
            ),
            models.CheckConstraint(
                condition=Q(state=VOID, voided__isnull=False) | Q(~Q(state=VOID), voided__isnull=True),
                name="papers_paper_voided",
            ),
            models.CheckConstraint(condition=~Q(corrects=F("id")), name="papers_paper_corrects_another"),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="papers_paper_number"),
            models.UniqueConstraint(
                fields=["creator_user", "creator_post", "draft_key"],
                condition=~Q(draft_key=""),
                name="papers_paper_draft_key",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["about", "id"], condition=Q(about__gt=0), name="papers_paper_about"),
            models.Index(fields=["corrects"], condition=Q(corrects__gt=0), name="papers_paper_corrects"),
            models.Index(fields=["park", "id"], condition=Q(park__gt=0), name="papers_paper_park"),
            models.Index(fields=["county", "id"], condition=Q(county__gt=0), name="papers_paper_county"),
            models.Index(fields=["street", "id"], condition=Q(street__gt=0), name="papers_paper_street"),
            models.Index(fields=["unit", "id"], condition=Q(unit__gt=0), name="papers_paper_unit"),
            models.Index(fields=["party", "id"], condition=Q(party__gt=0), name="papers_paper_party"),
            models.Index(fields=["creator_user", "id"], name="papers_paper_creator"),
        ]


class Series(models.Model):
    """The last number given in a series of one year; its row is the lock of those who sign at once.

    ``word`` is what stands before the year in the number: 云高交办.
    """

    word = models.CharField(max_length=80)
    year = models.IntegerField()
    last = models.IntegerField(default=0)

    class Meta:
        db_table = "papers_series"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["word", "year"], name="papers_series_year"),
            models.CheckConstraint(condition=Q(last__gte=0), name="papers_series_last"),
        ]


class Number(models.Model):
    """A number that was given: this table only grows, so that none is ever given twice."""

    word = models.CharField(max_length=80)
    year = models.IntegerField()
    no = models.IntegerField()
    paper = models.BigIntegerField(unique=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "papers_number"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["word", "year", "no"], name="papers_number_once"),
            models.CheckConstraint(condition=Q(no__gte=1), name="papers_number_from_1"),
        ]


class Template(models.Model):
    """A layout some paper was drafted under, by the SHA-256 of its canonical text; this table only grows."""

    hash = models.BinaryField(primary_key=True)
    text = models.TextField()

    class Meta:
        db_table = "papers_template"


class Round(models.Model):
    """Somebody asked to read a paper (圈阅), and when it was read. Having read it is not consent."""

    paper = models.BigIntegerField()
    post = models.BigIntegerField()
    asked = models.DateTimeField()
    asked_by = models.BigIntegerField(default=0)
    read = models.DateTimeField(null=True)
    reader = models.BigIntegerField(default=0)

    class Meta:
        db_table = "papers_round"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["paper", "post"], name="papers_round_once"),
            models.CheckConstraint(
                condition=Q(read__isnull=True, reader=0) | Q(read__isnull=False, reader__gt=0),
                name="papers_round_reader",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["post", "id"], condition=Q(read__isnull=True), name="papers_round_unread"),
        ]


class Issuer(models.Model):
    """What an organisation signs as from a day on: its word in numbers (机关代字) and its name on papers."""

    unit = models.BigIntegerField()
    word = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    valid_from = models.DateField()
    source = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        db_table = "papers_issuer"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="papers_issuer_day"),
            models.CheckConstraint(condition=Q(word__gt="", name__gt=""), name="papers_issuer_named"),
        ]


class OwnTemplate(models.Model):
    """An office's own DOCX for a kind, from a moment on; ``file`` is 0 where the built-in layout holds again."""

    kind = models.CharField(max_length=60)
    unit = models.BigIntegerField(default=0)
    file = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    user = models.BigIntegerField(default=0)
    post = models.BigIntegerField(default=0)

    class Meta:
        db_table = "papers_owntemplate"
        indexes: ClassVar = [models.Index(fields=["kind", "unit", "-id"], name="papers_owntemplate_last")]


class Bundle(models.Model):
    """Many papers asked for as one PDF, written in the background: how far it is and the file it became."""

    user = models.BigIntegerField()
    post = models.BigIntegerField()
    papers = models.JSONField()
    state = models.CharField(max_length=8, default="waiting")
    part = models.IntegerField(default=0)
    file = models.BigIntegerField(default=0)
    error = models.TextField(default="", blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "papers_bundle"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "done", "failed")), name="papers_bundle_state"
            ),
            models.CheckConstraint(
                condition=Q(state="done", file__gt=0) | Q(~Q(state="done"), file=0), name="papers_bundle_file"
            ),
        ]


class Periodical(models.Model):
    """A paper about a period of a place, one of a line's ``series``: one of a kind and period, whoever drafts first.

    ``told`` holds what it lists as corrected: by first day of an earlier period and by number, what that one said and
    what it is by now.
    """

    series = models.CharField(max_length=40)
    kind = models.CharField(max_length=8)
    since = models.DateField()
    until = models.DateField()
    division = models.BigIntegerField()
    unit = models.BigIntegerField()
    paper = models.BigIntegerField(unique=True)
    totals = models.JSONField(default=dict)
    told = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    made_at = models.DateTimeField()

    class Meta:
        db_table = "papers_periodical"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "division", "kind", "since"], name="papers_periodical_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("day", "week", "month", "quarter"), until__gte=F("since")),
                name="papers_periodical_period",
            ),
        ]
