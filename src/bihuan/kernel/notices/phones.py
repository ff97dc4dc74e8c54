"""An SMS with a link to somebody without an account: number and link are read when it is carried, and not kept here.

A room says for a kind of notice how whoever it is about is reached. It goes out by the gateway for single
people (a door of shape ``sms_person``), at hours when people may be disturbed, once a cause.
"""

from collections.abc import Callable, Sequence

from django.conf import settings

from bihuan.kernel.notices.kinds import Kind
from bihuan.kernel.notices.outbound import NotCarried
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run

#: (id of the matter told about) → (phone, path of the link), None when nobody can be reached any more.
Reach = Callable[[int], tuple[str, str] | None]

_ways: dict[str, Reach] = {}
#: A gateway that takes what is not urgent; one that costs money may be for urgent things only.
_GATEWAY = "SELECT id FROM notices_hook WHERE active AND shape = 'sms_person' AND NOT urgent_only ORDER BY id LIMIT 1"

_TEXT = f"""
INSERT INTO notices_delivery (notice_id, channel, target, cause, urgent, "user", unit, next_try, until, attempts, error)
SELECT n.id, 'phone', n.matter_id, n.cause, false, 0, n.to_unit, %(at)s, %(until)s, 0, '' FROM notices_notice n
WHERE n.dedupe = ANY(%(dedupes)s) AND n.matter_id > 0 AND EXISTS ({_GATEWAY})
ON CONFLICT (cause, channel, target) DO NOTHING RETURNING id
"""  # noqa: S608 - a constant


def reached_by(kind: Kind, reach: Reach) -> None:
    """Say how whoever a notice of this kind is about is reached by SMS."""
    _ways[kind.name] = reach


def has_gateway() -> bool:
    """Whether an SMS gateway for single people is in use."""
    return bool(run(_GATEWAY))


def text(dedupes: Sequence[str]) -> int:
    """Queue an SMS for each of these notices (by their names), once a cause; return how many were new."""
    from bihuan.kernel.notices.actions import PATIENCE

    return len(run(_TEXT, {"at": now(), "until": now() + PATIENCE, "dedupes": list(dedupes)}))


def addressed(kind: str, matter_id: int) -> tuple[str, str]:
    """Return (phone, whole address of the link); raises NotCarried when nobody can be reached, or no address is set."""
    public = str(getattr(settings, "PUBLIC_URL", ""))
    if not public:
        raise NotCarried("BIHUAN_URL is not set: a link needs the public address", down=True)
    found = _ways[kind](matter_id) if kind in _ways else None
    if found is None:
        raise NotCarried("nobody to reach any more", final=True)
    return found[0], f"{public}{found[1]}"
