"""When it is done: a round every quarter of an hour."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.lines.officers.duties.actions import go_round


@blueprint.periodic(cron="7,22,37,52 * * * *")
@task("officers.round", queueing_lock="officers.round")
def round_(timestamp: int = 0) -> None:
    """Look after every project: who serves it, which duties begin, which are kept."""
    go_round()
