"""When it is done: foreign systems are asked every ten minutes."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.lines.hotline.abroad import actions


@blueprint.periodic(cron="7-59/10 * * * *")
@task("hotline.abroad", queueing_lock="hotline.abroad", lock="hotline.abroad")
def ask(timestamp: int = 0) -> None:
    """Take in what is asked for elsewhere and what changed there."""
    actions.pull_all()
