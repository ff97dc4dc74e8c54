"""What the permission matrix puts into this line's addresses, and what no stranger may read."""

from datetime import timedelta

from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.bulletins import actions as bulletins
from bihuan.lines.supervision.scoring import actions
from bihuan.logic import periods

SECRETS = ("秘密考核建议", "供水管网接入逾期", "补偿争议系企业一侧原因")


def parts():
    """Draft an assessment in the demonstration's park; return values by name of a path's part."""
    user, post = run("SELECT user_id, id FROM identity_post WHERE role_id = 'supervisor'")[0]
    actor = identity.actor_of(user, post)
    data = {
        "title": "秘密考核建议",
        "subjects": "unit",
        "since": str(today() - timedelta(days=90)),
        "until": str(today()),
    }
    matter = actions.draft(actor, data).matter
    month = periods.containing("month", today().replace(day=1) - timedelta(days=1))
    return {
        "bulletin": [str(bulletins.prepare(actor, month))],
        "counted": ["opened", "overdue"],
        "assessment": [str(matter)],
        "subject": [str(run("SELECT id FROM identity_organisation WHERE short_name = '开发建设局'")[0][0])],
        "criterion": ["resolution"],
        "draft": ["card", "mention"],
        "plaque": ["nobody-guesses-it"],
        "campaign": [str(run("SELECT max(id) FROM supervision_campaign")[0][0])],
        "scheme": [str(run("SELECT max(id) FROM supervision_scheme")[0][0])],
    }
