"""The public map: reviewed classes, coarse places, whole periods; for everybody, where a place has opened it."""

from datetime import date

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.failures import TooManyTries
from bihuan.kernel.identity.middleware import client_address
from bihuan.kernel.identity.selectors.links import keyed
from bihuan.kernel.now import now, today
from bihuan.kernel.store.reading import reading
from bihuan.lines.hotline.openmap import drawing, periods, selectors
from bihuan.lines.hotline.openmap.selectors import Open, Released
from bihuan.lines.hotline.pages.words import number
from bihuan.ui import format
from bihuan.ui.page import Page, page, respond
from bihuan.ui.panels import Action, Column, Empty, Filter, FilterBar, Panel, Table

#: Pages one address may open in a minute: more is no reader. Nothing is learnt by asking often, this is against load.
ALLOWED = 60
_MINUTE = 60


@page(permit="anyone", writes_on_get=True)  # the count of this address
def maps(request: HttpRequest) -> Page | HttpResponseBase:
    """Lead to the map that is open; where several are, let one choose."""
    _count(request)
    with reading():
        found = selectors.maps()
    if not found:
        raise _closed()
    if len(found) == 1:
        return HttpResponse(status=302, headers={"Location": reverse("hotline_map", args=[found[0][0]])})
    columns = [Column(_("Place"), lambda one: one[1], head=True, link=_address)]
    table = Table(id="maps", caption=_("Public map"), rows=found, columns=columns, row_href=_address)
    return Page(title=_("What is reported where"), kind="open", found=True, panels=[table])


def _address(one: tuple[int, str]) -> str:
    return reverse("hotline_map", args=[one[0]])


@page(permit="anyone", writes_on_get=True)  # the count of this address
def shown(request: HttpRequest, public_place: int) -> HttpResponseBase:
    """Show a published period, of all reviewed classes or one of them."""
    _count(request)
    with reading():
        found = selectors.opened(public_place)
        if found is None:
            raise _closed()
        release = _chosen(found, request.GET.get("period", ""))
        duty = number(request.GET.get("class", ""))
        duty = duty if duty in found.classes else 0
        answer = respond(request, _page(found, release, duty))
    # The page bears a form of its own reader (the language), so nobody on the way may keep it for others.
    answer["Cache-Control"] = "private, max-age=60"
    return answer


def _closed() -> NotFound:
    return NotFound(_("There is no public map here."))


def _count(request: HttpRequest) -> None:
    minute = int(now().timestamp()) // _MINUTE
    key = f"hotline.map:{keyed('hotline-map', client_address(request) or '').hex()}:{minute}"
    cache.add(key, 0, 2 * _MINUTE)
    if cache.incr(key) > ALLOWED:
        raise TooManyTries(_("Too many pages were opened from here. Wait a minute and try again."))


def _chosen(found: Open, period: str) -> Released | None:
    fitting = (one for one in found.releases if one.begins.isoformat() == period)
    return next(fitting, found.releases[0] if found.releases else None)


def _page(found: Open, release: Released | None, duty: int) -> Page:
    title = _("What is reported where: %(place)s") % {"place": found.name}
    lead = _(
        "How many callers reported something of a reviewed class to the hotline, by %(level)s and whole periods. Not"
        " shown: single orders, what was said, addresses, names, reports of wrongdoing, callers who do not wish to be"
        " known, and numbers below %(least)d."
    ) % {"level": drawing.level(found.coarse), "least": found.least}
    panels = _panels(found, release, duty) if release and found.classes else [_nothing(found)]
    tell = Action(
        title=_("Tell the hotline"), href=reverse("hotline_public", args=[found.place]), icon="phone"
    )
    return Page(title=title, lead=lead, kind="open", found=True, panels=panels, actions=[tell])


def _nothing(found: Open) -> Empty:
    day = periods.released_on(found.period, today(), found.delay)
    if not found.classes:
        text = _("No class has been reviewed for this map yet, so nothing is shown.")
    else:
        text = _("Nothing has been published yet. The first whole period appears here by %(day)s.")
        text = text % {"day": format.day(day)}
    return Empty(id="nothing", title=_("Nothing to show yet"), text=text, icon="map")


def _panels(found: Open, release: Released, duty: int) -> list[Panel]:
    areas = selectors.areas(found.level, release.level, found.place, release.id)
    named = found.classes.get(duty, "")
    bar = _bar(found, release, duty)
    if duty and duty not in release.classes:
        text = _("%(name)s was not part of the map in this period.") % {"name": named}
        return [bar, Empty(id="nothing", text=text, icon="map"), _method(found, release)]
    told = (
        drawing.of_class(areas, release, duty)
        if duty
        else drawing.of_all(areas, release, list(found.classes))
    )
    title = f"{named or _('All reviewed classes')} · {drawing.days(release)}"
    panels: list[Panel] = [
        bar,
        drawing.map_of(title, told, release, 1 if duty else len(found.classes)),
        drawing.table_of(told, release),
    ]
    if not duty:
        panels.append(
            drawing.classes_of(areas, release, found.classes, lambda one: _query(found, release.begins, one))
        )
    return [*panels, _method(found, release)]


def _method(found: Open, release: Released) -> Panel:
    following = format.day(periods.released_on(found.period, today(), found.delay))
    return drawing.method(release, [
        (_("Smallest number shown"), _("%(n)d reports (%(source)s)") % {"n": release.least, "source": found.source}),
        (_("Next period"), _("on %(day)s") % {"day": following}),
    ])  # fmt: skip


def _query(found: Open, begins: date, duty: int) -> str:
    query = urlencode({"period": begins.isoformat(), "class": str(duty)})
    return f"{reverse('hotline_map', args=[found.place])}?{query}"


def _bar(found: Open, release: Released, duty: int) -> FilterBar:
    whole = [("", _("All reviewed classes")), *((str(key), name) for key, name in found.classes.items())]
    times = [(one.begins.isoformat() if n else "", drawing.days(one)) for n, one in enumerate(found.releases)]
    return FilterBar(id="filters", url=reverse("hotline_map", args=[found.place]), filters=[
        Filter("period", _("Period"), times, "" if release == found.releases[0] else release.begins.isoformat()),
        Filter("class", _("Class"), whole, str(duty) if duty else ""),
    ])  # fmt: skip
