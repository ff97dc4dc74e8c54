"""Work of the administration that goes on after the page has answered. Each may run twice."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.site.admin import once
from bihuan.site.admin.divisions import tables
from bihuan.site.admin.ledger import checking


@task("admin.try_divisions", lock="admin.divisions")
def try_divisions(work: int) -> None:
    """Try out a long table of divisions."""
    tables.run_try(work)


@task("admin.apply_divisions", lock="admin.divisions")
def apply_divisions(work: int) -> None:
    """Apply a table of divisions that was tried out."""
    tables.run_apply(work)


@task("admin.verify", lock="admin.verify")
def verify(work: int) -> None:
    """Recompute the whole ledger."""
    checking.run_waiting(work)


@blueprint.periodic(cron="23 3 * * *", queueing_lock="admin.tidy")
@task("admin.tidy")
def tidy(timestamp: int = 0) -> None:
    """Drop answers kept for forms sent twice."""
    once.forget_old()
