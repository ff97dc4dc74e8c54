"""Housekeeping that belongs to no room: jobs whose worker died, sessions that ended."""

from django.core.management import call_command
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

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


@blueprint.periodic(cron="17 3 * * *", queueing_lock="site.tidy")
@task("site.tidy")
def tidy(timestamp: int = 0) -> None:
    """Remove sessions that ended."""
    call_command("clearsessions")
