"""When it is done: every night, and at once when a map is opened."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.lines.hotline.openmap import actions


@blueprint.periodic(cron="40 18 * * *")  # cron counts in UTC
@task("hotline.open_maps", queueing_lock="hotline.open_maps")
def open_maps(timestamp: int = 0) -> None:
    """Publish the periods that are due."""
    actions.release()
