"""Put changes of calendars, limits and reminders into words."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bihuan.kernel.errors import BadInput
from bihuan.site.admin.calendars.drawing import Mark, Words
from bihuan.site.admin.calendars.reading import Unreadable
from bihuan.site.admin.calendars.selectors import Version
from bihuan.site.admin.words import length
from bihuan.ui.format import chinese


def kind(version: Version) -> str:
    """Return what sort of change it is."""
    words = {
        "days": _("Days of the calendar"),
        "hours": _("Working hours"),
        "limit": _("Time limit"),
        "reminder": _("Reminder"),
    }
    return words.get(version.kind, version.kind)


def what(version: Version) -> str:
    """Return what was changed."""
    said = version.what
    return next((words(said) for part, words in _WHAT.items() if part in said), "")


def _days(days: Mapping[str, bool | None]) -> str:
    words = {True: _("worked"), False: _("day off"), None: _("as their weekday")}
    named = sorted(days)
    span = named[0] if len(named) == 1 else f"{named[0]} … {named[-1]}"
    count = ngettext("%(n)s day", "%(n)s days", len(named)) % {"n": len(named)}
    return f"{span}, {count}: {words[days[named[0]]]}"


def _packaged(said: Mapping[str, Any]) -> str:
    return _("%(n)s rows that come with the program") % {"n": len(said["defaults"])}


def _years(said: Mapping[str, Any]) -> str:
    return _("Notices that come with the program: %(years)s") % {"years": "、".join(map(str, said["years"]))}


def _notice(said: Mapping[str, Any]) -> str:
    return _("Notice for %(year)s: %(n)s days") % {"year": said["year"], "n": len(said["days"])}


def _hours(said: Mapping[str, Any]) -> str:
    spans = ", ".join(f"{a}–{b}" for a, b in said["spans"])
    return _("%(spans)s from %(day)s") % {"spans": spans, "day": said["from"]}


def _limit(said: Mapping[str, Any]) -> str:
    words = {"rule": said["rule"], "amount": length(said["value"], said["unit"]), "day": said["from"]}
    return _("%(rule)s: %(amount)s from %(day)s") % words


def _reminder(said: Mapping[str, Any]) -> str:
    return _("%(kind)s from %(day)s") % {"kind": said["kind"], "day": said["from"]}


#: By the part a change's words hold; the first that fits.
_WHAT: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "defaults": _packaged,
    "years": _years,
    "year": _notice,
    "days": lambda said: _days(said["days"]),
    "spans": _hours,
    "rule": _limit,
    "kind": _reminder,
}


def picture_words(title: str, counts: list[int]) -> Words:
    """Return everything written in the picture of a year."""
    months = [f"{n}月" if chinese() else str(MONTHS[n]) for n in range(1, 13)]
    weekdays = list("一二三四五六日") if chinese() else ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    return Words(
        title=title,
        months=months,
        weekdays=weekdays,
        glyphs={"rest": _("off"), "work": _("on"), "shut": _("shut"), "open": pgettext("of a day", "open")},
        legend=legend(),
        counts=[ngettext("%(n)s working day", "%(n)s working days", n) % {"n": n} for n in counts],
    )


def legend() -> dict[str, str]:
    """Return what the kinds of days are called."""
    return {
        "rest": _("Holiday"),
        "work": _("Make-up working day"),
        "shut": _("Closed here"),
        "open": _("Worked here"),
        "unsure": _("Provisional: not announced yet"),
    }


def table(marks: Mapping[date, Mark]) -> list[tuple[Any, ...]]:
    """Return a year's days as rows: one a span of days in a row with the same name and kind."""
    rows: list[tuple[date, date, Mark]] = []
    for day, mark in sorted(marks.items()):
        if rows and rows[-1][2] == mark and (day - rows[-1][1]).days == 1:
            rows[-1] = (rows[-1][0], day, mark)
        else:
            rows.append((day, day, mark))
    words = legend()
    return [(mark.name, words[mark.kind], first, last, (last - first).days + 1) for first, last, mark in rows]


def unreadable(error: Unreadable) -> BadInput:
    """Return what is wrong with a line of a notice."""
    texts = {
        "nothing": _("“%(line)s” doesn't say whether these days are off (放假) or worked (上班)."),
        "day": _("“%(line)s” names a day that does not exist."),
        "year": _("“%(line)s” names a day of another year."),
        "weekday": _("“%(line)s”: this day falls on another weekday. Check day and year."),
        "span": _("“%(line)s” is too long a span, or ends before it begins."),
        "twice": _("“%(line)s” names a day that stands elsewhere as the opposite."),
    }
    return BadInput(texts[error.code] % {"line": error.line}, where="text")
