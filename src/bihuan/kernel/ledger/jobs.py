"""The sealer's clockwork."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.kernel.ledger.actions import seal


@blueprint.periodic(cron="* * * * *", queueing_lock="ledger.seal")
@task("ledger.seal")
def seal_committed(timestamp: int = 0) -> None:
    """Seal what is committed, every minute; ``timestamp`` is the scheduler's and not used."""
    seal()
