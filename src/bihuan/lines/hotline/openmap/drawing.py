"""Draw what a release tells: the map, the same as a table, the classes, and how all of it was counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.now import local
from bihuan.lines.hotline.openmap.selectors import Area, Released
from bihuan.logic.pictures.choropleth import Place, choropleth_svg
from bihuan.ui import cells, format
from bihuan.ui.panels import Column, Facts, Panel, Picture, Table


@dataclass(frozen=True, slots=True)
class Shown:
    """What is told of a place: at least ``number``, exactly so many when ``whole``; None where nothing is told."""

    name: str
    number: int | None
    words: str
    area: Area


def few(least: int) -> str:
    """Return the words that stand for a number that is withheld."""
    return _("fewer than %(n)d") % {"n": least}


def _cases(number: int, *, whole: bool) -> str:
    return (_("%(n)d reports") if whole else _("at least %(n)d reports")) % {"n": number}


def of_class(areas: Sequence[Area], release: Released, duty: int) -> list[Shown]:
    """Return what is told of one class by place."""
    found = []
    for one in areas:
        number = one.told.get(duty)
        words = few(release.least) if number is None else _cases(number, whole=True)
        found.append(Shown(one.name, number, words, one))
    return found


def of_all(areas: Sequence[Area], release: Released, classes: Sequence[int]) -> list[Shown]:
    """Return what is told of all classes together by place: what is withheld counts only where its sum is told."""
    return [_together(one, release, [duty for duty in classes if duty in release.classes]) for one in areas]


def _together(one: Area, release: Released, classes: Sequence[int]) -> Shown:
    told = [one.told[duty] for duty in classes if duty in one.told]
    rest = one.told.get(0, 0)
    number = sum(told) + rest
    if number:
        whole = bool(rest) or len(told) == len(classes)
        return Shown(one.name, number, _cases(number, whole=whole), one)
    return Shown(one.name, None, _silent(release, len(classes)), one)


def _silent(release: Released, classes: int) -> str:
    """Return what is said of a place with no number: of several classes, their sum need not be small."""
    return few(release.least) if classes == 1 else _("each class below %(n)d") % {"n": release.least}


def days(release: Released) -> str:
    """Return the days of a period in words."""
    last = release.ends - timedelta(days=1)
    if release.begins.day == 1 and release.ends.day == 1:
        return format.day(release.begins, "month")
    return f"{format.day(release.begins, weekday=False)} – {format.day(last, weekday=False)}"


def level(name: str) -> str:
    """Return what places are counted by, in words."""
    return {"street": _("street"), "community": _("community")}[name]


def map_of(title: str, shown: Sequence[Shown], release: Released, classes: int) -> Picture:
    """Return the map of so many classes together, wide and for a phone."""
    places = [Place(one.name, one.words, one.number, one.area.shapes) for one in shown]
    desc = _("%(places)d places, %(days)s; the table below says the same.") % {
        "places": len(shown), "days": days(release),
    }  # fmt: skip
    said = title, desc, places, release.least, _silent(release, classes)
    note = _("Places whose grids have boundaries are drawn where they lie; the others are tiles.")
    return Picture(
        id="map", title=title, svg=choropleth_svg(*said), narrow=choropleth_svg(*said, width=340), note=note
    )


def table_of(shown: Sequence[Shown], release: Released) -> Table:
    """Return the same as a table, the most first, the withheld last by name."""
    rows = sorted(shown, key=lambda one: (one.number is None, -(one.number or 0)))

    def words(one: Shown) -> Any:
        return cells.Quiet(one.words) if one.number is None else one.words

    columns = [
        Column({"street": _("Street"), "community": _("Community")}[release.level], "name", head=True),
        Column(_("Calls counted"), words, number=True),
    ]  # fmt: skip
    return Table(id="places", title=_("The same as a table"), rows=rows, columns=columns)


def classes_of(
    areas: Sequence[Area], release: Released, names: dict[int, str], link: Callable[[int], str] | None = None
) -> Table:
    """Return the classes with the sum of what is shown of each: nothing withheld is in it."""
    counted = [duty for duty in names if duty in release.classes]
    sums = {duty: [one.told[duty] for one in areas if duty in one.told] for duty in counted}

    def words(duty: int) -> Any:
        numbers = sums[duty]
        if not numbers:
            return cells.Quiet(_("fewer than %(n)d in each place") % {"n": release.least})
        return _cases(sum(numbers), whole=len(numbers) == len(areas))

    rows = sorted(counted, key=lambda duty: -sum(sums[duty]))
    columns = [
        Column(_("Class"), lambda duty: names[duty], head=True, link=link),
        Column(_("Calls counted"), words, number=True),
    ]
    return Table(id="classes", title=_("By class"), rows=rows, columns=columns)


def method(release: Released, more: Sequence[tuple[str, Any]] = ()) -> Panel:
    """Return how it was counted, what is left out and what is withheld."""
    least = release.least
    items: list[tuple[str, Any]] = [
        (_("Period"), days(release)),
        (_("Counted"), _(
            "What callers reported of the classes below, by %(level)s. The same caller about the same class in the"
            " same place counts once, and so do several calls about one event.") % {"level": level(release.level)}),
        (_("Not counted"), _(
            "Reports of wrongdoing, complaints about a unit, callers who do not wish to be known, what was withdrawn or"
            " not accepted, other classes, and calls whose %(level)s is not known.") % {"level": level(release.level)}),
        (_("Withheld"), _(
            "Every number below %(n)d, nought as well. Where it gives none of them away, their sum is part of a place's"
            " total; else the total says “at least”. Sums over places hold only what is shown.") % {"n": least}),
        (_("Published"), _(
            "on %(day)s, once and for good: what changes later is not shown, and no day stands in two periods."
        ) % {"day": format.day(local(release.made).date())}),
        *more,
    ]  # fmt: skip
    return Facts(id="method", title=_("How it is counted"), columns=1, items=items)
