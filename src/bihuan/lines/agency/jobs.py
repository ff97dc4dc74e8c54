"""What happens without anybody asking. It may run twice and does its work once."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.lines.agency import actions
from bihuan.lines.agency.approvals import actions as approvals


@blueprint.periodic(cron="*/20 * * * *")
@task("agency.lapse", queueing_lock="agency.lapse")
def lapse(timestamp: int = 0) -> None:
    """Lapse what is owed and overdue; each opens its matter for supervision."""
    actions.lapse_owed()


@task("agency.apply_import", lock="agency.apply_import")
def apply_import(work: int, user: int, post: int) -> None:
    """Write a large workbook that was previewed."""
    approvals.apply_waiting(work, user, post)
