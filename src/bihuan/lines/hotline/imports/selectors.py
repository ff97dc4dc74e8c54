"""Read orders of years gone by: the on-time rate both ways, and the mappings that are saved."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, NotFound
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


@dataclass(frozen=True, slots=True)
class Saved:
    """A mapping as it is written down; ``own`` when the district saved it, so that it can be taken back."""

    name: str
    said: Mapping[str, Any]
    own: bool


def mappings(county: int) -> list[Saved]:
    """Return the mappings a district may use, by name: its own, then the whole house's, then those of the line."""
    sql = "SELECT name, said::text, county > 0 FROM hotline_mapping WHERE county IN (0, %s) ORDER BY county"
    found = {name: Saved(name, said, own=False) for name, said in shipped().items()}
    found |= {name: Saved(name, json.loads(said), own) for name, said, own in run(sql, (county,))}
    return [found[name] for name in sorted(found)]


def saved(name: str, county: int) -> Saved:
    """Return one mapping as it is written down; NotFound when there is none of that name."""
    for one in mappings(county):
        if one.name == name:
            return one
    raise NotFound(_("There is no such mapping."), where=name)


def mapping(name: str, county: int = 0) -> Columns:
    """Return a mapping to read a file by; BadInput names those there are."""
    known = {one.name: one.said for one in mappings(county)}
    if name not in known:
        raise BadInput(
            _("There is no mapping “%(name)s”; there are: %(known)s.")
            % {"name": name, "known": "、".join(sorted(known))}
        )
    return columns_of(name, known[name])
