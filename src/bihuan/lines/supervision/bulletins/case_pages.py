"""The matters each number of a bulletin counts: as frozen, and beside them what is known otherwise since."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.figures import selectors as kernel
from bihuan.kernel.flow import selectors as flow
from bihuan.lines.supervision.bulletins import freezing, selectors
from bihuan.lines.supervision.bulletins.counting import branch_of
from bihuan.lines.supervision.bulletins.figures import MEASURES, REPORTS, STANDING, definition, title
from bihuan.lines.supervision.bulletins.pages import PERMIT, SIZE, href
from bihuan.lines.supervision.bulletins.selectors import BulletinRow
from bihuan.lines.supervision.scoring.naming import project_names
from bihuan.ui import cells
from bihuan.ui.counted import place_after
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Alert, Column, Empty, Pager, Panel, Table


@page(permit=PERMIT)
def cases(request: HttpRequest, bulletin: int, counted: str) -> Page:
    """Show what a number counts."""
    row = selectors.bulletin(actor_of(request), bulletin)
    if counted not in MEASURES:
        raise NotFound(_("There is no such figure."), where=counted)
    given = request.GET.get("unit", "")
    unit = int(given) if given.isdigit() and len(given) < 19 else None
    after = request.GET.get("before", "")
    panels = _standing(row, counted, unit, after) if counted in STANDING else _flow(row, counted, unit, after)
    crumbs = [Crumb(_("Bulletins"), reverse("supervision_bulletins")), Crumb(row.period.name, href(row))]
    return Page(
        title=_(title(counted)), kind="list", crumbs=crumbs, lead=_(definition(counted)), panels=panels
    )


def _flow(row: BulletinRow, counted: str, unit: int | None, after: str) -> list[Panel]:
    listed = freezing.listed(row.division, row.since, row.until, counted, unit)
    first = int(after) if after.isdigit() and len(after) < 9 else 0
    shown = listed.frozen[first : first + SIZE]
    more = first + SIZE if len(listed.frozen) > first + SIZE else 0
    query = urlencode({"unit": "" if unit is None else unit, "before": more})
    made: list[Panel] = []
    if not listed.is_frozen:
        made.append(Alert(id="live", tone="warn", text=_("Not all days of this period are frozen yet.")))
    title = _("As frozen: %(n)d") % {"n": len(listed.frozen)} if listed.is_frozen else _("Matters counted")
    made.append(_table("cases", title, counted, shown, Pager(next=f"?{query}" if more else "")))
    for name, words, cases_ in (
        ("added", _("Known only since: they would count now"), listed.added),
        ("removed", _("Known otherwise since: they would no longer count"), listed.removed),
    ):
        if cases_:
            made.append(_table(name, words, counted, cases_[: SIZE * 4], Pager()))
    return made


def _table(name: str, title: str, counted: str, shown: Sequence[str], pager: Pager) -> Table:
    empty = Empty(text=_("Nothing counted."))
    if counted == "visits":
        columns = [
            Column(_("Day"), "day", head=True),
            Column(_("Who was visited"), "name"),
            Column(_("Who went"), lambda one: cells.Stack([one.who, cells.Quiet(one.unit)])),
        ]
        return Table(
            id=name, title=title, columns=columns, rows=selectors.visits(shown), pager=pager, empty=empty
        )
    if counted in REPORTS:
        keys = [int(case.partition(".")[0]) for case in shown]
        names = project_names(keys)
        columns = [
            Column(
                _("Project"),
                lambda one: one[1],
                head=True,
                link=lambda one: reverse("project", args=[one[0]]),
            )
        ]
        told = [(key, names.get(key, f"#{key}")) for key in keys]
        return Table(id=name, title=title, columns=columns, rows=told, pager=pager, empty=empty)
    found = flow.by_ids([int(case.partition(".")[0]) for case in shown], "read")
    rows = [found[key] for case in shown if (key := int(case.partition(".")[0])) in found]
    return Table(id=name, title=title, columns=_columns(), rows=rows, pager=pager, empty=empty)


def _columns() -> list[Column]:
    return [
        Column(_("Matter"), "code", link=lambda one: reverse("matter", args=[one.code])),
        Column(_("Title"), lambda one: one.title or _("(erased)"), head=True),
    ]


def _standing(row: BulletinRow, counted: str, unit: int | None, after: str) -> list[Panel]:
    before = place_after(after)
    rows = kernel.cases(
        f"supervision.{counted}", "numerator", [branch_of(row.division)], as_of=row.until, since=row.since,
        group=None if unit is None else ("lead_unit", unit), before=before, limit=SIZE,
    )  # fmt: skip
    more = f"{rows[-1].matter_id}-{rows[-1].episode}" if len(rows) == SIZE else ""
    query = urlencode({"unit": "" if unit is None else unit, "before": more})
    title = _("As known at the end of %(day)s.") % {"day": row.until.isoformat()}
    return [
        Table(
            id="cases", title=title, rows=rows, columns=_columns(), pager=Pager(next=f"?{query}" if more else ""),
            empty=Empty(text=_("Nothing counted.")),
        )
    ]  # fmt: skip
