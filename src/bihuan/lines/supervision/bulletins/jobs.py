"""Every night the day before is frozen; on Mondays, firsts of months and of quarters the drafts write themselves."""

from datetime import timedelta

from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.jobs import blueprint, task
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.bulletins import actions, freezing
from bihuan.lines.supervision.bulletins.forms import CHOICES
from bihuan.logic import periods

_PLACES = """
SELECT DISTINCT ON (p.division_id) p.division_id, p.organisation_id FROM identity_post p
WHERE p.role_id = ANY(ARRAY['supervisor', 'coordinator']) AND p.valid_from <= %(at)s
  AND (p.valid_until IS NULL OR p.valid_until > %(at)s)
ORDER BY p.division_id, p.role_id DESC, p.id"""


def places() -> list[tuple[int, int]]:
    """Return (division, organisation that writes its bulletins): the supervision office's, else the centre's."""
    from bihuan.kernel.now import now

    return [(division, unit) for division, unit in run(_PLACES, {"at": now()})]


@blueprint.periodic(cron="20 17 * * *")  # 01:20 in Beijing; cron counts in UTC
@task("supervision.freeze", queueing_lock="supervision.freeze")
def freeze(timestamp: int = 0) -> None:
    """Freeze yesterday everywhere, and draft the bulletins of periods that ended with it."""
    yesterday = today() - timedelta(days=1)
    for division, unit in places():
        freezing.freeze(division, yesterday, yesterday)
        freezing.freeze_standing(division, yesterday)
        for kind, _title in CHOICES:
            period = periods.containing(kind, yesterday)
            if period.until == yesterday:
                actions.prepare(SYSTEM, period, division=division, unit=unit)
