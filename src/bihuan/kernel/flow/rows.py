"""The matter as flow reads it: one frozen row, fetched with its running clocks by one statement."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from bihuan.kernel.identity.actors import LEVELS


class MatterRow(NamedTuple):
    """A matter as it stands. Ids are 0 and texts '' where there is none.

    A tuple, because thousands of them are made from rows at a time.
    """

    id: int
    code: str
    rules: int
    line: str
    kind: str
    title: str
    stage: str
    open: bool
    episode: int
    closing: str
    holder_unit: int
    holder_post: int
    holder_role: str
    first_unit: int
    lead_unit: int
    handler_user: int
    handler_post: int
    creator_user: int
    creator_post: int
    party: int
    subject: int
    parent: int
    division: int
    province: int
    city: int
    county: int
    street: int
    community: int
    grid: int
    micro: int
    park: int
    due: datetime | None
    clock: str
    data: dict[str, Any]
    span: int
    created: datetime
    moved: datetime
    closed: datetime | None
    seq: int
    head: bytes
    ver: int
    supports: tuple[int, ...] = ()

    def value(self, name: str, default: Any = None) -> Any:
        """Return the latest value of a structural form field."""
        return self.data.get(name, default)


#: Columns of flow_matter in the order of the row; ``supports`` is read beside them.
COLUMNS = MatterRow._fields[:-1]
#: Those that say where it lies.
SCOPE = ("division", *LEVELS)
_DATA = COLUMNS.index("data")
SELECT = ", ".join(f"m.{name}" for name in COLUMNS)
SUPPORTS = "ARRAY(SELECT s.unit FROM flow_seat s WHERE s.matter_id = m.id)"


def from_sql(row: tuple[Any, ...]) -> MatterRow:
    """Build the row from ``SELECT`` and ``SUPPORTS``, in that order; further columns are left out."""
    size = len(COLUMNS)
    values = list(row[:size])
    values[_DATA] = json.loads(values[_DATA]) if isinstance(values[_DATA], str) else values[_DATA]
    return MatterRow._make([*values, tuple(row[size])])


class Receipt(NamedTuple):
    """What came of opening or moving: the entry's place in the ledger and the new version.

    ``again`` is true when the same request had been carried out before.
    """

    matter: int
    code: str
    seq: int
    ver: int
    stage: str
    hash: bytes
    again: bool = False
