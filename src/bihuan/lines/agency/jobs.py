"""What happens without anybody asking. It may run twice and does its work once."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.lines.agency import actions


@blueprint.periodic(cron="*/20 * * * *")
@task("agency.lapse", queueing_lock="agency.lapse")
def lapse(timestamp: int = 0) -> None:
    """Lapse what is owed and overdue; each opens its matter for supervision."""
    actions.lapse_owed()
