"""What happens by itself: on every morning the rules draft the cards they propose; people decide."""

from bihuan.kernel.jobs import blueprint, task
from bihuan.lines.supervision.cards.actions import propose


@blueprint.periodic(cron="30 0 * * *")  # 08:30 Beijing time; cron counts in UTC
@task("supervision.propose_cards", queueing_lock="supervision.propose_cards")
def propose_cards(timestamp: int = 0) -> None:
    """Draft the cards the rules propose; each unit and colour once a month."""
    propose()
