"""What the permission matrix puts into the addresses of links."""

from datetime import timedelta

from bihuan.kernel.identity import actions
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors.links import links_of
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run


def parts() -> dict[str, list[str]]:
    """A link of another matter than the secret one, which it must not open."""
    secret = run("SELECT id FROM flow_matter WHERE title LIKE '红线外供水管网未接通%%'")[0][0]
    other = run("SELECT id FROM flow_matter WHERE title LIKE '员工宿舍周边公交班次少%%'")[0][0]
    code = actions.issue_link(SYSTEM, other, valid_until=now() + timedelta(days=1))
    return {
        "link_code": [code],
        "link_matter": [str(secret)],
        "link_move": ["note", "reopen", "rate"],
        "link": [str(links_of(other)[0].id)],
    }
