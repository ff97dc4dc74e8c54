"""Look after projects: draft, ask for a date, drop a question that has answered itself; never twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.flow.bulk import New, move_many, open_many
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.now import today as this_day
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.projects.contracts import State
from bihuan.lines.projects.timetables import drawing, rows
from bihuan.lines.projects.timetables.computing import CHUNK
from bihuan.lines.projects.timetables.core import effective
from bihuan.lines.projects.timetables.days import calendars
from bihuan.lines.projects.timetables.facts import refresh
from bihuan.lines.projects.timetables.rows import Current, ProjectRow

DATE = "projects.date"
#: Projects that ask nobody anything: they have ended, or stand still.
_SILENT = {State.ENDED, State.WITHDRAWN, State.PAUSED}


@dataclass(frozen=True, slots=True)
class Question:
    """The date question of a project: the open one, or the last answer's "ask again on"."""

    matter: int = 0
    asks: str = ""
    again: date | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What a project needs now: ``draft``, ``missing`` or ``past`` asked, or nothing; ``drop`` its question."""

    what: str = ""
    drop: bool = False


@dataclass(slots=True)
class Attended:
    """What came of looking after projects: timetables drafted and questions asked by project."""

    drafted: dict[int, int] = field(default_factory=dict)
    asked: dict[int, str] = field(default_factory=dict)
    dropped: list[int] = field(default_factory=list)
    refused: dict[int, BihuanError] = field(default_factory=dict)


def need(project: ProjectRow, current: Current, question: Question, today: date, anchor: date | None) -> Need:
    """Decide what a project needs. ``anchor`` is the day its stated production date means."""
    open_question = bool(question.matter)
    produced = project.days.get("produced")
    if project.state in _SILENT or (produced and produced.first <= today):
        return Need(drop=open_question)
    under_way = current.draft if current.draft and current.draft.anchor >= today else None
    stated = project.anchor.code if project.anchor else ""
    if under_way and under_way.reanchored and under_way.register_code == stated:
        return Need(drop=open_question)
    if anchor is None or anchor < today:
        waits = question.again is not None and question.again > today
        asks = "missing" if anchor is None else "past"
        if open_question:
            return Need(asks, drop=True) if question.asks != asks else Need()
        return Need() if waits else Need(asks)
    drawn = {row.anchor_code for row in (current.draft, current.approved) if row}
    return Need("" if stated in drawn else "draft", drop=open_question)


def draft_all(actor: Actor, project_ids: Iterable[int] | None = None) -> Attended:
    """Draft a timetable for every project (or those given) whose production date lies ahead."""
    return attend(actor, project_ids, questions=False)


def ask_all(actor: Actor, project_ids: Iterable[int] | None = None) -> Attended:
    """Ask the date of every project (or those given) that has none, or one that has passed."""
    return attend(actor, project_ids, drafts=False)


def attend(
    actor: Actor, project_ids: Iterable[int] | None = None, *, drafts: bool = True, questions: bool = True
) -> Attended:
    """Look after projects: fill what is known, draft, ask, drop questions that have answered themselves.

    Set-based, a transaction for each five hundred; a second run changes nothing.
    """
    done = Attended()
    for ids in _chunks(project_ids):
        with atomic():
            _attend(actor, ids, done, drafts, questions)
    return done


def _chunks(project_ids: Iterable[int] | None) -> Iterable[list[int]]:
    if project_ids is not None:
        wanted = sorted(set(project_ids))
        yield from (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))
        return
    last = 0
    while ids := rows.every_project(last, CHUNK):
        yield ids
        last = ids[-1]


def _attend(actor: Actor, ids: Sequence[int], done: Attended, drafts: bool, questions: bool) -> None:
    today, on = this_day(), calendars()
    projects = rows.projects(ids, lock=True)
    refresh(actor, list(projects.values()))
    currents, known = rows.currents(projects), _questions(projects)
    plans, asked, dropped = [], [], []
    for project in projects.values():
        current = currents.get(project.id, Current())
        question = known.get(project.id, Question())
        anchor = effective(project.anchor, on(project.scope)) if project.anchor else None
        found = need(project, current, question, today, anchor)
        if found.drop:
            dropped.append(question.matter)
        if found.what == "draft" and drafts and project.anchor:
            plans.append(drawing.Plan(project, project.anchor, current, _moved(project, current)))
        elif found.what in {"missing", "past"} and questions:
            asked.append((project, found.what))
    _drop(dropped, done)
    _ask(actor, asked, done)
    drafted, refused = drawing.draft_many(actor, plans)
    done.drafted |= drafted
    done.refused |= refused


def _moved(project: ProjectRow, current: Current) -> str:
    if not current.shown or not project.anchor:
        return ""
    return _("The register now says %(new)s instead of %(old)s.") % {
        "new": project.anchor.code,
        "old": current.shown.anchor_code,
    }


_QUESTIONS = """
SELECT DISTINCT ON (m.subject) m.subject, m.id, m.open, m.data ->> 'asks', m.data ->> 'ask_again'
FROM flow_matter m WHERE m.kind = 'projects.date' AND m.subject = ANY(%s) AND m.subject > 0
ORDER BY m.subject, m.open DESC, m.id DESC
"""


def _questions(project_ids: Iterable[int]) -> dict[int, Question]:
    found = {}
    for subject, matter, is_open, asks, again in run(_QUESTIONS, (list(project_ids),)):
        when = date.fromisoformat(again) if again and not is_open else None
        found[subject] = Question(matter if is_open else 0, asks or "", when)
    return found


def _drop(matters: Sequence[int], done: Attended) -> None:
    if matters:
        reason = {"reason": _("The register answers this by now.")}
        move_many(SYSTEM, "drop", [(matter, reason) for matter in matters])
        done.dropped += matters


def _ask(actor: Actor, asked: Sequence[tuple[ProjectRow, str]], done: Attended) -> None:
    news = [_question(project, asks) for project, asks in asked]
    for (project, _asks), outcome in zip(asked, open_many(actor, DATE, news), strict=True):
        if outcome.receipt:
            done.asked[project.id] = outcome.receipt.code
        elif outcome.error:
            done.refused[project.id] = outcome.error


def _question(project: ProjectRow, asks: str) -> New:
    name = project.name[:120]
    if asks == "missing":
        title = _("When will “%(name)s” go into production?") % {"name": name}
    else:
        stated = project.anchor.code if project.anchor else ""
        title = _("“%(name)s” was to produce by %(day)s: since when does it, or when will it?") % {
            "name": name,
            "day": stated,
        }
    data = {"title": title[:200], "asks": asks}
    return New(data, project.scope, party=project.party, subject=project.id)
