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


def test_a_job_that_takes_long_comes_less_often():
    clock, took = 0.0, [1, 40, 40]

    @jobs.paced(20, 2400, lambda: clock)
    def count() -> None:
        nonlocal clock
        began.append(clock)
        clock += took.pop(0)

    began: list[float] = []
    for at in range(0, 1800, 600):
        clock = max(clock, at)
        count()
    assert began == [0, 600], "forty seconds of work are followed by thirteen minutes without"
    clock = 600 + 20 * 40
    count()
    assert began[2:] == [1400]
