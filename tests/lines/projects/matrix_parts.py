"""What the permission matrix puts into the addresses of plans, and what no stranger may read."""

from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.staffing import actions, selectors

SECRETS = ("柔性显示模组生产线",)


def parts():
    """Make a plan in the demonstration's park; return values by name of a path's part."""
    user, post = run("SELECT user_id, id FROM identity_post WHERE role_id = 'coordinator' ORDER BY id")[0]
    actor = identity.actor_of(user, post)
    work = actions.ask(actor, [one.id for one in selectors.candidates(actor)])
    return {"plan": [str(actions.run_waiting(work.id, seconds=0).id)]}
