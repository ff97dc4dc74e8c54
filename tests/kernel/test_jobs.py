"""Jobs run inside the caller's transaction when a test or command asks for it."""

import pytest

from bihuan.kernel import jobs
from bihuan.kernel.store.sql import run

ran: list[int] = []


@jobs.task("test.jobs.note")
def note(number: int) -> None:
    ran.append(number)


@pytest.mark.django_db
def test_due_jobs_run_here_in_order_and_once():
    ran.clear()
    jobs.defer("test.jobs.note", number=1)
    jobs.defer("test.jobs.note", number=2)
    jobs.defer("test.jobs.note", once="one", number=3)
    jobs.defer("test.jobs.note", once="one", number=4)
    assert jobs.run_due() == 3
    assert jobs.run_due() == 0
    assert ran == [1, 2, 3]
    assert run("SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'")[0][0] == 3
