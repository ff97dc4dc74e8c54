"""Every morning the brief of the day before drafts itself; on Mondays and firsts of months those of week and month."""

from datetime import timedelta

from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.jobs import blueprint, task
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.briefs import actions
from bihuan.lines.hotline.briefs.forms import CHOICES
from bihuan.logic import periods

_PLACES = """
SELECT DISTINCT ON (p.division_id) p.division_id, p.organisation_id FROM identity_post p
WHERE p.role_id = 'operator' AND p.division_id IS NOT NULL AND p.valid_from <= %(at)s
  AND (p.valid_until IS NULL OR p.valid_until > %(at)s)
ORDER BY p.division_id, p.id"""


@blueprint.periodic(cron="40 17 * * *")  # 01:40 in Beijing; cron counts in UTC
@task("hotline.briefs", queueing_lock="hotline.briefs")
def briefs(timestamp: int = 0) -> None:
    """Draft what ended yesterday wherever a hotline has its desk; people edit and issue it."""
    yesterday = today() - timedelta(days=1)
    for division, unit in run(_PLACES, {"at": now()}):
        for kind, _title in CHOICES:
            period = periods.containing(kind, yesterday)
            if period.until == yesterday:
                actions.prepare(SYSTEM, period, division=division, unit=unit)
