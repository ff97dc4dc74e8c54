"""The rates: tiles over what is one's own, then the same per unit, street, grid or class, each with its fraction."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.figures.apart import told_apart
from bihuan.kernel.figures.registry import get as figure_named
from bihuan.kernel.figures.selectors import FigureValue
from bihuan.kernel.identity.selectors import names_of
from bihuan.kernel.now import today
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.figures import PARTS, RATES
from bihuan.lines.hotline.grids.selectors import division_names
from bihuan.lines.hotline.telephony import pages as telephony
from bihuan.ui import cells
from bihuan.ui.page import Page, actor_of, may, page
from bihuan.ui.panels import Alert, Column, Empty, Figure, Figures, Filter, FilterBar, Table

#: By what the rates are told apart: the column of the matter, "" for not at all.
_BY = {"unit": "lead_unit", "street": "street", "grid": "grid", "class": "data.class"}


@page(permit="hotline.rates")
def rates(request: HttpRequest) -> Page:
    """Show the rates of this year or of all time, over what is one's own."""
    actor = actor_of(request)
    by = request.GET.get("by", "unit") if request.GET.get("by", "unit") in _BY else "unit"
    whole = request.GET.get("period") == "all"
    since = None if whole else today().replace(month=1, day=1)
    branches = figures.yard(actor)
    declared = [figure_named(name) for name in RATES]
    if not branches:
        empty = Alert(id="none", text=_("No figures are yours: they belong to a place or to a unit."))
        return Page(title=_("Rates"), kind="list", panels=[empty])
    tiles = figures.together([*declared, PARTS], branches, since=since)
    apart = told_apart(declared, branches, _BY[by], since)
    told = {name: {value.group: value for value in values} for name, values in apart.items()}
    bar = FilterBar(id="filters", url=reverse("hotline_rates"), filters=[
        Filter("by", _("Told apart by"), [("unit", _("by unit")), ("street", _("by street")), ("grid", _("by grid")),
                                          ("class", _("by class"))], by),
        Filter("period", _("Period"), [("", _("this year")), ("all", _("all time"))], "all" if whole else ""),
    ])  # fmt: skip
    period = "all" if whole else "year"
    panels = [
        bar,
        Figures(id="rates", figures=[_tile(value, period) for value in tiles]),
        *(telephony.shares(actor, since) if may("hotline.desk", actor) else []),
        _table(told, by, period),
    ]
    return Page(title=_("Rates"), kind="list", panels=panels)


def _tile(value: FigureValue, period: str) -> Figure:
    declared = figure_named(value.name)
    left = "；".join(f"{_(title)} {count}" for title, count in value.excluded if count)
    return Figure(
        title=_title(value.name),
        part=int(value.numerator),
        whole=value.denominator,
        as_of=value.at,
        small=value.small,
        definition=_(declared.definition) + (f"\n{_('Left out')}：{left}" if left else ""),
        href=f"{reverse('figure', args=[value.name])}?{urlencode({'period': period})}",
    )


def _table(told: Mapping[str, Mapping[int | str | None, FigureValue]], by: str, period: str) -> Table:
    groups = list(dict.fromkeys(key for values in told.values() for key in values))
    names = _names(groups, by)
    first = told[RATES[1]]
    ranked = sorted(groups, key=lambda key: (key not in first or first[key].small, -_share(first.get(key))))

    def cell(key: int | str | None, name: str) -> object:
        value = told[name].get(key)
        if value is None or not value.denominator:
            return ""
        rate = cells.Rate(int(value.numerator), value.denominator)
        return cells.Quiet(_("too few: %(n)d of %(of)d") % {"n": value.numerator, "of": value.denominator}) \
            if value.small else rate  # fmt: skip

    columns = [Column(_titles()[by], lambda key: names.get(key, _("not settled yet")), head=True)]
    columns += [_column(name, cell) for name in RATES]
    return Table(
        id="told", title=_("Rates %(by)s") % {"by": _words()[by]}, rows=ranked, columns=columns,
        empty=Empty(text=_("No order has been counted yet in this time."), icon="chart"),
    )  # fmt: skip


def _column(name: str, cell: "object") -> Column:
    return Column(_title(name), lambda key: cell(key, name), number=True)  # type: ignore[operator]


def _title(name: str) -> str:
    """Return what offices of the hotline call a figure."""
    own = {"hotline.sign_off": _("Closing rate"), "hotline.on_time": _("Closed on time")}
    return own.get(name) or _(figure_named(name).title)


def _share(value: FigureValue | None) -> float:
    return float(value.value) if value and value.value is not None else -1.0


def _titles() -> dict[str, str]:
    return {"unit": _("Unit"), "street": _("Street"), "grid": _("Grid"), "class": _("Class")}


def _words() -> dict[str, str]:
    return {"unit": _("by unit"), "street": _("by street"), "grid": _("by grid"), "class": _("by class")}


def _names(groups: Sequence[int | str | None], by: str) -> dict[int | str | None, str]:
    ids = [int(key) for key in groups if key and str(key).isdecimal()]
    if by == "unit":
        found: Mapping[int, str] = names_of(ids)
    elif by == "class":
        found = {key: one.name for key, one in duties.by_ids(ids).items()}
    else:
        found = division_names(ids)
    return {key: found[int(key)] for key in groups if key and str(key).isdecimal() and int(key) in found}
