"""Commands that need no database: the packaged national calendar and the timetable."""

import json
import re
import sys
from argparse import Namespace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from bihuan.kernel.commands import Answer, Command, argument
from bihuan.kernel.errors import BadInput
from bihuan.site.wording import _

_LIMIT = re.compile(r"([0-9]{1,5})(wd|wh|d|h|m)\Z")
_LARGEST = 64 << 20  # bytes of a timetable; a hundred thousand activities take a tenth of it


def clock_add(arguments: Namespace) -> Answer:
    """Say when a limit that starts on a day runs out."""
    from bihuan.logic.limits import USUAL_HOURS, ZONE, due
    from bihuan.logic.workdays import OutOfRange, packaged_calendar

    match = _LIMIT.match(arguments.limit)
    if not match:
        raise BadInput(_("A limit is a number and a unit: 45wd, 7d, 3m, 24h, 8wh."), where="limit")
    count, unit = int(match[1]), match[2]
    start = _moment(arguments.start, hours=unit in ("h", "wh"))
    try:
        begin = datetime.combine(start, USUAL_HOURS.opening(start).time(), ZONE) if _is_day(start) else start
        found = due(begin, count, unit, packaged_calendar(), roll=not arguments.no_roll)  # type: ignore[arg-type]
    except (OutOfRange, OverflowError) as error:
        raise BadInput(_("The calendar reaches from 1990 to 2100."), where="limit") from error
    document: dict[str, Any] = {"date": found.at.date().isoformat(), "provisional": found.provisional}
    if unit in ("h", "wh"):
        document["at"] = found.at.isoformat()
    return Answer(document, json.dumps(document))


def _is_day(value: date) -> bool:
    return not isinstance(value, datetime)


def _moment(text: str, *, hours: bool) -> Any:
    """Read a day, or for limits in hours a moment (Beijing time unless it says otherwise)."""
    from bihuan.logic.limits import ZONE

    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = date.fromisoformat(text)
            return datetime.combine(day, time(0), ZONE) if hours else day
        if not re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}", text):
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(_("A day is written 2025-09-26, a moment 2025-09-26T14:30."), where="start") from error
    moment = moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)
    return moment if hours else moment.date()


def schedule(arguments: Namespace) -> Answer:
    """Draw the backward timetable of a JSON file."""
    from bihuan.logic.schedule import ScheduleError, plan
    from bihuan.logic.workdays import OutOfRange, packaged_calendar

    document = _document(arguments.file)
    try:
        answer = plan(document, packaged_calendar())
    except ScheduleError as error:
        raise _worded(error) from error
    except OutOfRange as error:
        raise BadInput(_("The calendar reaches from 1990 to 2100."), where=str(error)) from error
    return Answer(answer, json.dumps(answer, ensure_ascii=False, indent=2))


def _document(name: str) -> Any:
    try:
        if name == "-":
            return json.loads(sys.stdin.buffer.read(_LARGEST))
        path = Path(name)
        if path.stat().st_size > _LARGEST:
            raise BadInput(_("The file is larger than 64 MB."), where=name)
        return json.loads(path.read_bytes())
    except OSError as error:
        raise BadInput(_("The file can't be read: %s") % (error.strerror or error), where=name) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(_("The file is not JSON: %s") % error, where=name) from error


def _worded(error: Any) -> BadInput:
    """Say what is wrong with a timetable in the user's language."""
    said = {
        "cycle": _("These activities wait for each other: %(ids)s."),
        "unknown_id": _("There is no activity “%(id)s”."),
        "duplicate_id": _("Two activities are called “%(id)s”."),
        "missing": _("A value is missing here."),
        "bad_id": _("An id is a text that is not empty."),
        "bad_date": _("A day is written 2025-09-26; this is %(value)r."),
        "bad_days": _("A number of days is a whole number from 0 to 36500; this is %(value)r."),
        "bad_unit": _("A unit is wd (working days) or d (calendar days); this is %(value)r."),
        "not_a_list": _("A list belongs here."),
        "not_an_object": _("An object belongs here."),
        "actual_in_future": _("What happened can't lie after today; this is %(value)s."),
        "finish_before_start": _("It can't have finished before it started; this is %(value)s."),
        "out_of_range": _("The calendar reaches from 1990 to 2100."),
    }.get(error.code, error.code)
    params = {name: " → ".join(v) if isinstance(v, (list, tuple)) else v for name, v in error.params.items()}
    failure = BadInput(said % params if params else said, where=error.where)
    failure.code = error.code
    return failure


COMMANDS = (
    Command(
        "schedule",
        _("draw a backward timetable from a JSON file (- for standard input)"),
        schedule,
        (argument("file"),),
        database=False,
    ),
    Command(
        "clock add",
        _("say when a limit runs out: clock add 2025-09-26 45wd"),
        clock_add,
        (
            argument("start", help=_("the day it starts, which is not counted")),
            argument("limit", help=_("a number and wd, d, m, wh or h")),
            argument("--no-roll", action="store_true", help=_("let days and months end on a rest day")),
        ),
        database=False,
    ),
)
