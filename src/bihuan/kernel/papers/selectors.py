"""Read papers: one, those of a matter, the register (文书登记簿), what the check page may say."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.utils.translation import gettext as _

from bihuan.kernel.content.selectors import SHOWN, open_refs
from bihuan.kernel.content.values import Ref
from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.actors import LEVELS, Actor
from bihuan.kernel.now import today
from bihuan.kernel.papers import kinds, templates
from bihuan.kernel.papers.models import SIGNED, VOID
from bihuan.kernel.papers.numbering import IssuerRow
from bihuan.kernel.papers.rows import COLUMNS, PaperRow, RoundRow, read
from bihuan.kernel.papers.templates import Template
from bihuan.kernel.papers.writing import document
from bihuan.kernel.store.sql import run
from bihuan.logic import canonical


class Way(Protocol):
    """One indexed way to what somebody may see: ``permits.rules.Branch`` is one."""

    @property
    def column(self) -> str: ...

    @property
    def value(self) -> int: ...


#: What a way over matters means for papers: who leads a matter issues a paper.
_WAYS = {
    **{level: level for level in LEVELS},
    "lead_unit": "unit",
    "party": "party",
    "creator_user": "creator_user",
}


def paper(paper_id: int) -> PaperRow:
    """Return one paper; raise NotFound. Whether the actor may see it is asked by the floor above."""
    found = by_ids([paper_id])
    if paper_id not in found:
        raise NotFound(_("There is no such paper."), where=str(paper_id))
    return found[paper_id]


def by_ids(ids: Iterable[int]) -> dict[int, PaperRow]:
    """Return papers by id; an id that is none is missing."""
    rows = run(f"SELECT {COLUMNS} FROM papers_paper p WHERE p.id = ANY(%s::bigint[])", (list(ids),))  # noqa: S608
    return {row.id: row for row in map(read, rows)}


def of(about: int) -> list[PaperRow]:
    """Return the papers about a matter or register row, oldest first."""
    rows = run(f"SELECT {COLUMNS} FROM papers_paper p WHERE p.about = %s ORDER BY p.id", (about,))  # noqa: S608
    return [read(row) for row in rows]


def corrections(paper_id: int) -> list[PaperRow]:
    """Return the papers that correct this one, oldest first."""
    sql = f"SELECT {COLUMNS} FROM papers_paper p WHERE p.corrects = %s AND p.corrects > 0 ORDER BY p.id"  # noqa: S608
    return [read(row) for row in run(sql, (paper_id,))]


def data(row: PaperRow) -> dict[str, Any]:
    """Return a paper's frozen data; raise NotFound when it has been erased or is withheld."""
    return data_of([row])[row.id]


def data_of(rows: Sequence[PaperRow]) -> dict[int, dict[str, Any]]:
    """Return the frozen data of many papers with one statement; raise NotFound when one can't be read."""
    values = open_refs([Ref(row.id, row.data_seq, "data") for row in rows])
    found = {ref.chain_id: json.loads(value.text) for ref, value in values.items() if value.state == SHOWN}
    for row in rows:
        if row.id not in found:
            raise NotFound(_("The content of this paper has been erased."), where=str(row.id))
    return found


def template(row: PaperRow) -> Template:
    """Return the layout the paper was drafted under."""
    ((text,),) = run("SELECT text FROM papers_template WHERE hash = %s", (row.template,))
    return templates.loads(json.loads(text))


def genuine(row: PaperRow) -> bool:
    """Whether title, data and layout still make the hash that was signed; an erased title can't be compared."""
    text = document(row.kind, row.title, row.template, data(row), row.about, row.corrects)
    return canonical.digest(text) == row.hash


@dataclass(frozen=True, slots=True)
class Sought:
    """Which papers of the register are wanted; '' and 0 ask for no narrowing.

    ``state`` "" means what was issued: signed and void ones that bear a number.
    """

    kind: str = ""
    state: str = ""
    unit: int = 0
    q: str = ""
    since: date | None = None
    until: date | None = None
    form: str = ""


def listed(
    seen: Sequence[Way], what: Sought, *, before: int = 0, limit: int = 50
) -> tuple[list[PaperRow], int]:
    """Return (papers newest first, id to continue before or 0): each way is walked by its own index."""
    where, params = _conditions(what)
    if before:
        where, params = [*where, "p.id < %s"], [*params, before]
    parts: list[str] = []
    values: list[Any] = []
    for way in seen:
        if way.column != "*" and way.column not in _WAYS:
            continue
        own = [] if way.column == "*" else [f"p.{_WAYS[way.column]} = %s AND p.{_WAYS[way.column]} > 0"]
        both = " AND ".join([*own, *where])
        parts.append(f"(SELECT p.id FROM papers_paper p WHERE {both} ORDER BY p.id DESC LIMIT %s)")  # noqa: S608
        values += [*([way.value] if own else []), *params, limit + 1]
    if not parts:
        return [], 0
    sql = f"""SELECT {COLUMNS} FROM papers_paper p WHERE p.id IN ({" UNION ".join(parts)})
              ORDER BY p.id DESC LIMIT %s"""  # noqa: S608
    rows = [read(row) for row in run(sql, [*values, limit + 1])]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else 0


def _conditions(what: Sought) -> tuple[list[str], list[Any]]:
    where, params = ["p.state = ANY(%s)"], [[what.state] if what.state else [SIGNED, VOID]]
    if not what.state or what.state == VOID:
        where.append("p.number <> ''")
    for column, value in (("kind", what.kind), ("unit", what.unit), ("form", what.form)):
        if value:
            where.append(f"p.{column} = %s")
            params.append(value)  # type: ignore[arg-type]
    if what.q:
        like = what.q.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        where.append("(p.title ILIKE %s OR p.number ILIKE %s)")
        params += [f"%{like}%", f"%{like}%"]  # type: ignore[list-item]
    for day, sign in ((what.since, ">="), (what.until, "<=")):
        if day:
            where.append(f"p.signed_on {sign} %s")
            params.append(day)  # type: ignore[arg-type]
    return where, params


def rounds(paper_id: int) -> list[RoundRow]:
    """Return who was asked to read a paper, and when each did."""
    rows = run(
        """SELECT r.post, u.name, coalesce(nullif(o.short_name, ''), o.name), p.role_id, r.asked, r.read,
                  coalesce(w.name, '')
           FROM papers_round r JOIN identity_post p ON p.id = r.post JOIN identity_user u ON u.id = p.user_id
           JOIN identity_organisation o ON o.id = p.organisation_id LEFT JOIN identity_user w ON w.id = r.reader
           WHERE r.paper = %s ORDER BY r.id""",
        (paper_id,),
    )
    return [RoundRow(*row) for row in rows]


def is_asked(actor: Actor, paper_id: int) -> bool:
    """Whether the actor's post was asked to read the paper."""
    rows = run("SELECT 1 FROM papers_round WHERE paper = %s AND post = %s", (paper_id, actor.post))
    return bool(actor.post and rows)


def to_read(actor: Actor, limit: int = 50) -> list[PaperRow]:
    """Return the papers the actor's post was asked to read and has not, oldest first."""
    sql = f"""SELECT {COLUMNS} FROM papers_round r JOIN papers_paper p ON p.id = r.paper
              WHERE r.post = %s AND r.read IS NULL AND p.state <> 'void' ORDER BY r.id LIMIT %s"""  # noqa: S608
    return [read(row) for row in run(sql, (actor.post, limit))] if actor.post else []


@dataclass(frozen=True, slots=True)
class Checked:
    """What a stranger is told of a paper: never its title or content. ``state``: valid, expired, void."""

    number: str
    issuer: str
    signed_on: date
    state: str
    valid_until: date | None
    voided_on: date | None
    corrected_by: tuple[str, ...]
    hash: str
    form: str
    replaced: bool = False


def check(code: str) -> Checked | None:
    """Return what the check page says of a signed paper's code; None for a draft's and for no paper's."""
    sql = f"SELECT {COLUMNS} FROM papers_paper p WHERE p.code = %s AND p.signed IS NOT NULL"  # noqa: S608
    rows = run(sql, (code.strip().upper(),))
    if not rows:
        return None
    row = read(rows[0])
    assert row.signed_on is not None
    expired = row.valid_until is not None and row.valid_until < today()
    return Checked(
        number=row.number,
        issuer=row.issuer,
        signed_on=row.signed_on,
        state="void" if row.is_void else "expired" if expired else "valid",
        valid_until=row.valid_until,
        voided_on=row.voided.date() if row.voided else None,
        corrected_by=tuple(one.number for one in corrections(row.id) if one.number),
        hash=row.hash.hex(),
        form=row.form,
        replaced=kinds.known(row.kind) and kinds.get(row.kind).replaces,
    )


def issuers() -> list[IssuerRow]:
    """Return what organisations sign as, by unit, the latest first."""
    rows = run(
        "SELECT unit, word, name, true, source, valid_from FROM papers_issuer ORDER BY unit, valid_from DESC"
    )
    return [IssuerRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A number series of one year and the last number given in it."""

    word: str
    year: int
    last: int

    @property
    def year_text(self) -> str:
        """Return the year without separators."""
        return str(self.year)


def series() -> list[SeriesRow]:
    """Return all number series, the latest year first."""
    return [
        SeriesRow(*row) for row in run("SELECT word, year, last FROM papers_series ORDER BY year DESC, word")
    ]
