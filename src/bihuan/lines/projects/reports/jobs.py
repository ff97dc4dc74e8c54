"""What happens by itself: on working days at nine in the morning, units hear who has not reported."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.lines.projects.reports.reminders import remind_missing


@blueprint.periodic(cron="0 1 * * *")  # 09:00 Beijing time; cron counts in UTC
@task("projects.reports.remind", queueing_lock="projects.reports.remind")
def remind(timestamp: int = 0) -> None:
    """Tell units which of their projects have not reported."""
    remind_missing()
