"""The demonstration's park lives through its days: real moves by real posts, real jobs, under a travelling clock.

``bihuan demo --quarter`` begins three months ago with what every line's demonstration builds and walks
every working day from there, hour by hour. People do what waits for them as the lines' ``life`` says; every
job runs when its time has come. It ends now, and nothing in it is chance that another run would not repeat.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import current, ground
from bihuan.kernel.errors import BihuanError, Conflict
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.jobs import blueprint, run_due
from bihuan.kernel.living import Answer, Day, Life
from bihuan.kernel.now import LOCAL, now, travel
from bihuan.kernel.store.sql import run
from bihuan.site import demo
from bihuan.site.discovery import lines

log = structlog.get_logger("bihuan.demo")

DAYS = 91
#: When people look at what waits for them.
HOURS = (9, 11, 14, 16)
#: When jobs that run every few minutes are run once.
_ROUND = (9, 16)
#: What is no part of the park's life: housekeeping of the installation, and what goes out to other systems.
_LEFT_OUT = ("site.", "admin.", "notices.")
#: Looks at the present alone: once, when the walk has come to it.
_AT_THE_END = frozenset({"figures.today"})
#: A workbench is not emptied in an hour.
_AT_ONCE = 40


@dataclass(slots=True)
class Lived:
    """What came of it: days walked, moves made, and what posts tried and were refused, with how often."""

    days: int = 0
    moves: int = 0
    refused: dict[str, int] = field(default_factory=dict)


def live(days: int = DAYS, told: Callable[[date], None] = lambda _day: None) -> Lived:
    """Build the park so many days ago and let it live until now; Conflict where there is one already."""
    if run("SELECT 1 FROM flow_matter LIMIT 1"):
        raise Conflict(
            _("This installation has matters already: a simulated quarter begins on an empty one.")
        )
    end = now()
    begin = datetime.combine(end.astimezone(LOCAL).date() - timedelta(days=days), time(8), LOCAL)
    run("SET synchronous_commit TO off")
    with translation.override(settings.LANGUAGE_CODE):
        with travel(begin):
            demo.load()
            run_due()
        walk = _Walk(_people(), _lives(), begin)
        for day in _days(begin.date(), end.astimezone(LOCAL).date()):
            walk.day(day, end)
            told(day)
        walk.jobs(end, last=True)
    run("SET synchronous_commit TO on")
    return walk.lived


def _people() -> dict[str, Actor]:
    rows = run(
        "SELECT DISTINCT ON (u.id) u.username, p.id FROM identity_user u JOIN identity_post p ON p.user_id = u.id"
        " ORDER BY u.id, p.id"
    )
    return {login: identity.as_actor(identity.post(post)) for login, post in rows}


def _lives() -> list[Life]:
    return [import_string(line.life) for line in lines() if line.life]


def _days(begin: date, end: date) -> Iterator[date]:
    """Yield the working days after the first up to the last."""
    ground()
    calendar, day = current().calendar(), begin
    while (day := calendar.add_working(day, 1)) <= end:
        yield day


class _Walk:
    """The walk through the days."""

    def __init__(self, people: dict[str, Actor], lives: list[Life], begin: datetime) -> None:
        self.people, self.lives, self.lived = people, lives, Lived()
        self._rested = begin
        self._answers: dict[tuple[str, str], Answer] = {}
        for life in lives:
            self._answers |= dict(life.answers)

    def day(self, day: date, end: datetime) -> None:
        """Live one day, not beyond the end."""
        self.lived.days += 1
        for hour in HOURS:
            moment = datetime.combine(day, time(hour), LOCAL)
            if moment > end:
                return
            self.jobs(moment)
            with travel(moment):
                self._hour(Day(hour, self.people))
                run_due()

    def _hour(self, hour: Day) -> None:
        for life in self.lives:
            for begun in life.rounds:
                with self._trying(begun.__name__):
                    begun(hour)
        for actor in self.people.values():
            for row in selectors.held(actor, limit=_AT_ONCE):
                answer = self._answers.get((row.kind, row.stage))
                if answer is not None:
                    self._act(hour, actor, row, answer)

    def _act(self, hour: Day, actor: Actor, row: MatterRow, answer: Answer) -> None:
        with self._trying(f"{row.kind}/{row.stage}"):
            doing = answer(hour, actor, row)
            if doing is not None:
                flow.move(actor, row.id, doing.move, doing.data)
                self.lived.moves += 1

    @contextmanager
    def _trying(self, what: str) -> Iterator[None]:
        """Whoever is refused goes on with the next thing, as people do."""
        try:
            yield
        except BihuanError as error:
            self.lived.refused[f"{what}: {error.message}"] = (
                self.lived.refused.get(f"{what}: {error.message}", 0) + 1
            )

    def jobs(self, until: datetime, *, last: bool = False) -> None:
        """Run what has come due since the last time: what is daily at its hour, what is frequent once."""
        daily: list[tuple[datetime, str]] = []
        often: list[str] = []
        for name, cron in _periodic():
            turn = _daily(cron)
            if turn is None:
                often.append(name)
            else:
                daily += [(at, name) for at in _firings(turn, self._rested, until)]
        for at, name in sorted(daily):
            with travel(at):
                blueprint.tasks[name].func(timestamp=0)
        with travel(until):
            for name in often if last or until.hour in _ROUND else ():
                if name in _AT_THE_END and not last:
                    continue
                blueprint.tasks[name].func(timestamp=0)
            run_due()
        self._rested = until


def _periodic() -> list[tuple[str, str]]:
    """Return (name, cron) of every periodic job of the park's life."""
    found = [(one.task.name, one.cron) for one in blueprint.periodic_registry.periodic_tasks.values()]
    return sorted(pair for pair in found if not pair[0].startswith(_LEFT_OUT))


def _daily(cron: str) -> time | None:
    """Return the hour (UTC) of a job that runs once a day; None for one that runs more often."""
    minute, hour, *_rest = cron.split()
    return time(int(hour), int(minute), tzinfo=UTC) if minute.isdigit() and hour.isdigit() else None


def _firings(turn: time, after: datetime, until: datetime) -> Iterator[datetime]:
    """Yield when a daily job is due in between."""
    at = datetime.combine(after.astimezone(UTC).date(), turn)
    while at <= until:
        if at > after:
            yield at
        at += timedelta(days=1)
