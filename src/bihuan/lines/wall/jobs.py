"""When it is done: open matters every minute, the ranking every ten."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.lines.wall import actions


@blueprint.periodic(cron="* * * * *")
@task("wall.loads", queueing_lock="wall.loads")
def loads(timestamp: int = 0) -> None:
    """Count what is open where."""
    actions.refresh_loads()


@blueprint.periodic(cron="*/10 * * * *")
@task("wall.ranks", queueing_lock="wall.ranks")
def ranks(timestamp: int = 0) -> None:
    """Count who was in time."""
    actions.refresh_ranks()
