"""Read orders of years gone by: the on-time rate both ways, and the mappings that are saved."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.imports.reading import Columns, columns_of, shipped


@dataclass(frozen=True, slots=True)
class OnTime:
    """How much was on time by a moment.

    ``kept``: closed within the limit; ``closed``: all closed that had one; ``overdue``: open past it. Left out:
    ``waiting`` (open, not due yet), ``unlimited`` (no limit), ``undated`` (closed, nobody says when), ``doubles``.
    """

    group: str
    kept: int
    closed: int
    overdue: int
    waiting: int
    unlimited: int
    undated: int
    doubles: int

    @property
    def whole(self) -> int:
        """What counts when overdue open orders count as late."""
        return self.closed + self.overdue


_ON_TIME = """
SELECT {group}, count(*) FILTER (WHERE fit AND closed <= due), count(*) FILTER (WHERE fit AND closed IS NOT NULL),
  count(*) FILTER (WHERE fit AND is_open AND closed IS NULL AND due < %(at)s),
  count(*) FILTER (WHERE fit AND is_open AND closed IS NULL AND due >= %(at)s),
  count(*) FILTER (WHERE NOT duplicate AND due IS NULL),
  count(*) FILTER (WHERE fit AND NOT is_open AND closed IS NULL), count(*) FILTER (WHERE duplicate)
FROM (SELECT *, NOT duplicate AND due IS NOT NULL AS fit FROM hotline_past WHERE county = %(county)s) p
GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 200"""
_GROUPS = {"": "''", "agency": "agency", "class": "duty"}


def on_time(county: int, at: datetime, by: str = "") -> list[OnTime]:
    """Return the on-time counts of a district as of a moment: one row, or one an agency or class."""
    return [OnTime(*row) for row in run(_ON_TIME.format(group=_GROUPS[by]), {"county": county, "at": at})]


def last_moment(county: int) -> datetime | None:
    """Return when the newest of these orders was made or closed: as of then the file speaks."""
    sql = "SELECT max(greatest(created, coalesce(closed, created))) FROM hotline_past WHERE county = %s"
    found: datetime | None = run(sql, (county,))[0][0]
    return found


def mapping(name: str) -> Columns:
    """Return a mapping: one saved here, else one that comes with the line; BadInput names those there are."""
    saved: dict[str, Any] = {
        row[0]: json.loads(row[1]) for row in run("SELECT name, said::text FROM hotline_mapping")
    }
    said = saved.get(name) or shipped().get(name)
    if said is None:
        known = "、".join(sorted({*saved, *shipped()}))
        raise BadInput(
            _("There is no mapping “%(name)s”; there are: %(known)s.") % {"name": name, "known": known}
        )
    return columns_of(name, said)
