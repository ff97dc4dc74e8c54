"""When it is done: a batch's matters at once, the frequencies every night."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.kernel.search import actions

#: So many matters' texts are read at once.
_PART = 2000


@task("search.index", aliases=["search.renamed"])
def index(matters: list[int]) -> None:
    """Find matters that a batch has opened, or by the title a move gave them."""
    for first in range(0, len(matters), _PART):
        actions.index_matters(matters[first : first + _PART])


@task("search.index_new", queueing_lock="search.index_new")
def index_new() -> None:
    """Index what has no terms: what a machine of an earlier version queues after a batch."""
    actions.index_new()


@task("search.reindex", queueing_lock="search.reindex")
def reindex() -> None:
    """Build all terms anew, after an upgrade changed what they are."""
    actions.reindex()


@blueprint.periodic(cron="10 18 * * *")  # 02:10 Beijing time; cron counts in UTC
@task("search.measure", queueing_lock="search.measure")
def measure(timestamp: int = 0) -> None:
    """Index what no batch's job did, then learn how common the terms are."""
    actions.index_new()
    actions.measure()
