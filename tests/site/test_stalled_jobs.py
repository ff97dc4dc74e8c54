"""Jobs of a worker that was killed go to another, whatever else waits under their key."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import async_to_sync
from django.db import connections

from bihuan.kernel.store.sql import run
from bihuan.site.jobs import retry_stalled

pytestmark = pytest.mark.django_db(transaction=True)

_JOB = (
    "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status, args)"
    " VALUES ('default', %s, %s, %s::procrastinate_job_status, '{}')"
)


def retried() -> None:
    """Run the job in a thread of its own: in this one a browser's event loop may be running."""

    def run_it() -> None:
        try:
            async_to_sync(retry_stalled.func)()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as one:
        one.submit(run_it).result()


def left() -> list[tuple[str, str]]:
    return run("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY task_name, id")


def test_all_stalled_jobs_are_given_to_another():
    for name in ("a", "b"):
        run(_JOB, (name, None, "doing"))
    retried()
    assert left() == [("a", "todo"), ("b", "todo")]


def test_one_whose_like_waits_already_stands_in_nobodys_way():
    run(_JOB, ("a.sweep", "a.sweep", "doing"))
    run(_JOB, ("b.once", None, "doing"))
    run(_JOB, ("c.sweep", "c.sweep", "doing"))
    run(_JOB, ("c.sweep", "c.sweep", "doing"))
    run(_JOB, ("a.sweep", "a.sweep", "todo"))
    retried()
    assert left() == [("a.sweep", "todo"), ("b.once", "todo"), ("c.sweep", "todo")]
