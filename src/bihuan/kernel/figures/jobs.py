"""When figures are counted: the present day every ten minutes (rarer where that takes long), then once it is over."""

from datetime import timedelta

from bihuan.kernel.figures import actions
from bihuan.kernel.jobs import blueprint, task
from bihuan.kernel.now import today


@blueprint.periodic(cron="*/10 * * * *")
@task("figures.today", queueing_lock="figures.today")
def refresh_today(timestamp: int = 0) -> None:
    """Count the day so far, if that is due."""
    actions.count_today()


@blueprint.periodic(cron="20 16 * * *")  # 00:20 Beijing time; cron counts in UTC
@task("figures.yesterday", queueing_lock="figures.yesterday")
def refresh_yesterday(timestamp: int = 0) -> None:
    """Count the day that is over, for good."""
    actions.refresh_daily(today() - timedelta(days=1))
