"""How the machine is, as the database sees it: the queue, the sweep, the connections. For metrics and doctor."""

from dataclasses import dataclass

from bihuan.kernel.now import now
from bihuan.kernel.store.reading import reading
from bihuan.kernel.store.sql import run

#: A worker that has shown no sign for so many seconds is gone (procrastinate's own measure).
_SILENT = 30


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a look found; ages in seconds, 0 when nothing waits."""

    waiting: int
    oldest: float
    running: int
    given_up: int
    workers: int
    sweep_late: float
    connections: dict[str, int]
    connections_most: int


_QUEUE = """
SELECT count(*) FILTER (WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= %(now)s)),
       extract(epoch FROM %(now)s - min(coalesce(j.scheduled_at,
           (SELECT min(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'deferred')))
           FILTER (WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= %(now)s)))::float8,
       count(*) FILTER (WHERE j.status = 'doing'),
       count(*) FILTER (WHERE j.status = 'failed')
FROM procrastinate_jobs j WHERE j.status IN ('todo', 'doing', 'failed')"""

_SWEEP = """
SELECT extract(epoch FROM %(now)s - min(next_alarm_at))::float8 FROM clock_clock
WHERE next_alarm_at IS NOT NULL AND next_alarm_at <= %(now)s"""

_WORKERS = """
SELECT count(*) FROM procrastinate_workers
WHERE last_heartbeat > %(now)s - make_interval(secs => %(silent)s)"""

_CONNECTIONS = """
SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() GROUP BY 1"""


def look() -> Vitals:
    """Ask the database; raises its error when it does not answer."""
    at = {"now": now(), "silent": _SILENT}
    with reading():
        waiting, oldest, running, given_up = run(_QUEUE, at)[0]
        (late,) = run(_SWEEP, at)[0]
        (workers,) = run(_WORKERS, at)[0]
        (most,) = run("SELECT current_setting('max_connections')::int")[0]
        connections = {str(state): int(count) for state, count in run(_CONNECTIONS)}
    return Vitals(
        waiting, max(0.0, oldest or 0.0), running, given_up, workers, max(0.0, late or 0.0), connections, most
    )
