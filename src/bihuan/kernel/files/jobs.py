"""When it is done: every night, for what was handed in and never sent."""

from bihuan.kernel.files.actions import sweep
from bihuan.kernel.jobs import blueprint, task


@blueprint.periodic(cron="50 18 * * *")  # 02:50 Beijing time; cron counts in UTC
@task("files.sweep", queueing_lock="files.sweep")
def sweep_waiting(timestamp: int = 0) -> None:
    """Purge what waits for nothing any more."""
    sweep()
