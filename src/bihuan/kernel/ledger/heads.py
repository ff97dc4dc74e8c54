"""A signed head of the tree, as a row and as the text that is signed."""

import json
from datetime import date, datetime
from typing import Any, NamedTuple

from bihuan.kernel.ledger.entries import stamp
from bihuan.kernel.ledger.keys import public_key, signing_key
from bihuan.kernel.now import local
from bihuan.logic import canonical
from bihuan.logic.hashtree import Frontier
from bihuan.logic.receipt import TREE, key_id

#: Columns of ``ledger_root`` in the order of :class:`Head`.
HEAD_COLUMNS = "size, day, at, root, key, signature, text, hash, peaks, bound, cluster"
HEAD_SELECT = HEAD_COLUMNS.replace("bound", "bound::text")


class Head(NamedTuple):
    """A row of ``ledger_root``."""

    size: int
    day: date
    at: datetime
    root: bytes
    key: str
    signature: bytes
    text: str
    hash: bytes
    peaks: bytes
    bound: str
    cluster: str

    def said(self) -> dict[str, Any]:
        """Return what the signed text says."""
        said: dict[str, Any] = json.loads(self.text)
        return said


def sign(
    frontier: Frontier,
    at: datetime,
    span: tuple[datetime | None, datetime],
    prev: bytes,
    mark: tuple[str, str],
) -> Head:
    """Sign the tree as it stands.

    ``span`` is (when the sealer last ran before, the earliest ``recorded`` it now takes in):
    an entry much older than the run before shows back-dating. ``mark`` is (bound, cluster).
    """
    after, oldest = span
    day, top, key = local(at).date(), frontier.root(), key_id(public_key())
    text = canonical.dumps(
        {
            "after": stamp(after) if after else "",
            "at": stamp(at),
            "day": day.isoformat(),
            "key": key,
            "oldest": stamp(oldest),
            "prev": prev.hex(),
            "root": top.hex(),
            "size": frontier.size,
            "tree": TREE,
        }
    )
    signature = signing_key().sign(text.encode())
    return Head(
        frontier.size, day, at, top, key, signature, text, canonical.digest(text), frontier.pack(), *mark
    )
