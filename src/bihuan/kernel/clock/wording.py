"""Put an explanation into words, line by line."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.kernel.clock import causes
from bihuan.kernel.clock.ground import beijing
from bihuan.logic.limits import Step

_Values = Mapping[str, Any]


def amount(value: int, unit: str) -> str:
    """Return a length of time in words; seconds are told in minutes."""
    if unit == "s":
        minutes = round(value / 60)
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    words: dict[str, str] = {
        "h": ngettext("%(n)s hour", "%(n)s hours", value),
        "wh": ngettext("%(n)s working hour", "%(n)s working hours", value),
        "d": ngettext("%(n)s calendar day", "%(n)s calendar days", value),
        "wd": ngettext("%(n)s working day", "%(n)s working days", value),
        "m": ngettext("%(n)s month", "%(n)s months", value),
    }
    return words[unit] % {"n": value}


def day_text(day: date) -> str:
    """Return a day with its weekday, in the active language."""
    return f"{date_format(day, 'DATE_FORMAT')} {date_format(day, 'l')}"


def moment_text(moment: datetime) -> str:
    """Return a moment in Beijing time, in the active language."""
    local = beijing(moment)
    return f"{day_text(local.date())} {local:%H:%M}"


def cause_text(name: str) -> str:
    """Return the title of a cause; one no longer declared says its own name."""
    found = causes.get(name)
    return str(found.title) if found else name


def _between(first: date, last: date) -> str:
    if first == last:
        return day_text(first)
    return _("%(first)s to %(last)s") % {"first": day_text(first), "last": day_text(last)}


def _start(p: _Values) -> str:
    return _("Started %(at)s.") % {"at": moment_text(p["at"])}


def _not_counted(p: _Values) -> str:
    return _("The day it starts, %(day)s, isn't counted.") % {"day": day_text(p["day"])}


def _limit(p: _Values) -> str:
    return _("Time limit: %(amount)s.") % {"amount": amount(p["value"], p["unit"])}


def _extension(p: _Values) -> str:
    more = amount(p["value"], p["unit"])
    if p["reason"].startswith("content:"):  # the reason is text: it stands in the matter's thread
        return _("Extended by %(amount)s.") % {"amount": more}
    return _("Extended by %(amount)s: %(reason)s") % {"amount": more, "reason": p["reason"]}


def _holiday(p: _Values) -> str:
    return _("%(days)s: %(name)s, not counted (%(source)s).") % {
        "days": _between(p["day"], p["until"]),
        "name": p["name"] or _("offices closed"),
        "source": p["source"] or _("set here"),
    }


def _makeup(p: _Values) -> str:
    return _("%(days)s: working day to make up for %(name)s, counted (%(source)s).") % {
        "days": _between(p["day"], p["until"]),
        "name": p["name"] or _("a rest day"),
        "source": p["source"] or _("set here"),
    }


def _weekends(p: _Values) -> str:
    count = p["days"]
    words = ngettext(
        "%(n)s Saturday or Sunday, not counted.", "%(n)s Saturdays and Sundays, not counted.", count
    )
    return words % {"n": count}


def _stop(p: _Values) -> str:
    taken = _lasted(p["time"]) if "time" in p else amount(p["days"], "d" if p["unit"] == "m" else p["unit"])
    words = {
        "cause": cause_text(p["cause"]),
        "from": moment_text(p["from"]),
        "until": moment_text(p["until"]),
        "taken": taken,
        "evidence": p["evidence"],
    }
    said = _("Clock stopped from %(from)s to %(until)s: %(cause)s; %(taken)s not counted.") % words
    return f"{said} {_('Evidence: %(evidence)s') % words}" if p["evidence"] else said


def _lasted(time: timedelta) -> str:
    hours, rest = divmod(int(time.total_seconds()), 3600)
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest // 60}


def _rolled(p: _Values) -> str:
    return _("%(day)s is a rest day, so the limit ends on %(to)s.") % {
        "day": day_text(p["day"]),
        "to": day_text(p["to"]),
    }


def _provisional(p: _Values) -> str:
    years = ", ".join(map(str, p["years"]))
    return _("The holidays of %(years)s aren't announced yet: the date is provisional.") % {"years": years}


def _due(p: _Values) -> str:
    return _("Due %(at)s.") % {"at": moment_text(p["at"])}


_WORDS: dict[str, Callable[[_Values], str]] = {
    "start": _start,
    "start_day_not_counted": _not_counted,
    "limit": _limit,
    "extension": _extension,
    "holiday": _holiday,
    "makeup": _makeup,
    "weekends": _weekends,
    "stop": _stop,
    "rolled": _rolled,
    "provisional": _provisional,
    "due": _due,
}


def say(step: Step) -> str:
    """Return the sentence of one step of an explanation."""
    return _WORDS[step.code](step.params)
