"""When it is done: the sweep every minute, a ripple when the calendar has changed."""

from bihuan.kernel.clock import actions
from bihuan.kernel.jobs import blueprint, task


@blueprint.periodic(cron="* * * * *")
@task("clock.sweep", queueing_lock="clock.sweep")
def sweep(timestamp: int = 0) -> None:
    """Raise the reminders that are due."""
    actions.sweep()


@blueprint.periodic(cron="7 * * * *")
@task("clock.ripple", queueing_lock="clock.ripple")
def ripple(timestamp: int = 0) -> None:
    """Move the due instants a changed calendar touches."""
    actions.ripple()
