"""Read needs: what resembles a new one, who has what by when, which projects an enterprise has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bihuan.kernel.content.selectors import SHOWN, open_many
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import names_of
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.permits.walk import condition
from bihuan.kernel.store.sql import run
from bihuan.lines.enterprise.forms import OTHER
from bihuan.lines.projects import contracts as projects
from bihuan.logic.terms import terms_for

NEED, PROBLEM = "enterprise.need", "projects.problem"
KINDS = (NEED, PROBLEM)
#: From this share of common words on, two needs of one enterprise may be one; people decide.
ALIKE = 0.4
#: Columns of the work map, in order; the last are matters no clock runs for.
BUCKETS = ("late", "week", "next", "later", "none")


def own(actor: Actor, *, before: int = 0, limit: int = 50) -> tuple[list[MatterRow], int]:
    """Return the needs and problems of the actor's enterprise, newest first; empty for anybody else."""
    if not actor.party:
        return [], 0
    rows, more = flow.listed(actor, Filter(party=actor.party), before=before, limit=limit * 2)
    return [row for row in rows if row.kind in KINDS][:limit], more


def of_kind(actor: Actor, kind: str) -> list[MatterRow]:
    """Return the open matters of a kind that are for the actor's enterprise."""
    return (
        flow.listed(actor, Filter(kind=kind, party=actor.party, open=True), limit=20)[0]
        if actor.party
        else []
    )


def similar(actor: Actor, party: int, title: str) -> list[MatterRow]:
    """Return the open needs of an enterprise that may be the same as a new one, the likest first."""
    words = set(terms_for("", title))
    found: list[tuple[float, MatterRow]] = []
    for kind in KINDS:
        rows, _more = flow.listed(actor, Filter(kind=kind, party=party, open=True), limit=100)
        for row in rows:
            other = set(terms_for("", row.title))
            alike = len(words & other) / max(1, min(len(words), len(other)))
            if alike >= ALIKE:
                found.append((alike, row))
    return [row for _alike, row in sorted(found, key=lambda one: (-one[0], -one[1].id))[:5]]


def projects_of(actor: Actor, party: int) -> list[tuple[int, str]]:
    """Return (id, name) of the projects of an enterprise that go on, as far as the actor sees them."""
    if not projects.ALIVE.bound:
        return []
    cards = projects.CARDS(projects.ALIVE(actor))
    return [(card.id, card.name) for card in cards.values() if card.party == party and card.party]


@dataclass(frozen=True, slots=True)
class Asked:
    """A need as its own enterprise sees it: who has it, by when, and what was answered ("" where nothing is)."""

    row: MatterRow
    unit: str
    answer: str


def asked(actor: Actor, *, before: int = 0, limit: int = 50) -> tuple[list[Asked], int]:
    """Return the needs and problems of the actor's enterprise with the answers given, newest first."""
    rows, more = own(actor, before=before, limit=limit)
    return answered(rows), more


def answered(rows: Sequence[MatterRow]) -> list[Asked]:
    """Return needs with who has them and the last answer given."""
    names = names_of(sorted({row.holder_unit or row.lead_unit for row in rows} - {0}))
    texts: dict[int, str] = {}
    for ref, value in open_many([row.id for row in rows], ["reply"]).items():
        if value.state == SHOWN and value.cls == "open":
            texts[ref.chain_id] = value.text
    return [
        Asked(row, names.get(row.holder_unit or row.lead_unit, ""), texts.get(row.id, "")) for row in rows
    ]


def contacts_of(actor: Actor) -> dict[int, MatterRow]:
    """Return the contacts that wait for the actor's enterprise, by the matter they ask about."""
    return {row.parent: row for row in of_kind(actor, "callbacks.contact")}


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit at one time: how many needs, and the titles of the first."""

    count: int = 0
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit's line of the work map; unit 0 is what the centre has not handed out yet."""

    unit: int
    name: str
    cells: dict[str, Cell]

    @property
    def total(self) -> int:
        """How many needs the unit has."""
        return sum(cell.count for cell in self.cells.values())


_MAP = """
SELECT unit, bucket, count(*), (array_agg(title ORDER BY due NULLS LAST, id))[1:2] FROM (
  SELECT m.id, m.title, m.due, CASE WHEN m.holder_unit > 0 THEN m.holder_unit ELSE m.lead_unit END AS unit,
    CASE WHEN m.due IS NULL OR m.clock <> 'running' THEN 'none' WHEN m.due < %s THEN 'late' WHEN m.due < %s THEN 'week'
         WHEN m.due < %s THEN 'next' ELSE 'later' END AS bucket
  FROM flow_matter m WHERE m.id IN ({ids})) found
GROUP BY unit, bucket
"""


def _week_ends() -> tuple[datetime, datetime]:
    """Return the moments this week and the next are over, Monday to Sunday."""
    monday = today() + timedelta(days=7 - today().weekday())
    return tuple(datetime.combine(monday + timedelta(days=7 * n), time(), LOCAL) for n in (0, 1))  # type: ignore[return-value]


def work_map(actor: Actor) -> list[UnitRow]:
    """Return who has which needs by when, of what the actor sees; units with most that is late first."""
    parts, params = [], []
    for branch in branches(actor):
        sql, extra = condition(branch)
        parts.append(f"SELECT m.id FROM flow_matter m WHERE {sql} AND m.open AND m.kind = ANY(%s)")  # noqa: S608
        params += [*extra, list(KINDS)]
    if not parts:
        return []
    rows = run(_MAP.format(ids=" UNION ".join(parts)), [now(), *_week_ends(), *params])
    names = names_of(sorted({row[0] for row in rows if row[0]}))
    found: dict[int, dict[str, Cell]] = {}
    for unit, bucket, count, titles in rows:
        found.setdefault(unit, {})[bucket] = Cell(count, tuple(titles))
    made = [UnitRow(unit, names.get(unit, ""), cells) for unit, cells in found.items()]
    late = {row.unit: row.cells["late"].count if "late" in row.cells else 0 for row in made}
    return sorted(made, key=lambda row: (-late[row.unit], -row.total, row.unit))


def classes(actor: Actor) -> dict[str, int]:
    """Return how many open needs there are of each class, of what one sees.

    Problems of projects count by the class they began as; one that bears none, by its kind.
    """
    parts, params = [], []
    for branch in branches(actor):
        sql, extra = condition(branch)
        parts.append(f"SELECT m.id FROM flow_matter m WHERE {sql} AND m.open AND m.kind = ANY(%s)")  # noqa: S608
        params += [*extra, list(KINDS)]
    if not parts:
        return {}
    sql = f"""SELECT coalesce(m.data ->> 'class', m.data ->> 'need'), m.data ->> 'category', count(*) FROM flow_matter m
              WHERE m.id IN ({" UNION ".join(parts)}) GROUP BY 1, 2"""  # noqa: S608
    found: dict[str, int] = {}
    for name, category, count in run(sql, params):
        known = name or projects.NEED_OF.get(category or "", OTHER)
        found[known] = found.get(known, 0) + count
    return found


def listed(actor: Actor, kind: str, unit: int = 0, *, before: int = 0) -> tuple[list[MatterRow], int]:
    """Return open needs the actor sees, of one kind or unit when given, newest first."""
    return flow.listed(actor, Filter(kind=kind or NEED, lead_unit=unit, open=True), before=before)


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation as the centre sees it."""

    id: int
    name: str
    uscc: str
    created_at: datetime
    valid_until: datetime
    used_at: datetime | None


def invitations(divisions: Sequence[int]) -> list[InvitationRow]:
    """Return the invitations of these divisions, newest first."""
    sql = """
        SELECT i.id, o.name, i.uscc, i.created_at, i.valid_until, i.used_at FROM enterprise_invitation i
        JOIN identity_organisation o ON o.id = i.organisation
        WHERE i.division = ANY(%s) ORDER BY i.id DESC LIMIT 200"""
    return [InvitationRow(*row) for row in run(sql, (list(divisions),))]
