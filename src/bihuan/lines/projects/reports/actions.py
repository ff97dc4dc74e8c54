"""What people do with reports: hand one in or correct it, make a problem of what it says, remind who is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.intake.wording import word
from bihuan.kernel.now import today
from bihuan.kernel.registers import actions as registers
from bihuan.kernel.registers.actions import Change
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.projects import selectors as projects
from bihuan.lines.projects.actions import register_problem
from bihuan.lines.projects.reports import selectors
from bihuan.lines.projects.reports.checks import QUESTIONS, Doubt, doubt
from bihuan.lines.projects.reports.periods import Period
from bihuan.lines.projects.reports.register import REPORTED, REPORTS
from bihuan.lines.projects.reports.selectors import RIGHT, ReportRow
from bihuan.lines.projects.selectors import ProjectRow
from bihuan.logic.cells import CLEAR, Amount, Problem, plain
from bihuan.logic.days import Day

_COLUMNS = {column.name: column for column in REPORTED}
_TITLE = 200


@dataclass(frozen=True, slots=True)
class Reported:
    """A report after it was handed in; ``created`` is False when it corrected an earlier one."""

    id: int
    created: bool


def report(
    actor: Actor,
    project_id: int,
    period: Period | str,
    values: Mapping[str, Any],
    key: str = "",
    *,
    cause: str = "",
    ver: int | None = None,
) -> Reported:
    """Report a project's progress for a period, or with a ``cause`` correct what was reported.

    ``values`` are fields of :data:`REPORTED` as people write them (1.2亿元, 约300). A cumulative left
    empty is the last one plus this period's amount, where that is known. FieldErrors asks about numbers
    that don't add up until an ``explanation`` comes with them. The same ``key`` with the same content
    happens once; ``ver`` refuses a correction of what somebody else has changed since.
    """
    project = projects.project(actor, project_id)
    rights.need(actor, RIGHT)
    asked = selectors.read_period(period) if isinstance(period, str) else period
    if asked.first > today():
        raise BadInput(_("This period has not begun yet."), where="period")
    changes = read(values)
    with atomic():
        _wait_for(f"projects.report:{project_id}:{asked.code}")
        done = _done_before(actor, key)
        held = selectors.of_period([project_id], asked).get(project_id) if done is None else None
        changes = _completed(changes, project_id, asked, held)
        if done is None:
            _check(changes, project_id, asked, held, cause)
        if row_id := done if done is not None else held.id if held else 0:
            expected = ver if held else None
            made = registers.amend(actor, REPORTS, row_id, changes, cause=cause, key=key, ver=expected)
        else:
            made = _create(actor, project, asked, changes, key)
    return Reported(made, not row_id)


def _create(
    actor: Actor, project: ProjectRow, period: Period, changes: Mapping[str, Change], key: str
) -> int:
    """Write the first report of a period: it lies where its project lies."""
    frame = {"project": str(project.id), "period_kind": str(period.kind), "period": period.first.isoformat()}
    columns = {"lead_unit": project["lead_unit"], "party": project["party"]}
    new = {**{name: Change(code) for name, code in frame.items()}, **changes}
    return registers.amend(actor, REPORTS, None, new, key=key, scope=project.scope, columns=columns)


def read(values: Mapping[str, Any]) -> dict[str, Change]:
    """Read values as people write them into changes; FieldErrors names each that can't be read."""
    errors: dict[str, str] = {}
    changes: dict[str, Change] = {}
    for name, raw in values.items():
        column = _COLUMNS.get(name)
        text = "" if raw is None else str(raw).strip()
        if column is None:
            errors[name] = _("There is no such field here.")
        elif text in ("", CLEAR):
            changes[name] = Change(None)
        elif column.choices and text in column.choices.values():
            changes[name] = Change(text)
        elif isinstance(found := column.read(text), Problem):
            errors[name] = word(found.code, found.params)
        elif fault := column.fault(found.value):
            errors[name] = word(fault.code, fault.params)
        else:
            changes[name] = Change(found.value, text if text != column.show(found.value) else "")
    if (held := changes.get("listed_on")) and held.new and Day.decode(held.new).first > today():
        errors["listed_on"] = word("future_fact", {"day": held.new})
    if errors:
        raise FieldErrors(errors)
    return changes


def _wait_for(name: str) -> None:
    """Let those who do the same thing wait for each other until their transaction ends."""
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,))


def _done_before(actor: Actor, key: str) -> int | None:
    """Return what an earlier request with this key wrote to: 0 a new report, an id a correction of it."""
    if not key:
        return None
    found = run(
        """SELECT CASE move WHEN 'create' THEN 0 ELSE chain_id END FROM registers_amend
           WHERE actor_kind = %s AND actor_user = %s AND key = %s AND register = %s""",
        (str(actor.kind), actor.user, key, REPORTS.name),
    )
    return int(found[0][0]) if found else None


def _completed(
    changes: dict[str, Change], project_id: int, period: Period, held: ReportRow | None
) -> dict[str, Change]:
    """Work out a cumulative nobody gave: the last one and this period's amount, where both are exact."""
    given, done = changes.get("cumulative_wan"), changes.get("done_wan")
    if (given and given.new) or (given is None and held) or not done or not done.new:
        return changes
    (previous,) = selectors.before([(project_id, period)])
    amount = Amount.decode(done.new)
    if previous is None or previous.approximate or amount.approximate:
        return changes
    total = plain(previous.value + amount.value)
    return {**changes, "cumulative_wan": Change(total, note="added_up")}


def _check(
    changes: Mapping[str, Change], project_id: int, period: Period, held: ReportRow | None, cause: str
) -> None:
    before: Mapping[str, str | None] = held.codes if held else {}
    codes = {**before, **{name: change.new for name, change in changes.items()}}
    errors = {
        column.name: _("Please fill in “%(title)s”.") % {"title": _(column.title)}
        for column in REPORTED
        if column.required and not codes.get(column.name)
    }
    if codes.get("listed_on") and codes.get("listed") != "yes":
        errors["listed"] = _("A date is given; is the project in the statistics?")
    moved = any(codes.get(name) != before.get(name) for name in changes)
    if held and moved and not cause.strip():
        errors["cause"] = _("This period was reported already. Please say why it is corrected.")
    if not errors and not codes.get("explanation") and (not held or moved):
        (previous,) = selectors.before([(project_id, period)])
        if found := doubt(previous, _amount(codes, "done_wan"), _amount(codes, "cumulative_wan")):
            errors = {
                "cumulative_wan": question(found),
                "explanation": _("Please correct it, or say why it is so."),
            }
    if errors:
        raise FieldErrors(errors)


def _amount(codes: Mapping[str, str | None], name: str) -> Amount | None:
    code = codes.get(name)
    return Amount.decode(code) if code else None


def question(found: Doubt) -> str:
    """Return the question about numbers that don't add up."""
    return _(QUESTIONS[found.code]) % found.params


def open_problem(actor: Actor, report_id: int, text: str) -> Receipt:
    """Register a problem a report names; pressed twice it happens once.

    Conflict when it is registered already, BadInput when the report doesn't name it.
    """
    _project, row = selectors.report(actor, report_id)
    with atomic():
        _wait_for(f"projects.problems:{row.project}")
        named = {one.text: code for one, code in selectors.proposals(row)}
        if text not in named:
            raise BadInput(_("The report names no such problem, or it has been dealt with."), where="problem")
        if code := named[text]:
            raise Conflict(_("It is registered already as %(code)s.") % {"code": code}, where=code)
        title = text if len(text) <= _TITLE else f"{text[: _TITLE - 1]}…"
        data = {"title": title, "category": "other", "source": "register"}
        return register_problem(actor, row.project, data | ({"detail": text} if title != text else {}))


__all__ = ["Reported", "open_problem", "question", "read", "report"]
