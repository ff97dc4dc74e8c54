"""When it is done: a pass every ten minutes."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.lines.hotline.warning import actions


@blueprint.periodic(cron="3-59/10 * * * *")
@task("hotline.watch", queueing_lock="hotline.watch")
def watch(timestamp: int = 0) -> None:
    """Count what changed, judge, raise what bursts."""
    actions.sweep()
