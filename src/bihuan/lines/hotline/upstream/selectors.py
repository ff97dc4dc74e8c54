"""Read what is owed to the city: replies in its fields, and where its list and ours differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.kernel.content.selectors import SHOWN, open_many
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import names_of, scope_of
from bihuan.kernel.now import LOCAL, local
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.callers.selectors import opens
from bihuan.lines.hotline.forms import WHY_NOT
from bihuan.lines.hotline.upstream.reading import City

#: The city's fields, in the order of its sheet.
HEAD = ("工单编号", "是否联系", "联系时间", "是否解决", "未解决原因", "公开答复", "承办单位", "办结时间")
_CONTACTED = {"yes": "是", "unreached": "未联系上", "hidden": "无联系方式"}
_SOLVED = {"solved": "是", "partly": "部分解决", "no": "否"}


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as the city's platform asks for it; ``matter`` is our order."""

    matter: int
    code: str
    number: str
    contacted: str
    contacted_at: str
    solved: str
    why_not: str
    reply: str
    unit: str
    closed: str
    sent: bool

    def cells(self) -> tuple[str, ...]:
        """Return its cells under ``HEAD``."""
        return (
            self.number, self.contacted, self.contacted_at, self.solved, self.why_not, self.reply, self.unit,
            self.closed,
        )  # fmt: skip

    def fields(self) -> dict[str, str]:
        """Return it as a city's form of disposal names its fields."""
        return {
            "联系群众": "已联系" if self.contacted == "是" else self.contacted, "联系时间": self.contacted_at,
            "是否解决": self.solved, "未解决原因": self.why_not, "公开答复内容": self.reply, "办理情况": self.reply,
        }  # fmt: skip


def county_of(actor: Actor) -> int:
    """Return the district (or park) whose orders of the city an actor keeps."""
    place = scope_of(actor.division)
    return place.county or place.park or place.division


def matter_of(county: int, number: str) -> int:
    """Return our order under a number of the city; 0 for none."""
    rows = run("SELECT matter FROM hotline_city WHERE county = %s AND number = %s", (county, number))
    return int(rows[0][0]) if rows else 0


def is_citys(matter: int) -> bool:
    """Whether an order came from the city's platform."""
    return bool(run("SELECT 1 FROM hotline_city WHERE matter = %s", (matter,)))


def has_deadline(matter: int) -> bool:
    """Whether the city set the deadline of an order."""
    return bool(run("SELECT 1 FROM hotline_city WHERE matter = %s AND due IS NOT NULL", (matter,)))


#: The fields in which more time is asked for at the city, in the order of its sheet.
EXTENSION_HEAD = ("工单编号", "申请延期工作日", "延期理由", "原办理时限", "申请单位", "申请时间")
_ASKED = """
SELECT c.matter, c.number, c.due, x.value, x.asked_at,
  (SELECT max(e.seq) FROM ledger_entry e WHERE e.chain_id = c.matter AND e.move = 'ask_extension')
FROM clock_extension x JOIN clock_clock k ON k.id = x.clock_id JOIN hotline_city c ON c.matter = k.matter_id
WHERE x.state = 'asked' AND k.name = 'handle' AND k.ended_at IS NULL AND c.county = %s AND c.due IS NOT NULL
ORDER BY x.asked_at, c.matter LIMIT %s"""


@dataclass(frozen=True, slots=True)
class Extension:
    """More time asked for at the city and not answered yet; ``days`` are working days."""

    matter: int
    code: str
    number: str
    days: int
    reason: str
    due: datetime
    unit: str
    asked_at: datetime

    def cells(self) -> tuple[str, ...]:
        """Return its cells under ``EXTENSION_HEAD``."""
        moments = (f"{local(self.due):%Y-%m-%d %H:%M}", self.unit, f"{local(self.asked_at):%Y-%m-%d %H:%M}")
        return (self.number, str(self.days), self.reason, *moments)


def extensions(actor: Actor, limit: int = 500) -> list[Extension]:
    """Return what has been asked for and waits for the city's answer, the oldest first."""
    found = run(_ASKED, (county_of(actor), limit))
    rows = flow.by_ids([row[0] for row in found])
    said = {
        (ref.chain_id, ref.seq): value.text
        for ref, value in open_many(list(rows), ["reason"]).items()
        if value.state == SHOWN and value.cls == "open"
    }
    names = names_of(sorted({row.lead_unit for row in rows.values()} - {0}))
    return [
        Extension(key, rows[key].code, number, days, said.get((key, seq), ""), due,
                  names.get(rows[key].lead_unit, ""), asked)
        for key, number, due, days, asked, seq in found
        if opens(actor, rows[key])
    ]  # fmt: skip


_CLOSED = """SELECT c.matter, c.number, c.sent_at IS NOT NULL FROM hotline_city c JOIN flow_matter m ON m.id = c.matter
             WHERE c.county = %s AND NOT m.open AND m.stage <> 'withdrawn' AND (%s OR c.sent_at IS NULL)
             ORDER BY c.matter LIMIT %s"""


def replies(actor: Actor, *, sent: bool = False, limit: int = 500) -> list[Reply]:
    """Return the replies that wait to go to the city, oldest first; with ``sent`` those that went, too."""
    found = run(_CLOSED, (county_of(actor), sent, limit))
    rows = flow.by_ids([row[0] for row in found])
    texts: dict[int, str] = {}
    for ref, value in sorted(open_many(list(rows), ["reply"]).items()):
        if value.state == SHOWN and value.cls == "open":
            texts[ref.chain_id] = value.text
    names = names_of(sorted({row.lead_unit for row in rows.values()} - {0}))
    return [
        _reply(rows[key], number, texts.get(key, ""), names, went)
        for key, number, went in found
        if opens(actor, rows[key])
    ]  # fmt: skip


def _reply(row: MatterRow, number: str, text: str, names: dict[int, str], went: bool) -> Reply:
    at = row.value("contacted_at", "")
    why = dict(WHY_NOT).get(str(row.value("why_not", "")), "")
    return Reply(
        matter=row.id, code=row.code, number=number,
        contacted=_CONTACTED.get(str(row.value("contacted", "")), ""),
        contacted_at=f"{local(datetime.fromisoformat(at)):%Y-%m-%d %H:%M}" if at else "",
        solved=_SOLVED.get(str(row.value("solved", "")), ""), why_not=_(why) if why else "", reply=text,
        unit=names.get(row.lead_unit, ""), sent=went,
        closed=f"{local(row.closed):%Y-%m-%d %H:%M}" if row.closed else "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the city's list and ours differ: which number, in what, what each says."""

    number: str
    code: str
    kind: str
    city: str
    ours: str


_OURS = """SELECT c.number, m.code, m.open, c.due, c.sent_at IS NOT NULL, m.stage FROM hotline_city c
           JOIN flow_matter m ON m.id = c.matter WHERE c.county = %s AND (m.open OR c.number = ANY(%s))"""


def differences(actor: Actor, theirs: Sequence[City]) -> list[Difference]:
    """Compare the city's list of a day with ours: missing on either side, over on one side only, another deadline."""
    by_number = {one.number: one for one in theirs}
    ours = {row[0]: row[1:] for row in run(_OURS, (county_of(actor), list(by_number)))}
    found = [
        Difference(number, "", "missing_here", one.state, "")
        for number, one in by_number.items()
        if number not in ours
    ]  # fmt: skip
    for number, (code, is_open, due, sent, _stage) in ours.items():
        one = by_number.get(number)
        if one is None:
            found += [Difference(number, code, "missing_there", "", code)] if is_open else []
            continue
        if one.over and is_open:
            found.append(Difference(number, code, "over_there", one.state, ""))
        if not one.over and not is_open and not sent:
            found.append(Difference(number, code, "over_here", one.state, ""))
        if one.due and due and local(due) != one.due.replace(tzinfo=LOCAL):
            found.append(
                Difference(number, code, "due", f"{one.due:%Y-%m-%d %H:%M}", f"{local(due):%Y-%m-%d %H:%M}")
            )
    return sorted(found, key=lambda one: (one.kind, one.number))
