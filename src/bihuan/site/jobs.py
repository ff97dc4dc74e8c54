"""Housekeeping that belongs to no room: jobs whose worker died, sessions that ended."""

from typing import Any

from django.core.management import call_command
from procrastinate import App, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from procrastinate.tasks import Task

from bihuan.kernel.jobs import blueprint, task


@blueprint.periodic(cron="*/2 * * * *", queueing_lock="site.stalled")
@task("site.stalled")
async def retry_stalled(timestamp: int = 0) -> None:
    """Give jobs of a worker that is gone to another; every task may run twice.

    One whose like waits already under the same key is let go: it must not keep the others waiting.
    """
    for job in await app.job_manager.get_stalled_jobs():
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            await app.job_manager.finish_job(job, status=Status.ABORTED, delete_job=True)


class _Known(dict[str, Task[..., Any, Any]]):
    """The tasks of this version; in place of one it does not know stands one that waits."""

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self else self["site.of_another_version"]


@task("site.of_another_version", retry=RetryStrategy(max_attempts=1000, wait=30))
def of_another_version(**_given: object) -> None:
    """Leave a job to workers of the version that knows it: while a cluster is upgraded both are at work."""
    raise NotImplementedError("another version's job")


def put_back_unknown(app: App) -> None:
    """Let a worker put back jobs it does not know instead of giving them up."""
    app.tasks = _Known(app.tasks)


@blueprint.periodic(cron="17 3 * * *", queueing_lock="site.tidy")
@task("site.tidy")
def tidy(timestamp: int = 0) -> None:
    """Remove sessions that ended."""
    call_command("clearsessions")
