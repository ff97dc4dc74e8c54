"""The register of projects (重点项目台账)."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from bihuan.kernel.identity.actors import LEVELS
from bihuan.kernel.registers.models import RegisterRow, amount_constraints, day_constraints, precision
from bihuan.lines.projects.contracts import Kind, StageClass, State

AMOUNTS = (
    "investment_wan", "land_mu",
    "promised_output_wan", "promised_tax_wan", "promised_jobs",
    "reached_output_wan", "reached_tax_wan", "reached_jobs",
)  # fmt: skip
DAYS = (
    "signed", "land_acquired", "started", "planned_completion", "planned_production",
    "completed", "produced", "reached", "source_date",
)  # fmt: skip
CODE_SHAPE = r"^20[0-9]{2}-[1-8][0-9]{5}-[0-9]{2}-[0-9]{2}-[0-9A-Z]{6}$"
USCC_SHAPE = r"^[1-9ANY][1-9A-Z][0-9]{6}[0-9ABCDEFGHJKLMNPQRTUWXY]{10}$"


def _text(length: int) -> Any:
    return models.CharField(max_length=length, default="", blank=True)


def _amount() -> Any:
    return models.DecimalField(max_digits=18, decimal_places=6, null=True)


def _about() -> Any:
    return models.BooleanField(default=False)


def _one_of(name: str, values: type[Kind | State | StageClass]) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{name}__in": ["", *values]}), name=f"projects_{name}_known"
    )


class Project(RegisterRow):
    """A project, from negotiation to production and full capacity.

    Money is in 万元, land in 亩; ``…_approx`` keeps 约. Each date has its precision
    beside it. ``stage_class`` is what the office states, ``class_derived`` what the
    facts show as of the latest change. ``name_key`` is the folded name.
    """

    code = _text(24)
    name = models.CharField(max_length=300)
    name_key = models.CharField(max_length=300)
    company = _text(300)
    uscc = _text(18)
    park_text = _text(200)
    industry = _text(200)
    kind = _text(10)
    investment_wan = _amount()
    investment_wan_approx = _about()
    land_mu = _amount()
    land_mu_approx = _about()
    promised_output_wan = _amount()
    promised_output_wan_approx = _about()
    promised_tax_wan = _amount()
    promised_tax_wan_approx = _about()
    promised_jobs = _amount()
    promised_jobs_approx = _about()
    reached_output_wan = _amount()
    reached_output_wan_approx = _about()
    reached_tax_wan = _amount()
    reached_tax_wan_approx = _about()
    reached_jobs = _amount()
    reached_jobs_approx = _about()
    responsible_leader = _text(200)
    responsible_unit = _text(200)
    department = _text(300)
    signed = models.DateField(null=True)
    signed_precision = precision()
    land_acquired = models.DateField(null=True)
    land_acquired_precision = precision()
    started = models.DateField(null=True)
    started_precision = precision()
    planned_completion = models.DateField(null=True)
    planned_completion_precision = precision()
    planned_production = models.DateField(null=True)
    planned_production_precision = precision()
    completed = models.DateField(null=True)
    completed_precision = precision()
    produced = models.DateField(null=True)
    produced_precision = precision()
    reached = models.DateField(null=True)
    reached_precision = precision()
    stage = _text(60)
    stage_class = _text(12)
    class_derived = _text(12)
    problems = models.TextField(default="", blank=True)
    source_url = models.TextField(default="", blank=True)
    source_date = models.DateField(null=True)
    source_date_precision = precision()
    note = models.TextField(default="", blank=True)
    state = _text(12)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code="") & Q(withdrawn_at__isnull=True),
                name="projects_code_once",
            ),
            models.CheckConstraint(
                condition=Q(code="") | Q(code__regex=CODE_SHAPE), name="projects_code_shape"
            ),
            models.CheckConstraint(
                condition=Q(uscc="") | Q(uscc__regex=USCC_SHAPE), name="projects_uscc_shape"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(name_key=""), name="projects_name_there"),
            _one_of("kind", Kind),
            _one_of("state", State),
            _one_of("stage_class", StageClass),
            _one_of("class_derived", StageClass),
            *day_constraints("projects", *DAYS),
            *amount_constraints("projects", *AMOUNTS),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name_key"], name="projects_name_key"),
            models.Index(F("park"), F("id").desc(), name="projects_park", condition=Q(park__gt=0)),
            models.Index(F("county"), F("id").desc(), name="projects_county", condition=Q(county__gt=0)),
            models.Index(F("city"), F("id").desc(), name="projects_city", condition=Q(city__gt=0)),
            models.Index(F("lead_unit"), F("id").desc(), name="projects_lead", condition=Q(lead_unit__gt=0)),
            models.Index(F("party"), F("id").desc(), name="projects_party", condition=Q(party__gt=0)),
            models.Index(
                F("creator_user"), F("id").desc(), name="projects_creator", condition=Q(creator_user__gt=0)
            ),
            # Counts by class read this instead of wide rows.
            models.Index(
                fields=["id"],
                include=[
                    "stage_class",
                    "class_derived",
                    "division",
                    *LEVELS,
                    "lead_unit",
                    "party",
                    "creator_user",
                ],
                name="projects_classes",
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]


from bihuan.lines.projects.reports import models as _reports  # noqa: E402, F401
from bihuan.lines.projects.staffing import models as _staffing  # noqa: E402, F401
from bihuan.lines.projects.standings import models as _standings  # noqa: E402, F401
from bihuan.lines.projects.timetables import models as _timetables  # noqa: E402, F401 - Django reads this file
from bihuan.lines.projects.transfers import models as _work  # noqa: E402, F401
