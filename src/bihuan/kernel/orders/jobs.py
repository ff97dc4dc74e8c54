"""When it is done: after an order is issued, urged or closed, and every ten minutes for what stayed silent."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.kernel.orders import following


@task("orders.issued")
def issued(matters: list[int]) -> None:
    """Ask the supporting units, tell the supervision office."""
    following.issued(matters)


@task("orders.closed")
def closed(matters: list[int]) -> None:
    """Close the supports, tell who holds the matter the order came from."""
    following.closed(matters)


@task("orders.urged")
def urged(matters: list[int]) -> None:
    """Tell the holders."""
    following.urged(matters)


@blueprint.periodic(cron="*/10 * * * *")
@task("orders.sweep", queueing_lock="orders.sweep")
def sweep(timestamp: int = 0) -> None:
    """Put silence on record."""
    following.sweep()
