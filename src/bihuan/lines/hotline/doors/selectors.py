"""What the public doors tell: which districts have one, their classes, and orders as GeoReport shows them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.content.selectors import SHOWN, open_many
from bihuan.kernel.errors import BadInput, NotFound
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import names_of, scope_of
from bihuan.kernel.identity.selectors.divisions import DivisionRow, division
from bihuan.kernel.now import LOCAL, now
from bihuan.lines.hotline.aside import selectors as aside
from bihuan.lines.hotline.contracts import ORDER
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.grids import points
from bihuan.lines.hotline.selectors import grid_names

#: GeoReport answers with at most so many requests, of at most so many days.
MOST, DAYS = 1000, 90


def place(key: int) -> DivisionRow:
    """Return the district whose door it is; NotFound where no duty catalogue stands: nobody would dispatch."""
    found = division(key)
    if found is None or not duties.duties(scope_of(key)):
        raise NotFound(_("There is no hotline here."), where=str(key))
    return found


def services(key: int) -> list[dict[str, Any]]:
    """Return the classes of a district as GeoReport services."""
    return [
        {
            "service_code": str(one.id), "service_name": one.name, "description": one.basis, "metadata": False,
            "type": "realtime", "keywords": ",".join(one.words), "group": "",
        }
        for one in duties.duties(scope_of(key))
    ]  # fmt: skip


def requests(actor: Actor, asked: dict[str, str]) -> list[dict[str, Any]]:
    """Return orders the actor sees as GeoReport requests, newest first: by ids, or by status, class and days."""
    codes = [one.strip() for one in asked.get("service_request_id", "").split(",") if one.strip()]
    if codes:
        rows = [flow.matter(actor, code) for code in codes[:50]]
        return shown([row for row in rows if row.kind == ORDER])
    status = asked.get("status", "")
    until = _moment(asked.get("end_date", "")) or now()
    since = _moment(asked.get("start_date", "")) or until - timedelta(days=DAYS)
    if until - since > timedelta(days=DAYS):
        since = until - timedelta(days=DAYS)
    data = (("class", asked["service_code"]),) if asked.get("service_code", "").isdecimal() else ()
    is_open = {"open": True, "closed": False}.get(status)
    what = Filter(kind=ORDER, open=is_open, since=since, data=data)
    rows, _more = flow.listed(actor, what, limit=MOST)
    return shown([row for row in rows if row.created <= until])


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(_("Please enter a moment as 2026-10-31T09:30:00Z."), where="start_date") from error
    return found if found.tzinfo else found.replace(tzinfo=LOCAL)


def shown(rows: Sequence[MatterRow]) -> list[dict[str, Any]]:
    """Return orders as GeoReport requests; who asked is never among what is told."""
    about = duties.by_ids(int(row.value("class", 0) or 0) for row in rows)
    names = names_of(sorted({row.lead_unit for row in rows} - {0}))
    texts: dict[int, dict[str, str]] = {}
    for ref, value in sorted(open_many([row.id for row in rows], ["detail", "reply", "address"]).items()):
        if value.state == SHOWN and value.cls == "open":
            texts.setdefault(ref.chain_id, {})[ref.field] = value.text
    lies = grid_names(rows)
    return [_request(row, about, names, texts.get(row.id, {}), lies.get(row.id, "")) for row in rows]


def notice(row: MatterRow) -> str:
    """Return what a client is told of where a request lies, and whether it waits to be looked at."""
    return _told(row, grid_names([row]).get(row.id, ""))


def _told(row: MatterRow, grid: str) -> str:
    lies = _("It lies in %(grid)s.") % {"grid": grid} if grid else ""
    return " ".join(filter(None, (lies, aside.notice(row))))


def _request(
    row: MatterRow, about: dict[int, duties.DutyRow], names: dict[int, str], texts: dict[str, str], grid: str
) -> dict[str, Any]:
    duty = about.get(int(row.value("class", 0) or 0))
    _address, point = points.part(texts.get("address", ""))
    return {
        "service_request_id": row.code, "status": "open" if row.open else "closed",
        "status_notes": texts.get("reply", "") if not row.open else "",
        "service_name": duty.name if duty else "", "service_code": str(duty.id) if duty else "",
        "description": texts.get("detail") or row.title, "agency_responsible": names.get(row.lead_unit, ""),
        "service_notice": _told(row, grid), "requested_datetime": _said(row.created),
        "updated_datetime": _said(row.moved), "expected_datetime": _said(row.due), "address": texts.get("address", ""),
        "lat": point[1] if point else None, "long": point[0] if point else None,
    }  # fmt: skip


def _said(moment: datetime | None) -> str:
    return moment.astimezone(LOCAL).isoformat(timespec="seconds") if moment else ""
