"""When it is done: a batch's matters at once, the frequencies every night."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.kernel.search import actions


@task("search.index_new", queueing_lock="search.index_new")
def index_new() -> None:
    """Index what a batch has opened."""
    actions.index_new()


@task("search.renamed")
def renamed(matters: list[int]) -> None:
    """Find matters by the title a move gave them."""
    actions.index_matters(matters)


@task("search.reindex", queueing_lock="search.reindex")
def reindex() -> None:
    """Build all terms anew, after an upgrade changed what they are."""
    actions.reindex()


@blueprint.periodic(cron="10 18 * * *")  # 02:10 Beijing time; cron counts in UTC
@task("search.measure", queueing_lock="search.measure")
def measure(timestamp: int = 0) -> None:
    """Learn how common the terms are."""
    actions.measure()
