"""What the morning brings: timetables seen from the new day, questions whose day has come."""

from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.jobs import blueprint, task
from bihuan.lines.projects.timetables import computing, drafting


@blueprint.periodic(cron="20 16 * * *")  # 00:20 in Beijing: cron counts in UTC
@task("projects.timetables.morning", queueing_lock="projects.timetables.morning")
def morning(timestamp: int = 0) -> None:
    """Rewrite the projections and look after every project; a second run on the same day changes nothing."""
    computing.recompute()
    drafting.attend(SYSTEM)
