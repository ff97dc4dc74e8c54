"""Background work: jobs live in the same PostgreSQL and the same transaction as what caused them.

A task takes JSON values only and is written so that running it twice does no harm.
"""

import inspect
import json
from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any

from procrastinate import Blueprint, RetryStrategy
from procrastinate.contrib.django import app

from bihuan.kernel import watch
from bihuan.kernel.store.sql import atomic, run

blueprint = Blueprint()

_RETRY = RetryStrategy(max_attempts=8, exponential_wait=3)


def task(name: str, **options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Register a function as the task ``name``, retried with growing pauses."""
    options.setdefault("retry", _RETRY)
    register: Callable[..., Any] = blueprint.task(name=name, **options)
    return lambda function: register(_watched(name, function))


def _watched(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Take the id of the request off what the job was given, and let it be known how it ended."""

    @wraps(function)
    def work(*given: Any, request_id: str = "", **args: Any) -> Any:
        with watch.working(name, request_id):
            return function(*given, **args)

    @wraps(function)
    async def work_async(*given: Any, request_id: str = "", **args: Any) -> Any:
        with watch.working(name, request_id):
            return await function(*given, **args)

    return work_async if inspect.iscoroutinefunction(function) else work


def defer(name: str, *, lock: str | None = None, once: str | None = None, **args: Any) -> None:
    """Queue a task inside the running transaction.

    ``lock`` lets jobs of one kind run one after another; with ``once`` a job that
    already waits under that key is not queued again.
    """
    from procrastinate.exceptions import AlreadyEnqueued

    job = app.configure_task(name=name, lock=lock, queueing_lock=once, allow_unknown=True)
    try:
        # The refusal of a second job must not abort the transaction around it.
        with atomic() if once else nullcontext():
            job.defer(**args, **watch.carried())
    except AlreadyEnqueued:
        return


def run_due() -> int:
    """Run every waiting job on this connection, one after the other, and return how many (tests, commands).

    A worker has its own connections; here a job sees what the caller has not committed. A
    job that fails raises: there is nobody to try again later.
    """
    count = 0
    while rows := run(_NEXT):
        key, name, args = rows[0]
        found = app.tasks.get(name) or blueprint.tasks[name]
        found.func(**(json.loads(args) if isinstance(args, str) else args))
        run("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", (key,))
        count += 1
    return count


_NEXT = "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY priority DESC, id LIMIT 1"
