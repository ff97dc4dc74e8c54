"""What meetings decided, for those whose matter it was: read from the signed minutes, a matter at a time.

The minutes as a whole stay with their issuer and those they are circulated to. Who was invited, or handles
a matter, reads the decisions about matters they see, and those their unit has an order from; nothing before the
minutes are signed, nothing of minutes that are void.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bihuan.kernel.content import selectors as content
from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.meetings.papers import MINUTES
from bihuan.kernel.papers import selectors as papers
from bihuan.kernel.papers.models import SIGNED
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.permits.rules import branches, sees_by
from bihuan.kernel.store.sql import run

_STAFF = frozenset({Kind.POST, Kind.TOKEN, Kind.SYSTEM})
#: How minutes call what stood on no item of the agenda.
BESIDE = "其他事项"


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision of a meeting: about which item (0: beside the agenda), how it ended, its words, who does it by when.

    ``number`` is that of the signed minutes it stands in.
    """

    meeting: int
    code: str
    held: str
    day: date
    item: int
    title: str
    outcome: str
    text: str
    units: str
    due: str
    number: str


_ROWS = """
SELECT a.meeting, m.code, m.title, g.day, a.item, a.matter, i.title, a.outcome
FROM meetings_agenda a JOIN meetings_meeting g ON g.matter = a.meeting
JOIN flow_matter m ON m.id = a.meeting AND m.stage = 'minuted' JOIN flow_matter i ON i.id = a.item
WHERE a.{column} = %s AND a.outcome IN ('decide', 'retable', 'raise', 'return') ORDER BY g.day DESC, a.id"""


def of_meeting(actor: Actor, meeting: int) -> list[Decided]:
    """Return what a meeting decided about matters of the actor's; who asks sees the meeting or is invited to it."""
    rows = run(_ROWS.format(column="meeting"), (meeting,)) if actor.kind in _STAFF else []
    found = _told(actor, rows)
    return [*found, *_beside(actor, meeting)] if actor.kind in _STAFF else []


def of_matter(actor: Actor, matter: int) -> list[Decided]:
    """Return what meetings decided about a matter, the latest first; nothing for who doesn't see the matter."""
    return _told(actor, run(_ROWS.format(column="matter"), (matter,))) if actor.kind in _STAFF else []


def _told(actor: Actor, rows: Sequence[Any]) -> list[Decided]:
    signed = _signed({row[0] for row in rows})
    mine = _concerned(actor, {row[5] for row in rows if row[0] in signed})
    shown = [row for row in rows if row[0] in signed and row[5] in mine]
    words = _words({row[4] for row in shown})
    told = []
    for meeting, code, held, day, item, _matter, title, outcome in shown:
        paper, lines = signed[meeting]
        line = _line(lines, title)
        text = line.get("text") or words.get(item, "")
        told.append(
            Decided(meeting, code, held, day, item, title, outcome, text, line.get("units", ""),
                    line.get("due", ""), paper.number)
        )  # fmt: skip
    return told


def _line(lines: Sequence[Mapping[str, str]], title: str) -> Mapping[str, str]:
    """Return the line of the minutes about an item; none where two items bear one title, for it may be another's."""
    named = [one for one in lines if one.get("item") == title]
    return named[0] if len(named) == 1 else {}


def _signed(meetings: Iterable[int]) -> dict[int, tuple[PaperRow, list[dict[str, str]]]]:
    """Return, by meeting, the latest signed minutes with their lines; erased ones are left out."""
    sql = "SELECT max(id) FROM papers_paper WHERE about = ANY(%s) AND kind = %s AND state = %s GROUP BY about"
    rows = papers.by_ids([key for (key,) in run(sql, (sorted(meetings), MINUTES, SIGNED))])
    found: dict[int, tuple[PaperRow, list[dict[str, str]]]] = {}
    for row in rows.values():
        try:
            found[row.about] = (row, papers.data(row).get("decisions") or [])
        except NotFound:
            continue
    return found


_ORDERED = """
SELECT DISTINCT o.parent FROM flow_matter o LEFT JOIN flow_seat s ON s.matter_id = o.id
WHERE o.kind = 'orders.order' AND o.parent = ANY(%s) AND %s > 0 AND (o.lead_unit = %s OR s.unit = %s)"""


def _concerned(actor: Actor, matters: Iterable[int]) -> set[int]:
    """Return the matters the actor sees, or their unit has a signed order from."""
    ids, seen = sorted(matters), branches(actor)
    own = {key for key, row in by_ids(ids).items() if sees_by(seen, row)}
    unit = actor.unit
    return own | {key for (key,) in run(_ORDERED, (ids, unit, unit, unit))}


def _words(items: Iterable[int]) -> Mapping[int, str]:
    """Return the decisions written down of items, for where the minutes don't name them alone."""
    found = content.open_many(sorted(items), ["decision"])
    return {ref.chain_id: value.text for ref, value in found.items() if value.cls == "open" and value.text}


def _beside(actor: Actor, meeting: int) -> list[Decided]:
    """Return what was decided beside the agenda and the actor's unit has an order from."""
    signed = _signed([meeting])
    if meeting not in signed or meeting not in _concerned(actor, [meeting]):
        return []
    paper, lines = signed[meeting]
    row, unit = by_ids([meeting])[meeting], names_of([actor.unit]).get(actor.unit, "")
    ((day,),) = run("SELECT day FROM meetings_meeting WHERE matter = %s", (meeting,))
    everything = sees_by(branches(actor), row)
    return [
        Decided(meeting, row.code, row.title, day, 0, BESIDE, "decide", line.get("text", ""),
                line.get("units", ""), line.get("due", ""), paper.number)
        for line in lines
        if line.get("item") == BESIDE and (everything or unit in line.get("units", "").split("、"))
    ]  # fmt: skip
