"""Plans are made in the background."""

from bihuan.kernel.jobs import task
from bihuan.lines.projects.staffing import actions


@task("projects.plan", lock="projects.plan")
def plan(work: int) -> None:
    """Make a plan somebody asked for."""
    actions.run_waiting(work)
