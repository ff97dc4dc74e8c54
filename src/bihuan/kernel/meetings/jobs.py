"""When it is done: minutes are told once signed; what is stuck is proposed every ten minutes; meetings recur daily."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.kernel.meetings.actions import finding, recurring, telling


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


@task("meetings.signed")
def signed(paper: int) -> None:
    """Tell those invited, and those who handle what was decided about."""
    telling.tell_signed(paper)
