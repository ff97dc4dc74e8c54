"""What those who watch the machine learn: matters opened and moved, jobs run, and for whose request.

Observers count and write down; nothing they do changes what happens. The id of a request stands in the
logging context, travels with the jobs it queues and so ties page, job and entry together.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import structlog
from django.db import connection, transaction

Observer = Callable[[str, dict[str, Any]], None]

_observers: list[Observer] = []


def observe(observer: Observer) -> None:
    """Tell ``observer(event, facts)`` of everything that happens; twice the same is once."""
    if observer not in _observers:
        _observers.append(observer)


def happened(event: str, **facts: Any) -> None:
    """Tell the observers at once."""
    for observer in _observers:
        observer(event, facts)


def committed(event: str, **facts: Any) -> None:
    """Tell the observers when the running transaction is committed; never of one that was rolled back."""
    if not connection.in_atomic_block:  # a lone statement is committed by now
        happened(event, **facts)
        return
    cause = carried()

    def tell() -> None:
        with structlog.contextvars.bound_contextvars(**cause):
            happened(event, **facts)

    transaction.on_commit(tell)


def request_id() -> str:
    """Return the id of the request this runs for, also inside the jobs it queued; "" for none."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def carried() -> dict[str, str]:
    """Return what a queued job takes along so that its lines name the request that caused it."""
    name = request_id()
    return {"request_id": name} if name else {}


@contextmanager
def working(task: str, cause: str) -> Iterator[None]:
    """Run a job under the id of the request that queued it (or one of its own); tell how it ended.

    Facts of ``job``: task, outcome (``done`` or ``failed``), seconds.
    """
    began, outcome = time.perf_counter(), "failed"
    with structlog.contextvars.bound_contextvars(request_id=cause or uuid4().hex):
        try:
            yield
            outcome = "done"
        finally:
            happened("job", task=task, outcome=outcome, seconds=time.perf_counter() - began)
