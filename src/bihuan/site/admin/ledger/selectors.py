"""Reading how the ledger stands, and who was shown personal data."""

import base64
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bihuan.kernel.errors import Unavailable
from bihuan.kernel.ledger.keys import public_key_text
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.logic.receipt import key_id

PAGE = 50


@dataclass(frozen=True, slots=True)
class State:
    """How far the ledger is sealed. ``window`` is the age of the oldest unsealed entry."""

    sealed: int
    unsealed: int
    unsealed_since: datetime | None
    heads: int
    day: date | None
    at: datetime | None
    root: str
    signature: str
    key: str
    public_key: str

    @property
    def entries(self) -> int:
        """All entries, sealed or not."""
        return self.sealed + self.unsealed

    @property
    def window(self) -> timedelta:
        """How long somebody with the database in hands could rewrite unnoticed."""
        return now() - self.unsealed_since if self.unsealed_since else timedelta(0)


# The head says up to which transaction everything is sealed in its cluster; elsewhere all are looked at.
_UNSEALED = """
WITH head AS (SELECT bound, cluster FROM ledger_root ORDER BY size DESC LIMIT 1)
SELECT count(*), min(e.recorded) FROM ledger_entry e
WHERE e.xact >= coalesce((SELECT bound FROM head
        WHERE cluster = (SELECT system_identifier::text FROM pg_control_system())), '0'::xid8)
  AND NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.chain_id = e.chain_id AND l.seq = e.seq)"""


def state() -> State:
    """Return how the ledger stands; costs no more than what is not sealed yet."""
    unsealed, since = run(_UNSEALED)[0]
    heads = run("SELECT count(DISTINCT day) FROM ledger_root")[0][0]
    last = run("SELECT size, day, at, root, signature, key FROM ledger_root ORDER BY size DESC LIMIT 1")
    try:
        public = public_key_text()
    except Unavailable:
        public = ""
    if not last:
        return State(0, unsealed, since, 0, None, None, "", "", "", public)
    size, day, at, root, signature, key = last[0]
    return State(
        size, unsealed, since, heads, day, at, bytes(root).hex(), bytes(signature).hex(), key, public
    )


def key_name(public: str) -> str:
    """Return the id a head carries for a public key."""
    return key_id(base64.b64decode(public)) if public else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody was shown a personal value in clear: who, what, why and when."""

    id: int
    at: datetime
    user: int
    name: str
    unit: str
    kind: str
    chain: int
    code: str
    field: str
    why: str


_READINGS = """
    SELECT r.id, r.at, r."user", coalesce(u.name, ''), coalesce(o.name, p.name, ''), r.kind, r.chain_id,
        coalesce(m.code, ''), r.field, r.why
    FROM content_reading r
    LEFT JOIN identity_user u ON u.id = r."user"
    LEFT JOIN identity_post s ON s.id = r.post
    LEFT JOIN identity_organisation o ON o.id = s.organisation_id
    LEFT JOIN identity_organisation p ON p.id = r.party
    LEFT JOIN flow_matter m ON m.id = r.chain_id"""


@dataclass(frozen=True, slots=True)
class What:
    """Which readings: of people whose name or login holds ``q``, of one matter, since a day."""

    q: str = ""
    code: str = ""
    since: date | None = None


def readings(what: What, *, before: int = 0, limit: int = PAGE) -> tuple[list[Reading], int]:
    """Return readings, latest first, and the id to go on before (0 at the end)."""
    conditions = ["(%(before)s::bigint = 0 OR r.id < %(before)s::bigint)"]
    conditions += ["(u.name ILIKE %(like)s OR u.username ILIKE %(like)s)"] if what.q else []
    conditions += ["m.code = %(code)s"] if what.code else []
    conditions += ["r.at >= %(since)s"] if what.since else []
    sql = f"{_READINGS} WHERE {' AND '.join(conditions)} ORDER BY r.id DESC LIMIT {limit + 1:d}"
    like = what.q.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    found = run(sql, {"before": before, "like": f"%{like}%", "code": what.code, "since": what.since})
    rows = [Reading(*row) for row in found]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else 0
