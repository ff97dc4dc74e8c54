"""What somebody about to report may hear of: that the same was reported nearby, and nothing more.

Told are the class, the community and the day. What was said, by whom, at which door, and what is no neighbour's
business (reports of wrongdoing, callers who wish to be hidden, complaints about a unit, classes nobody has
looked at) are not: and as nothing is compared with what others wrote, nobody learns it by trying words.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity.actors import Scope
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import local, now
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.contracts import COMPLAIN, HELP, OPEN, ORDER, SUGGEST, UNSEEN
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.grids import selectors as grids
from bihuan.lines.hotline.suggesting.selectors import suggest

#: What is older is no longer news.
RECENT = timedelta(days=30)
#: How many are offered; a question with more choices is not read.
SHOWN = 4
_LOOKED_AT = 60
#: How long a page may lie open before its choice is asked anew.
_OPEN_FOR = 3600
_SALT = "hotline-nearby"


@dataclass(frozen=True, slots=True)
class Near:
    """An open matter nearby, as coarse as it is told; ``ref`` opens nothing and is good for this question only.

    ``others`` counts those who follow it and those who reported the same class there on the same day.
    """

    ref: str
    name: str
    place: str
    since: date
    others: int


#: What a neighbour may hear of; the last three parameters are kinds, secrecy and classes.
#: Its class was given by somebody of the desk, not by the one who reported or another system.
_SAFE = f"""m.kind = %s AND m.open AND m.created > %s AND (m.stage IN ('dispatched', 'handling', 'answered')
    OR m.stage = 'registered' AND m.data ->> 'channel' NOT IN {UNSEEN})
  AND m.data ->> 'type' = ANY(%s) AND m.data ->> 'secrecy' = %s AND NOT m.data ? 'against'
  AND (m.data ->> 'class')::bigint = ANY(%s)"""
_NEAR = f"""
SELECT m.id, (m.data ->> 'class')::bigint, m.created,
       (SELECT count(*) FROM hotline_join j WHERE j.root = m.id AND j.until IS NULL)
FROM flow_matter m WHERE m.{{level}} = %s AND m.{{level}} > 0 AND {_SAFE} ORDER BY m.id DESC LIMIT %s"""  # noqa: S608


def near(place: int, text: str, address: str) -> list[Near]:
    """Return what was reported in the community (or street) an address lies in and is likely the same class."""
    district = scope_of(place)
    level, there = _around(address, district)
    wanted = {one.duty: one.name for one in suggest(text, district)} if there else {}
    reviewed = [one.id for one in duties.by_ids(wanted).values() if one.told == "yes"]
    if not reviewed:
        return []
    rows = run(_NEAR.format(level=level), (there, *_safe(reviewed), _LOOKED_AT))
    where = grids.division_names([there]).get(there, "")
    found: dict[tuple[int, date], Near] = {}
    for key, duty, created, others in sorted(rows, key=lambda row: (-row[3], row[0])):
        # What reads the same is one choice: the one most follow already, then the oldest.
        day = local(created).date()
        first = found.get((duty, day)) or Near(signing.dumps(key, salt=_SALT), wanted[duty], where, day, -1)
        found[duty, day] = replace(first, others=first.others + others + 1)
    return sorted(found.values(), key=lambda one: one.since, reverse=True)[:SHOWN]


def chosen(ref: str, place: int) -> str:
    """Return the code of the matter somebody chose to follow; "" when it is closed or no longer told of."""
    try:
        key = int(signing.loads(ref, salt=_SALT, max_age=_OPEN_FOR))
    except signing.BadSignature as error:
        raise BadInput(_("This page lay open too long. Please send it once more."), where="same") from error
    reviewed = [one.id for one in duties.duties(scope_of(place)) if one.told == "yes"]
    sql = f"SELECT m.code FROM flow_matter m WHERE m.id = %s AND {_SAFE}"  # noqa: S608 - own conditions
    rows = run(sql, (key, *_safe(reviewed)))
    return str(rows[0][0]) if rows else ""


def _safe(classes: list[int]) -> tuple[Any, ...]:
    return ORDER, now() - RECENT, [HELP, COMPLAIN, SUGGEST], OPEN, classes


_NAMED = """SELECT level, id FROM identity_division
            WHERE county_id = %s AND level IN ('community', 'street') AND valid_until IS NULL
              AND short_name <> '' AND position(short_name IN %s) > 0
            ORDER BY level = 'street', length(short_name) DESC, id LIMIT 1"""


def _around(address: str, district: Scope) -> tuple[str, int]:
    """Return (level, division) of the community or street an address lies in; ("", 0) where nothing says so."""
    found = grids.locate(address, district)
    place = scope_of(found.place) if found and found.place else None
    for level in ("community", "street") if place else ():
        if there := getattr(place, level):
            return level, there
    rows = run(_NAMED, (district.county, address[:200])) if district.county and address else []
    return (str(rows[0][0]), int(rows[0][1])) if rows else ("", 0)
