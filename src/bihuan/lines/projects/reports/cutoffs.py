"""When reports are due: dated rules, read for many places at once, set by who keeps the limits."""

import json
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import place_of
from bihuan.kernel.errors import BadInput, Refused
from bihuan.kernel.identity.actors import SYSTEM, Actor, Scope
from bihuan.kernel.identity.rights import need, reaches
from bihuan.kernel.identity.selectors.divisions import scopes_of
from bihuan.kernel.ledger.actions import NewEntry, append_many
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.store.sql import atomic, new_ids, run
from bihuan.lines.projects.reports.models import BASES, ReportCutoff
from bihuan.lines.projects.reports.periods import KINDS, Period
from bihuan.lines.projects.timetables.days import calendars
from bihuan.logic.workdays import Calendar

RIGHT = "admin.limits"
#: Packaged rules hold from here on.
_SINCE = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Cutoff:
    """A rule in force; see :class:`bihuan.lines.projects.reports.models.ReportCutoff`."""

    id: int
    kind: str
    division: int
    basis: str
    value: int
    following: bool
    since: date
    enabled: bool
    source: str
    tag: str
    verified: date | None

    def day(self, period: Period, on: Calendar) -> date:
        """Return the last day on which a report of the period is in time."""
        if self.basis == "wd":
            return on.add_working(period.last, self.value)
        month = period.last.replace(day=1)
        if self.following:
            month = (month + timedelta(days=31)).replace(day=1)
        wanted = min(self.value, monthrange(month.year, month.month)[1])
        return on.next_working(month.replace(day=wanted))


_RULES = """SELECT id, kind, division, basis, value, following, since, enabled, source, tag, verified
            FROM projects_report_cutoff"""


class Deadlines:
    """The cut-offs of all places; costs one statement for the rules and one for the calendars.

    A period is due by the rule in force on its last day.
    """

    def __init__(self) -> None:
        self.rules: dict[tuple[str, int], list[Cutoff]] = {}
        for row in run(f"{_RULES} ORDER BY since, id"):
            rule = Cutoff(*row)
            self.rules.setdefault((rule.kind, rule.division), []).append(rule)
        self._calendar = calendars()
        self._known: dict[tuple[Period, int], date | None] = {}

    def rule(self, period: Period, scope: Scope) -> Cutoff | None:
        """Return the rule that holds for a period at a place, None when none is asked for there."""
        for division in (*place_of(scope), 0):
            rows = [row for row in self.rules.get((period.kind, division), ()) if row.since <= period.last]
            if rows:
                return rows[-1] if rows[-1].enabled else None
        return None

    def day(self, period: Period, scope: Scope) -> date | None:
        """Return the last day in time, None when no report is asked for there."""
        key = (period, scope.division)
        if key not in self._known:
            rule = self.rule(period, scope)
            self._known[key] = rule.day(period, self._calendar(scope)) if rule else None
        return self._known[key]

    def until(self, period: Period, scope: Scope) -> datetime | None:
        """Return the moment before which a report is in time: the end of the last day."""
        day = self.day(period, scope)
        return datetime.combine(day + timedelta(days=1), time(), LOCAL) if day else None

    def asked(self, kind: str, scope: Scope, day: date) -> bool:
        """Whether reports of this kind are asked for at a place on a day."""
        return self.day(Period.at(kind, day), scope) is not None

    def passed(self, kind: str, scope: Scope, day: date) -> Period | None:
        """Return the latest period whose cut-off lies before ``day``, None when none is asked for."""
        for period in reversed(Period.at(kind, day).back(6)):
            due = self.day(period, scope)
            if due is not None and due < day:
                return period
        return None

    def calendar(self, scope: Scope) -> Calendar:
        """Return the calendar of a place."""
        return self._calendar(scope)


def places(divisions: Iterable[int]) -> dict[int, Scope]:
    """Return the scope of each division; 0 and unknown ones lie nowhere."""
    wanted = set(divisions)
    found = scopes_of(wanted)
    return {division: found.get(division, Scope()) for division in wanted}


def rules() -> list[Cutoff]:
    """Return every cut-off ever set, newest first within kind and place."""
    return [Cutoff(*row) for row in run(f"{_RULES} ORDER BY kind, division, since DESC, id DESC")]


def put_cutoff(
    actor: Actor, kind: str, basis: str, value: int, *, source: str, following: bool = True, division: int = 0,
    enabled: bool = True, since: date | None = None, tag: str = "local", verified: date | None = None,
) -> int:  # fmt: skip
    """Set when reports of a kind are due at a place, from a day on; return its id.

    Needs ``admin.limits`` over the place; for everywhere, over everything. BadInput when there can't be such a cut-off.
    """
    need(actor, RIGHT, division)
    if not division and not reaches(actor, 0):
        raise Refused(_("This lies outside the divisions your post is responsible for."), where=RIGHT)
    if kind not in KINDS or basis not in BASES or (basis == "day" and kind != "month"):
        raise BadInput(_("Ten-day reports are due so many working days after their period."), where="basis")
    if not (1 <= value <= 31 if basis == "day" else 0 <= value <= 60):
        raise BadInput(_("There is no such day."), where="value")
    if not source.strip():
        raise BadInput(_("Please say which rule this cut-off comes from."), where="source")
    with atomic():
        made = ReportCutoff(
            id=new_ids()[0], kind=kind, division=division, basis=basis, value=value, following=following,
            since=since or today(), enabled=enabled, source=source.strip(), tag=tag, verified=verified,
            created_at=now(), seq=1, ver=1,
        )  # fmt: skip
        facts: dict[str, Any] = {"kind": kind, "division": division, "basis": basis, "value": value}
        facts |= {"following": following, "since": made.since.isoformat(), "enabled": enabled, "tag": tag}
        entry = NewEntry(made.id, 1, b"", "report_cutoff.put", made.created_at, actor, facts, {})
        made.head = append_many([entry], made.created_at)[0].hash
        made.save(force_insert=True)
    return int(made.id)


def load_defaults(actor: Actor = SYSTEM) -> None:
    """Bring in packaged cut-offs where none of the kind exists yet; what an office has set stays."""
    known = {row[0] for row in run("SELECT DISTINCT kind FROM projects_report_cutoff")}
    text = files("bihuan.lines.projects.reports").joinpath("cutoffs.json").read_text(encoding="utf-8")
    for rule in json.loads(text)["rules"]:
        if rule["kind"] not in known:
            put_cutoff(actor, since=_SINCE, **rule)


def is_installed() -> bool:
    """Whether the tables stand (a migration may stop halfway)."""
    names = ["projects_report_cutoff", "ledger_entry", "bihuan_chain"]
    sql = "SELECT bool_and(to_regclass(n) IS NOT NULL) FROM unnest(%s::text[]) AS n"
    return bool(run(sql, (names,))[0][0])
