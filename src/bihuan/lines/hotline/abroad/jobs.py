"""When it is done: foreign systems are asked every ten minutes, and what waits to be handed over is sent."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.lines.hotline.abroad import actions, handing


@task("hotline.handed", lock="hotline.handed")
def handed(matters: list[int]) -> None:
    """Send what was just handed over."""
    handing.send_due(matters)


@blueprint.periodic(cron="7-59/10 * * * *")
@task("hotline.abroad", queueing_lock="hotline.abroad", lock="hotline.abroad")
def ask(timestamp: int = 0) -> None:
    """Take in what is asked for elsewhere and what changed there; send what still waits."""
    actions.pull_all()
    handing.send_due()
