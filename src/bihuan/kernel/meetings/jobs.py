"""When it is done: every ten minutes the house proposes what is stuck; every morning it plans what recurs."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.kernel.meetings.actions import finding, recurring


@blueprint.periodic(cron="*/10 * * * *")
@task("meetings.find", queueing_lock="meetings.find")
def find(timestamp: int = 0) -> None:
    """Propose what is stuck; pass on what waits for a chair who is away; drop what is settled."""
    finding.settle()
    finding.pass_on()
    finding.find()


@blueprint.periodic(cron="30 22 * * *")  # cron counts in UTC
@task("meetings.plan", queueing_lock="meetings.plan")
def plan(timestamp: int = 0) -> None:
    """Plan the meetings that recur."""
    recurring.plan_series()
