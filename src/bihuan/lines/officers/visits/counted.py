"""How visits are counted: by the day of the visit and the unit of who went, as known at any moment."""

from datetime import date

from bihuan.kernel.figures import tallies
from bihuan.kernel.figures.tallies import Asked, Row, Source
from bihuan.kernel.permits.walk import condition
from bihuan.kernel.store.sql import run
from bihuan.lines.projects import contracts as projects
from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import Tally

_PARTS = {"numerator": "made", "excluded0": "planned", "excluded1": "cancelled"}
#: When a visit counts as known by the end of its own day.
_OWN_DAY = "(m.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'"


def _where(asked: Asked, at: str, branches: str = "") -> tuple[str, str, dict[str, object]]:
    """Return (what the state was, condition, parameters); ``at`` is SQL of the moment of knowledge, "" for now."""
    params: dict[str, object] = {"since": asked.since, "until": asked.until, "at": asked.at}
    ways = []
    for branch in asked.branches:
        sql, values = condition(branch)
        for value in values:
            params[f"w{len(params)}"] = value
            sql = sql.replace("%s", f"%(w{len(params) - 1})s", 1)
        ways.append(f"({sql})")
    state, there = "m.state", "m.withdrawn_at IS NULL"
    if at:
        state = f"""(SELECT a.changes #>> '{{state,new}}' FROM registers_amend a WHERE a.chain_id = m.id
          AND a.recorded <= {at} AND a.changes #>> '{{state,new}}' IS NOT NULL ORDER BY a.seq DESC LIMIT 1)"""  # noqa: S608 - own names
        there = f"(m.withdrawn_at IS NULL OR m.withdrawn_at > {at})"
    where = f"({' OR '.join(ways)}) AND {there} AND (%(since)s::date IS NULL OR m.day >= %(since)s)"
    return state, f"{where} AND (%(until)s::date IS NULL OR m.day <= %(until)s)", params


def _counts(asked: Asked) -> dict[str, int]:
    state, where, params = _where(asked, "%(at)s" if asked.at else "")
    rows = run(
        f"SELECT {state} AS state, count(*) FROM officers_visit m WHERE {where} GROUP BY 1",  # noqa: S608 - own names
        params, asked.using,
    )  # fmt: skip
    found: dict[str, int] = dict(rows)
    return {part: found.get(name, 0) for part, name in _PARTS.items()}


def _rows(asked: Asked, part: str, before: int, limit: int) -> list[Row]:
    state, where, params = _where(asked, "%(at)s" if asked.at else "")
    rows = run(
        f"""SELECT m.id, m.day, coalesce(e.name, ''), m.project FROM officers_visit m
            LEFT JOIN officers_enterprise e ON e.id = m.enterprise
            WHERE {where} AND {state} = %(state)s AND (%(before)s = 0 OR m.id < %(before)s)
            ORDER BY m.id DESC LIMIT %(limit)s""",  # noqa: S608 - own names
        {**params, "state": _PARTS[part], "before": before, "limit": limit}, asked.using,
    )  # fmt: skip
    cards = projects.CARDS(sorted({project for *_row, project in rows} - {0}))
    return [
        Row(key, day, name or (cards[project].name if project in cards else f"#{key}"))
        for key, day, name, project in rows
    ]


def _days(asked: Asked, known: bool) -> dict[tuple[date, int], list[int]]:
    state, where, params = _where(asked, _OWN_DAY if known else "")
    rows = run(
        f"""SELECT m.day, m.lead_unit, array_agg(m.id ORDER BY m.id) FROM officers_visit m
            WHERE {where} AND {state} = 'made' GROUP BY 1, 2""",  # noqa: S608 - own names
        params, asked.using,
    )  # fmt: skip
    return {(day, unit): list(ids) for day, unit, ids in rows}


VISITS = tallies.register(
    Tally(
        name="officers.visits",
        title=_("Visits made"),
        definition=_(
            "Visits noted as made, by the day of the visit and the unit of who went; plans and cancelled ones aside."
        ),
        unit=_("visits"),
        register="officers.visits",
        rule="officers.made@1",
        parts=(
            ("numerator", _("Visits made")),
            ("excluded0", _("Planned only")),
            ("excluded1", _("Visit called off")),
        ),
        opens="officers_visit",
        permit="officers.visits",
    ),
    Source(_counts, _rows, _days),
)
