"""Read projects: one, lists by branch, cards for others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import LEVELS, Actor, Scope
from bihuan.kernel.permits import walk
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.registers import selectors as registers
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.contracts import ProjectCard, State, unsupported
from bihuan.lines.projects.registers import PROJECTS
from bihuan.logic import text


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project as it stands: ``values`` by column, ``cells`` as written where somebody wrote them."""

    id: int
    ver: int
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        """Return a column's value."""
        return self.values[name]

    @property
    def name(self) -> str:
        """The project's name."""
        return str(self.values["name"])

    @property
    def scope(self) -> Scope:
        """Where it lies."""
        return Scope(**{name: self.values[name] for name in ("division", *LEVELS)})

    @property
    def lacks_evidence(self) -> bool:
        """Whether the stated class and the one the facts show differ (缺佐证)."""
        return unsupported(self.values["stage_class"], self.values["class_derived"])

    def day(self, name: str) -> tuple[date | None, str]:
        """Return a date with its precision."""
        return self.values[name], self.values[f"{name}_precision"]


_IN_USE = ("m.withdrawn_at IS NULL",)


@dataclass(frozen=True, slots=True)
class What:
    """What a list of projects shows; empty fields don't filter."""

    words: str = ""
    stage_class: str = ""
    state: str = ""
    anchored: bool | None = None
    unsupported: bool = False


def listed(
    actor: Actor,
    what: What,
    *,
    before: int = 0,
    limit: int = 50,
    using: str = "default",
    only: Sequence[str] = (),
) -> tuple[list[ProjectRow], int]:
    """Return (projects newest first, id to continue before or 0); ``only`` names the fields wanted."""
    where, params = conditions(what)
    rows, more = registers.newest(
        PROJECTS, branches(actor), where, params, before=before, limit=limit, using=using, only=only
    )
    return [_row(row) for row in rows], more


def ids(actor: Actor, what: What) -> list[int]:
    """Return the ids of all projects a list shows, oldest first."""
    seen, values = _seen(actor)
    if not seen:
        return []
    where, params = conditions(what)
    sql = f"SELECT m.id FROM projects_project m WHERE {' AND '.join((*_IN_USE, seen, *where))} ORDER BY m.id"  # noqa: S608
    return [row[0] for row in run(sql, [*values, *params])]


#: The class a project counts in: the stated one, else the one its facts show.
CLASS = "coalesce(nullif(m.stage_class, ''), m.class_derived)"


def conditions(what: What) -> tuple[list[str], list[Any]]:
    """Return the filter as SQL conditions on ``m`` with their parameters."""
    where: list[str] = []
    params: list[Any] = []
    if what.words:
        where.append("(m.name_key LIKE %s OR m.company LIKE %s OR m.code LIKE %s)")
        folded = _escaped(text.key(what.words))
        params += [f"%{folded}%", f"%{_escaped(what.words)}%", f"{_escaped(what.words)}%"]
    if what.stage_class:
        where.append(f"{CLASS} = %s")
        params.append(what.stage_class)
    if what.state:
        where.append("coalesce(nullif(m.state, ''), 'normal') = %s")
        params.append(what.state)
    if what.anchored is not None:
        where.append(f"m.planned_production IS {'NOT ' if what.anchored else ''}NULL")
    if what.unsupported:
        where.append("m.stage_class <> '' AND m.stage_class <> m.class_derived")
    return where, params


def _escaped(words: str) -> str:
    return words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _row(row: Mapping[str, Any]) -> ProjectRow:
    return ProjectRow(row["id"], row["ver"], row)


def project(actor: Actor, project_id: int, using: str = "default") -> ProjectRow:
    """Return one project; NotFound also when the actor may not see it."""
    return _row(registers.visible(PROJECTS, branches(actor), project_id, using))


def class_counts(actor: Actor) -> dict[str, int]:
    """Return how many projects of each class the actor sees, by the stated class, else the derived one."""
    seen, params = _seen(actor)
    if not seen:
        return {}
    where = " AND ".join((*_IN_USE, seen))
    return dict(run(f"SELECT {CLASS}, count(*) FROM projects_project m WHERE {where} GROUP BY 1", params))  # noqa: S608


def _seen(actor: Actor) -> tuple[str, list[Any]]:
    """Return one condition for all an actor may see. It reads every such row: for counts, not for pages."""
    ways = [b for b in branches(actor) if b.column == "*" or b.column in registers.BRANCHES]
    found = [walk.condition(branch) for branch in ways]
    sql = " OR ".join(f"({condition})" for condition, _values in found)
    return (f"({sql})" if sql else ""), [value for _condition, values in found for value in values]


_CARD = (
    "id", "name", "code", "company", "park_text", "industry", "uscc", "party", "lead_unit", "state", "produced",
    "withdrawn_at", "division", *LEVELS,
)  # fmt: skip


def cards(ids: Sequence[int]) -> dict[int, ProjectCard]:
    """Return projects in one line each, for matters that are about them and for other lines."""
    sql = f"SELECT {', '.join(_CARD)} FROM projects_project WHERE id = ANY(%s)"  # noqa: S608
    rows = [dict(zip(_CARD, row, strict=True)) for row in run(sql, (list(ids),))]
    return {row["id"]: _card(row) for row in rows}


def _card(row: Mapping[str, Any]) -> ProjectCard:
    scope = Scope(**{name: row[name] for name in ("division", *LEVELS)})
    gone = row["withdrawn_at"] or row["produced"] or row["state"] in (State.ENDED, State.WITHDRAWN)
    return ProjectCard(
        id=row["id"], name=row["name"], code=row["code"], company=row["company"], park=row["park_text"],
        industry=row["industry"], uscc=row["uscc"], party=row["party"], lead_unit=row["lead_unit"], scope=scope,
        alive=not gone,
    )  # fmt: skip


def seen(actor: Actor, project_id: int) -> ProjectCard:
    """Return the card of one project; NotFound also when the actor may not see it."""
    return _card(project(actor, project_id).values)


def alive(actor: Actor) -> list[int]:
    """Return the ids of the projects one sees that go on and aren't in production yet, oldest first."""
    found, values = _seen(actor)
    if not found:
        return []
    where = (*_IN_USE, found, "m.state <> ALL(%s)", "m.produced IS NULL")
    sql = f"SELECT m.id FROM projects_project m WHERE {' AND '.join(where)} ORDER BY m.id"  # noqa: S608
    return [row[0] for row in run(sql, [*values, [State.ENDED, State.WITHDRAWN]])]


def subjects(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return {id: (name, address)} for the pages of matters."""
    return {key: (card.name, reverse("project", args=[key])) for key, card in cards(ids).items()}


_HARM = """
SELECT m.matter, p.investment_wan, EXISTS (
  SELECT 1 FROM projects_timetable t JOIN projects_node n ON n.timetable_id = t.id
  WHERE t.project_id = p.id AND t.state = 'approved' AND n.critical AND n.actual_finish IS NULL AND NOT n.inferred
    AND n.unit_id > 0 AND n.unit_id = m.unit)
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS m(matter, project, unit)
JOIN projects_project p ON p.id = m.project"""


def harm(found: Sequence[MatterRow]) -> dict[int, dict[str, Decimal | int]]:
    """Return what a meeting's order by harm knows of matters about projects, with one statement.

    ``investment`` is in 亿元; ``chain`` is 1 when the unit that leads the matter also holds an unfinished
    node of the approved timetable's binding chain.
    """
    about = [row for row in found if row.subject]
    columns = ([r.id for r in about], [r.subject for r in about], [r.lead_unit for r in about])
    return {
        matter: {"investment": Decimal(wan or 0) / 10000, "chain": int(chain)}
        for matter, wan, chain in (run(_HARM, columns) if about else [])
    }
