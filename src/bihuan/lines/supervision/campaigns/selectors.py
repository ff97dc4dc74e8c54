"""Campaigns as a lens: a saved condition over matters, counted from when they opened and ended. Nothing is copied."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow.registry import may_open
from bihuan.kernel.flow.rows import SELECT, SUPPORTS, MatterRow, from_sql
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.papers import selectors as papers
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.registers import registry
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.scoring.naming import PROJECTS

#: The register in which visits stand, where a line keeps one; and what a visit that took place is called there.
VISITS, TOOK_PLACE = "officers.visits", "made"
WRITERS = frozenset({"supervisor", "coordinator"})
READERS = frozenset({"supervisor", "leader", "principal", "coordinator", "officer", "department", "auditor"})


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign; see :class:`bihuan.lines.supervision.models.Campaign`."""

    id: int
    name: str
    goal: str
    division: int
    level: str
    first_day: date
    last_day: date
    kinds: tuple[str, ...]
    classes: tuple[str, ...]
    projects: tuple[int, ...]
    ended_at: datetime | None

    def left(self, on: date) -> int:
        """Return the days left, the last one counted; 0 when it is over."""
        return max(0, (self.last_day - max(on, self.first_day)).days + 1) if on <= self.last_day else 0

    @property
    def days(self) -> int:
        """How many days it has, both ends counted."""
        return (self.last_day - self.first_day).days + 1


_ROW = "id, name, goal, division, level, first_day, last_day, kinds, classes, projects, ended_at"


def _read(row: tuple[Any, ...]) -> CampaignRow:
    values = dict(zip(CampaignRow.__dataclass_fields__, row, strict=True))
    for name in ("kinds", "classes", "projects"):
        values[name] = tuple(values[name])
    return CampaignRow(**values)


def listed(actor: Actor) -> list[CampaignRow]:
    """Return the campaigns of the actor's place, those that run first."""
    every = actor.role == "auditor"
    sql = f"""SELECT {_ROW} FROM supervision_campaign WHERE %s OR division = %s
              ORDER BY last_day DESC, id DESC LIMIT 200"""  # noqa: S608 - constant columns
    rows = run(sql, (every, actor.division), "read")
    return [_read(row) for row in rows]


def campaign(actor: Actor, campaign_id: int, using: str = "read") -> CampaignRow:
    """Return a campaign of the actor's place; NotFound for another's."""
    rows = run(f"SELECT {_ROW} FROM supervision_campaign WHERE id = %s", (campaign_id,), using)  # noqa: S608
    if not rows or (actor.role != "auditor" and rows[0][3] != actor.division):
        raise NotFound(_("There is no such campaign, or you may not see it."), where=str(campaign_id))
    return _read(rows[0])


def _bounds(found: CampaignRow, on: date) -> tuple[datetime, datetime]:
    last = min(found.last_day, on) + timedelta(days=1)
    return datetime.combine(found.first_day, time(), LOCAL), min(datetime.combine(last, time(), LOCAL), now())


def condition(found: CampaignRow, on: date) -> tuple[str, dict[str, Any]]:
    """Return the lens as a condition on ``m`` with its parameters: what was open at some moment of the campaign."""
    since, until = _bounds(found, on)
    params: dict[str, Any] = {"division": found.division, "since": since, "until": until}
    where = [
        f"m.{found.level} = %(division)s AND m.{found.level} > 0",
        "m.created < %(until)s AND (m.closed IS NULL OR m.closed >= %(since)s)",
    ]
    if found.kinds:
        where.append("m.kind = ANY(%(kinds)s)")
        params["kinds"] = list(found.kinds)
    else:
        where.append("m.line <> 'supervision'")
    if found.projects or found.classes:
        where.append("m.subject = ANY(%(subjects)s)")
        params["subjects"] = targets(found)
    return " AND ".join(where), params


def targets(found: CampaignRow) -> list[int]:
    """Return the projects a campaign is about: those named, else those of its classes, else all of its place."""
    if found.projects:
        return list(found.projects)
    try:
        table = registry.find(PROJECTS).table
    except NotFound:
        return []
    where = f"withdrawn_at IS NULL AND {found.level} = %(division)s"
    if found.classes:
        where += " AND coalesce(nullif(stage_class, ''), class_derived) = ANY(%(classes)s)"
    params = {"division": found.division, "classes": list(found.classes)}
    return [row[0] for row in run(f"SELECT id FROM {table} WHERE {where} ORDER BY id", params, "read")]  # noqa: S608


@dataclass(frozen=True, slots=True)
class Counts:
    """What a campaign has done by a day. ``visited`` None: no line keeps visits."""

    opened: int
    closed: int
    open: int
    late: int
    projects: int
    visited: int | None
    opened_today: int
    closed_today: int


def counts(found: CampaignRow, on: date | None = None) -> Counts:
    """Count the lens as it stood at the end of a day."""
    day = min(on or today(), today())
    where, params = condition(found, day)
    params["day"] = datetime.combine(day, time(), LOCAL)
    sql = f"""SELECT count(*) FILTER (WHERE m.created >= %(since)s),
                     count(*) FILTER (WHERE m.closed >= %(since)s AND m.closed < %(until)s),
                     count(*) FILTER (WHERE m.closed IS NULL OR m.closed >= %(until)s),
                     count(*) FILTER (WHERE (m.closed IS NULL OR m.closed >= %(until)s) AND m.due < %(until)s
                                            AND m.clock <> 'paused'),
                     count(*) FILTER (WHERE m.created >= %(day)s),
                     count(*) FILTER (WHERE m.closed >= %(day)s AND m.closed < %(until)s)
              FROM flow_matter m WHERE {where}"""  # noqa: S608 - own names
    opened, closed, open_, late, new, done = run(sql, params, "read")[0]
    wanted = targets(found)
    return Counts(opened, closed, open_, late, len(wanted), _visited(found, wanted, day), new, done)


def _visited(found: CampaignRow, wanted: Sequence[int], on: date) -> int | None:
    try:
        table = registry.find(VISITS).table
    except NotFound:
        return None
    sql = f"""SELECT count(DISTINCT project) FROM {table} WHERE project = ANY(%s) AND withdrawn_at IS NULL
              AND state = %s AND day BETWEEN %s AND %s"""  # noqa: S608 - a declared table
    return int(run(sql, (list(wanted), TOOK_PLACE, found.first_day, min(on, found.last_day)), "read")[0][0])


def matters(
    actor: Actor, found: CampaignRow, state: str = "", before: int = 0, limit: int = 50
) -> tuple[list[MatterRow], int]:
    """Return (matters under the lens that the actor's post of that place sees, newest first; where to go on)."""
    where, params = condition(found, today())
    also = {
        "open": " AND m.open",
        "closed": " AND NOT m.open",
        "late": " AND m.open AND m.clock = 'running' AND m.due < %(until)s",
    }
    own = (
        ""
        if actor.role in WRITERS | {"leader", "principal", "officer", "auditor"}
        else (" AND %(unit)s IN (m.lead_unit, m.holder_unit, m.first_unit)")
    )
    params |= {"before": before, "limit": limit + 1, "unit": actor.unit}
    sql = f"""SELECT {SELECT}, {SUPPORTS} FROM flow_matter m WHERE {where}{also.get(state, "")}{own}
              AND (%(before)s = 0 OR m.id < %(before)s) ORDER BY m.id DESC LIMIT %(limit)s"""  # noqa: S608
    rows = [from_sql(row) for row in run(sql, params, "read")]
    more = rows[limit - 1].id if len(rows) > limit else 0
    return [row for row in rows[:limit] if may_open(actor, row)], more


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A draft of a daily report, frozen as it was counted."""

    day: date
    draft: int
    facts: Mapping[str, Any]
    text: str
    made_at: datetime
    paper: int = 0


def report(campaign_id: int, day: date, draft: int) -> ReportRow:
    """Return one draft of a day; NotFound when there is none."""
    for row in reports(campaign_id):
        if (row.day, row.draft) == (day, draft):
            return row
    raise NotFound(_("There is no such report."), where=str(day))


def reports(campaign_id: int) -> list[ReportRow]:
    """Return the drafts of a campaign's daily reports, newest first."""
    sql = """SELECT day, draft, facts::text, text, made_at, paper FROM supervision_warreport WHERE campaign_id = %s
             ORDER BY day DESC, draft DESC LIMIT 200"""
    return [
        ReportRow(day, draft, json.loads(facts), text, at, paper)
        for day, draft, facts, text, at, paper in run(sql, (campaign_id,), "read")
    ]


def papers_of(rows: Sequence[ReportRow]) -> dict[int, PaperRow]:
    """Return the papers of reports by id."""
    return papers.by_ids([row.paper for row in rows if row.paper])


def by_day(found: CampaignRow) -> list[tuple[date, int, int]]:
    """Return (day, opened, closed) for the campaign's days so far."""
    where, params = condition(found, today())
    sql = f"""WITH m AS MATERIALIZED (SELECT m.created, m.closed FROM flow_matter m WHERE {where}),
        moment AS (SELECT (created AT TIME ZONE 'Asia/Shanghai')::date AS day, 1 AS opened, 0 AS closed FROM m
                   WHERE created >= %(since)s
                   UNION ALL SELECT (closed AT TIME ZONE 'Asia/Shanghai')::date, 0, 1 FROM m
                   WHERE closed >= %(since)s AND closed < %(until)s)
        SELECT day, sum(opened), sum(closed) FROM moment GROUP BY day ORDER BY day"""  # noqa: S608
    return [(day, int(opened), int(closed)) for day, opened, closed in run(sql, params, "read")]
