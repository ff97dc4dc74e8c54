"""When it is done: holders are told every minute, stages counted every five; keys are kept for thirty days."""

from datetime import timedelta

from bihuan.kernel.flow.standing import count_standing
from bihuan.kernel.flow.telling import tell_holders
from bihuan.kernel.jobs import blueprint, task
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run

KEEP_KEYS = timedelta(days=30)


@blueprint.periodic(cron="* * * * *")
@task("flow.tell", queueing_lock="flow.tell")
def tell(timestamp: int = 0) -> None:
    """Tell holders what waits for them."""
    tell_holders()


@blueprint.periodic(cron="*/5 * * * *")
@task("flow.count", queueing_lock="flow.count")
def count(timestamp: int = 0) -> None:
    """Count what stands where."""
    count_standing()


@blueprint.periodic(cron="40 18 * * *")  # cron counts in UTC
@task("flow.forget_keys", queueing_lock="flow.forget_keys")
def forget_keys(timestamp: int = 0) -> None:
    """Forget idempotency keys nobody will send again."""
    run("DELETE FROM flow_key WHERE at < %s", (now() - KEEP_KEYS,))
