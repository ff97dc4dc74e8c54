"""When it is done: every five minutes, and what others may ask of it."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.lines.projects import contracts
from bihuan.lines.projects.standings import selectors
from bihuan.lines.projects.standings.actions import refresh

contracts.COUNTED.bind(selectors.counted)
contracts.WORST.bind(selectors.worst)
contracts.LARGEST.bind(selectors.largest)
contracts.STOOD_AT.bind(selectors.counted_at)
contracts.RESTAND.bind(refresh)


@blueprint.periodic(cron="*/5 * * * *")
@task("projects.standings", queueing_lock="projects.standings")
def stand(timestamp: int = 0) -> None:
    """Look at every project anew."""
    refresh()
