"""How much approval time was saved against the limit of the province, and what is behind it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now
from bihuan.kernel.permits.rules import branches
from bihuan.lines.agency.approvals import selectors
from bihuan.lines.agency.approvals.counted import SAVED
from bihuan.lines.agency.approvals.selectors import Approval, Asked, Group, Saved
from bihuan.lines.agency.figures import ONCE
from bihuan.logic.mechanism import said
from bihuan.logic.pictures import Mark, histogram_svg
from bihuan.ui import cells
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import (
    Action,
    Column,
    Empty,
    Figure,
    Figures,
    Filter,
    FilterBar,
    Panel,
    Picture,
    Table,
)

_EXCLUDED = {
    "open": said("not decided yet"),
    "imprecise": said("days not known exactly"),
    "no_limit": said("no limit of the province stated in working days"),
}


@page(permit="agency.see")
def time_saved(request: HttpRequest) -> Page:
    """Show by how much approval was faster than the province's limit, and what is behind it."""
    asked = asked_of(request)
    actor = actor_of(request)
    found = selectors.saved(actor, asked)
    panels: list[Panel] = [_filters(request, found, asked), _tiles(actor, found), _picture(found)]
    panels += [_by_authority(found, request), _list("outliers", _("Outliers"), found.outliers)]
    if asked.authority or asked.item or request.GET.get("all") == "1":
        panels.append(_list("approvals", _("Approvals counted"), found.rows[-500:][::-1]))
    actions_ = [
        Action(title=_("Export of the approval platform"), href=reverse("agency_import", args=["approvals"]))
    ]
    return Page(title=_("Approval time saved"), kind="list", panels=panels, actions=actions_)


def asked_of(request: HttpRequest) -> Asked:
    """Return what an address asks for; BadInput for a day that isn't one."""
    try:
        since, until = (
            date.fromisoformat(text) if (text := request.GET.get(name, "")) else None
            for name in ("since", "until")
        )
    except ValueError as error:
        raise BadInput(_("Please enter a day as 2026-10-31."), where="since") from error
    return Asked(since, until, request.GET.get("authority", "")[:200], request.GET.get("item", "")[:200])


def _filters(request: HttpRequest, found: Saved, asked: Asked) -> FilterBar:
    names = sorted({group.name for group in found.groups} | ({asked.authority} - {""}))
    year = now().year
    years = [("", _("any time")), *((f"{y}-01-01", str(y)) for y in (year, year - 1))]
    return FilterBar(
        id="filters",
        url=reverse("agency_time"),
        filters=[
            Filter(
                "authority",
                _("Authority"),
                [("", _("all authorities")), *((n, n) for n in names)],
                asked.authority,
            ),
            Filter("since", _("Decided since"), years, request.GET.get("since", "")),
        ],
    )


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _tiles(actor: Actor, found: Saved) -> Figures:
    total, at = found.spread, now()
    left_out = [f"{_(_EXCLUDED[why])} {count}" for why, count in found.excluded.items() if count]
    words = _(SAVED.definition)
    if left_out:
        words += " " + _("Left out: %(parts)s") % {"parts": ", ".join(left_out)}
    compare = ""
    if total and found.allowed is not None:
        compare = _("%(used)s of %(allowed)s working days") % {
            "used": _plain(total.mean), "allowed": _plain(found.allowed),
        }  # fmt: skip
    made = [
        Figure(
            title=_("Time saved"), value=_plain(found.saved), unit="%", as_of=at, definition=words,
            compare=compare, small=found.small, href=reverse("figure", args=[SAVED.name]),
        )
    ]  # fmt: skip
    for title, value in (
        (_("Average"), total and _plain(total.mean)),
        (_("Median"), total and _plain(total.median)),
        (_("90th percentile"), total and total.p90),
    ):
        made.append(
            Figure(title=title, value=value or None, unit=_("working days"), as_of=at, small=found.small)
        )
    made.append(
        Figure(
            title=_("Approvals counted"), value=total.count if total else 0, as_of=at, href="?all=1#approvals"
        )
    )
    return Figures(id="saved", figures=[*made, *_once(actor)])


def _once(actor: Actor) -> list[Figure]:
    """Return the share of cases done at once (一次办成率), opening to the cases that are finished."""
    rate = figures.value("agency.once", branches(actor))
    if not rate or not rate[0].denominator:
        return []
    found = rate[0]
    return [
        Figure(
            title=_("Done at once"), part=int(found.numerator), whole=found.denominator, as_of=found.at,
            small=found.small, definition=_(ONCE.definition), href=f"{reverse('agency')}?state=closed&stage=done",
        )
    ]  # fmt: skip


def _picture(found: Saved) -> Panel:
    values = [row.used for row in found.rows]
    if not values or found.spread is None:
        text = _("Nothing is counted yet. Bring in the approval platform's export.")
        return Empty(id="distribution", text=text)
    marks = [
        Mark(_("average %(n)s") % {"n": _plain(found.spread.mean)}, float(found.spread.mean), strong=True)
    ]
    if found.allowed is not None:
        marks.append(Mark(_("allowed %(n)s") % {"n": _plain(found.allowed)}, float(found.allowed)))
    title = _("How many approvals took how many working days")
    return Picture(
        id="distribution",
        title=title,
        svg=histogram_svg(title, values, marks),
        narrow=histogram_svg(title, values, marks, width=340, height=200),
        head=[_("Working days"), _("Approvals")],
        rows=[[value, values.count(value)] for value in sorted(set(values))],
    )


def _by_authority(found: Saved, request: HttpRequest) -> Table:
    def address(row: Group) -> str:
        return f"?{urlencode({**request.GET.dict(), 'authority': row.name})}"

    def grey(value: Any) -> Any:
        return lambda row: cells.Quiet(str(value(row))) if row.small else value(row)

    return Table(
        id="authorities",
        title=_("By authority"),
        columns=[
            Column(_("Authority"), lambda row: row.name or "—", head=True, link=address),
            Column(_("Approvals"), lambda row: row.spread.count, number=True),
            Column(_("Average"), grey(lambda row: _plain(row.spread.mean)), number=True),
            Column(_("Median"), grey(lambda row: _plain(row.spread.median)), number=True),
            Column(_("90th percentile"), grey(lambda row: row.spread.p90), number=True),
            Column(_("Time saved"), grey(lambda row: f"{_plain(row.saved)}%"), number=True),
        ],
        rows=found.groups,
        row_href=address,
        empty=Empty(text=_("Nothing is counted yet.")),
    )


def _list(key: str, title: str, rows: Any) -> Table:
    return Table(
        id=key,
        title=title,
        columns=[
            Column(_("Number"), "number", head=True),
            Column(_("Item"), "item"),
            Column(_("Authority"), "authority"),
            Column(_("Accepted by the authority on"), "accepted"),
            Column(_("Decided on"), "decided"),
            Column(_("Working days"), "used", number=True),
            Column(_("Allowed"), "allowed", number=True),
        ],
        rows=rows,
        row_key=_key,
        empty=Empty(text=_("There are none.")),
    )


def _key(row: Approval) -> int:
    return row.id
