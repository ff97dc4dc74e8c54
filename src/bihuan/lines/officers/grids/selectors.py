"""Read enterprises and grids: who is in which, who has been visited, who has not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.actors import LEVELS, Actor, Scope
from bihuan.kernel.now import now
from bihuan.kernel.people import selectors as people
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.registers import selectors as registers
from bihuan.kernel.store.sql import run
from bihuan.lines.officers.grids.register import ENTERPRISES, GRIDS
from bihuan.lines.officers.visits.actions import Target
from bihuan.lines.projects import contracts as projects
from bihuan.logic import text


@dataclass(frozen=True, slots=True)
class GridRow:
    """A grid with its head, its members and how many enterprises it has, visited and not."""

    id: int
    ver: int
    name: str
    head_post: int
    head: str
    unit: int
    unit_name: str
    receives: bool
    division: int
    members: tuple[str, ...]
    enterprises: int
    visited: int
    staff: int


_GRIDS = """
SELECT g.id, g.ver, g.name, g.head_post, coalesce(u.name, ''), g.unit, coalesce(nullif(o.short_name, ''), o.name, ''),
       g.receives = 'yes', g.division,
       (SELECT coalesce(array_agg(mu.name ORDER BY m.post), '{{}}') FROM officers_grid_member m
        JOIN identity_post mp ON mp.id = m.post JOIN identity_user mu ON mu.id = mp.user_id WHERE m.grid_id = g.id),
       count(e.id), count(e.id) FILTER (WHERE EXISTS (SELECT 1 FROM officers_visit v WHERE v.enterprise = e.id
         AND v.enterprise > 0 AND v.state = 'made' AND v.withdrawn_at IS NULL AND v.day BETWEEN %s AND %s)),
       coalesce(sum(e.staff), 0)::bigint
FROM officers_grid g LEFT JOIN officers_enterprise e ON e.cell_id = g.id AND e.withdrawn_at IS NULL
LEFT JOIN identity_post p ON p.id = g.head_post LEFT JOIN identity_user u ON u.id = p.user_id
LEFT JOIN identity_organisation o ON o.id = g.unit
WHERE g.withdrawn_at IS NULL AND ({ways})
GROUP BY g.id, u.name, o.short_name, o.name ORDER BY g.id
"""


def ways(actor: Actor, alias: str) -> tuple[str, list[Any]]:
    """Return the condition under which a row of a register is seen, with its parameters."""
    seen = [b for b in branches(actor) if b.column == "*" or b.column in registers.BRANCHES]
    found = [
        "true" if b.column == "*" else f"({alias}.{b.column} = %s AND {alias}.{b.column} > 0)" for b in seen
    ]
    return " OR ".join(found) or "false", [b.value for b in seen if b.column != "*"]


def grids(actor: Actor, since: date, until: date) -> list[GridRow]:
    """Return the grids one sees, with coverage between two days, both inside."""
    seen, params = ways(actor, "g")
    rows = run(_GRIDS.format(ways=seen), [since, until, *params])
    names = GridRow.__dataclass_fields__
    return [GridRow(**{**dict(zip(names, row, strict=True)), "members": tuple(row[9])}) for row in rows]


def grid(actor: Actor, grid_id: int) -> dict[str, Any]:
    """Return one grid as a mapping; NotFound also for the unseen."""
    return registers.visible(GRIDS, branches(actor), grid_id)


@dataclass(frozen=True, slots=True)
class EnterpriseRow:
    """An enterprise of the register, its grid, and when it was last visited."""

    id: int
    ver: int
    name: str
    uscc: str
    industry: str
    place: str
    kind: str
    staff: int | None
    note: str
    party: int
    cell: int
    cell_name: str
    head: str
    visited: date | None
    scope: Scope


_ENTERPRISE = f"""
SELECT m.id, m.ver, m.name, m.uscc, m.industry, m.place_text, m.kind, m.staff::bigint, m.note, m.party, m.cell_id,
       g.name, coalesce(u.name, ''),
       (SELECT max(v.day) FROM officers_visit v WHERE v.enterprise = m.id AND v.enterprise > 0 AND v.state = 'made'
          AND v.withdrawn_at IS NULL),
       m.division, {", ".join(f"m.{level}" for level in LEVELS)}
FROM officers_enterprise m JOIN officers_grid g ON g.id = m.cell_id
LEFT JOIN identity_post p ON p.id = g.head_post LEFT JOIN identity_user u ON u.id = p.user_id
WHERE m.withdrawn_at IS NULL
"""  # noqa: S608 - only constants are joined


def _enterprise(row: Sequence[Any]) -> EnterpriseRow:
    scope = Scope(**dict(zip(("division", *LEVELS), row[14:], strict=True)))
    return EnterpriseRow(**dict(zip(EnterpriseRow.__dataclass_fields__, (*row[:14], scope), strict=True)))


def enterprise(actor: Actor, enterprise_id: int) -> EnterpriseRow:
    """Return one enterprise; NotFound also for the unseen."""
    registers.visible(ENTERPRISES, branches(actor), enterprise_id)
    return _enterprise(run(f"{_ENTERPRISE} AND m.id = %s", (enterprise_id,))[0])


@dataclass(frozen=True, slots=True)
class What:
    """What a list of enterprises shows; empty fields don't filter. ``unvisited``: not visited between these days."""

    words: str = ""
    cell: int = 0
    unvisited: tuple[date, date] | None = None


def listed(actor: Actor, what: What, *, before: int = 0, limit: int = 50) -> tuple[list[EnterpriseRow], int]:
    """Return (enterprises newest first, id to continue before or 0)."""
    where: list[str] = []
    params: list[Any] = []
    if what.words:
        where.append("(m.name_key LIKE %s OR m.uscc = %s)")
        folded = text.key(what.words).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        params += [f"%{folded}%", what.words.upper()]
    if what.cell:
        where.append("m.cell_id = %s")
        params.append(what.cell)
    if what.unvisited:
        where.append(
            "NOT EXISTS (SELECT 1 FROM officers_visit v WHERE v.enterprise = m.id AND v.enterprise > 0"
            " AND v.state = 'made' AND v.withdrawn_at IS NULL AND v.day BETWEEN %s AND %s)"
        )
        params += what.unvisited
    rows, more = registers.newest(ENTERPRISES, branches(actor), where, params, before=before, limit=limit)
    ids = [row["id"] for row in rows]
    found = (
        {row[0]: _enterprise(row) for row in run(f"{_ENTERPRISE} AND m.id = ANY(%s)", (ids,))} if ids else {}
    )
    return [found[key] for key in ids], more


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person to talk to at an enterprise, masked."""

    person: int
    duty: str
    name: str
    phone: str


def contacts(actor: Actor, enterprise_id: int) -> list[ContactRow]:
    """Return the people of an enterprise, masked; NotFound also for the unseen."""
    enterprise(actor, enterprise_id)
    rows = run(
        "SELECT person, duty FROM officers_contact WHERE enterprise = %s ORDER BY since", (enterprise_id,)
    )
    found = people.masked([person for person, _duty in rows])
    return [
        ContactRow(person, duty, found[person].name, found[person].phone)
        for person, duty in rows
        if person in found
    ]


def target_enterprise(actor: Actor, enterprise_id: int) -> Target:
    """Return an enterprise as what is visited."""
    row = enterprise(actor, enterprise_id)
    return Target(row.name, row.scope, row.id, 0, row.party)


def target_project(actor: Actor, project_id: int) -> Target:
    """Return a project as what is visited, with the enterprise behind it where exactly one is meant."""
    card = projects.SEEN(actor, project_id)
    sql = """SELECT id FROM officers_enterprise WHERE withdrawn_at IS NULL AND ((party = %s AND party > 0)
             OR (uscc = %s AND uscc <> '') OR (name_key = %s AND name_key <> '')) LIMIT 2"""
    rows = run(sql, (card.party, card.uscc, text.key(card.company)))
    enterprise_id = rows[0][0] if len(rows) == 1 else 0
    return Target(card.name, card.scope, enterprise_id, card.id, card.party)


def receiving(division: int) -> int:
    """Return the grid of a park that takes in enterprises nobody allocated; NotFound when there is none."""
    sql = "SELECT id FROM officers_grid WHERE division = %s AND receives = 'yes' AND withdrawn_at IS NULL"
    rows = run(sql, (division,))
    if not rows:
        raise NotFound(str(division), where="grid")
    return int(rows[0][0])


def unit_of(grid_id: int) -> int:
    """Return the department that has a grid, 0 when there is none."""
    rows = run("SELECT unit FROM officers_grid WHERE id = %s", (grid_id,))
    return int(rows[0][0]) if rows else 0


def enterprise_names(ids: Sequence[int]) -> dict[int, str]:
    """Return enterprises' names."""
    return dict(run("SELECT id, name FROM officers_enterprise WHERE id = ANY(%s)", (list(ids),)))


def posts_offered(actor: Actor) -> list[tuple[str, str]]:
    """Return the valid posts over the actor's place that may head a grid or stand in one."""
    sql = """SELECT p.id, coalesce(nullif(o.short_name, ''), o.name) || ' · ' || u.name FROM identity_post p
             JOIN identity_user u ON u.id = p.user_id AND u.is_active
             JOIN identity_organisation o ON o.id = p.organisation_id
             WHERE p.division_id = %s AND p.valid_from <= %s AND (p.valid_until IS NULL OR p.valid_until > %s)
               AND p.role_id IN ('department', 'officer', 'coordinator', 'leader', 'supervisor')
             ORDER BY 2, 1 LIMIT 500"""
    return [(str(key), title) for key, title in run(sql, (actor.division, now(), now()))]


@dataclass(frozen=True, slots=True)
class Standing:
    """A valid post of a place as a workbook may name it: by its holder's name, with the department where needed."""

    post: int
    name: str
    unit: int
    unit_name: str
    unit_short: str

    @property
    def written(self) -> frozenset[str]:
        """How offices write who it is."""
        units = (self.unit_name, self.unit_short)
        between = ("", " ", "·", "-")
        return frozenset({self.name, *(f"{unit}{mark}{self.name}" for unit in units for mark in between)})


def standing(actor: Actor) -> list[Standing]:
    """Return the posts that may head a grid or stand in one, over the actor's place."""
    sql = """SELECT p.id, u.name, o.id, o.name, coalesce(nullif(o.short_name, ''), o.name) FROM identity_post p
             JOIN identity_user u ON u.id = p.user_id JOIN identity_organisation o ON o.id = p.organisation_id
             WHERE p.id = ANY(%s) ORDER BY p.id"""
    return [Standing(*row) for row in run(sql, ([int(key) for key, _title in posts_offered(actor)],))]


def grids_named(name: str) -> tuple[int, ...]:
    """Return the grids of that name in every park."""
    return tuple(key for (key,) in run("SELECT id FROM officers_grid WHERE name = %s", (name,)))


def grid_of_member(post: int) -> int:
    """Return the grid a post stands in, 0 when in none."""
    rows = run("SELECT grid_id FROM officers_grid_member WHERE post = %s", (post,))
    return int(rows[0][0]) if rows else 0


def live_rows(actor: Actor) -> list[registers.LiveRow]:
    """Return every enterprise the actor sees as register rows, for a workbook."""
    seen, params = ways(actor, "m")
    sql = f"SELECT m.id FROM officers_enterprise m WHERE m.withdrawn_at IS NULL AND ({seen}) ORDER BY m.id"  # noqa: S608
    return registers.live(ENTERPRISES, [row[0] for row in run(sql, params)])
