"""When it is done: deliveries every two minutes, programs every minute, the digest at 08:30 Beijing time."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.kernel.notices import actions, alarms, deliveries, webhooks


@blueprint.periodic(cron="*/2 * * * *")
@task("notices.carry", queueing_lock="notices.carry")
def carry(timestamp: int = 0) -> None:
    """Tell the alarms raised meanwhile, then carry out what waits."""
    alarms.tell_alarms()
    deliveries.carry_waiting()


@blueprint.periodic(cron="30 0 * * *")  # cron counts in UTC
@task("notices.digest", queueing_lock="notices.digest")
def digest(timestamp: int = 0) -> None:
    """Gather the morning digest."""
    actions.gather_digests()


@blueprint.periodic(cron="* * * * *")
@task("notices.webhooks", queueing_lock="notices.webhooks")
def tell_programs(timestamp: int = 0) -> None:
    """Queue what was sealed since, then tell the programs that subscribed."""
    webhooks.gather()
    webhooks.carry()
