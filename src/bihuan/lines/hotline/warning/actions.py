"""Count events, judge days, raise hotspots and keep their orders linked: a pass reads only what changed.

A pass takes the orders whose history grew since the last one (by the transaction that wrote it, so none is lost and
none counted twice), puts each where it belongs now and moves the tallies by the difference. Days that are over are
judged once; today is judged anew at every pass.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Conflict
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline.contracts import HOTSPOT, ORDER, PRAISE, REPORT, UNCOUNTED
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.grids.selectors import division_names
from bihuan.lines.hotline.warning import selectors
from bihuan.logic import bursts

#: Orders counted in one transaction, and the days that are over a pass judges at most.
BATCH, DAYS = 20_000, 14
#: Not watched: what few may know of, and what nobody has to do anything about.
_LEFT_OUT = (REPORT, PRAISE)

_HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_FIRST = "INSERT INTO hotline_watched (id, filled, xact) VALUES (1, 0, %s) ON CONFLICT DO NOTHING"
_LOCK = "SELECT filled, xact FROM hotline_watched WHERE id = 1 FOR UPDATE"
_UNCLASSED = """UPDATE hotline_watched SET unclassed = (SELECT count(*) FROM flow_matter
                WHERE kind = %s AND open AND stage <> 'aside' AND NOT data ? 'class') WHERE id = 1"""
_WALK = """SELECT id FROM flow_matter WHERE kind = %s AND open AND id > %s
           UNION ALL SELECT id FROM flow_matter WHERE kind = %s AND NOT open AND id > %s ORDER BY 1 LIMIT %s"""
_GREW = """SELECT DISTINCT m.id FROM ledger_entry e JOIN flow_matter m ON m.id = e.chain_id
           WHERE e.xact >= %s::text::xid8 AND e.xact < %s::text::xid8 AND m.kind = %s"""
_NOW = f"""
SELECT m.id AS matter, (m.data ->> 'class')::bigint AS duty, (m.created AT TIME ZONE 'Asia/Shanghai')::date AS day,
  coalesce(nullif(m.community, 0), nullif(m.street, 0), nullif(m.county, 0), nullif(m.park, 0), m.division) AS place
FROM flow_matter m WHERE m.id = ANY(%(ids)s) AND m.kind = %(kind)s AND m.data ? 'class' AND m.division > 0
  AND m.stage NOT IN {UNCOUNTED} AND NOT m.data ->> 'type' = ANY(%(out)s)
  AND NOT EXISTS (SELECT FROM hotline_join j WHERE j.matter = m.id AND j.until IS NULL)"""  # noqa: S608 - own names
_CELLS = f"""INSERT INTO hotline_cell (duty, place) SELECT DISTINCT n.duty, n.place FROM ({_NOW}) n
             WHERE NOT EXISTS (SELECT FROM hotline_cell c WHERE c.duty = n.duty AND c.place = n.place)
             ORDER BY 1, 2 ON CONFLICT DO NOTHING"""  # noqa: S608 - own names
_COUNT = f"""
WITH new AS MATERIALIZED (SELECT n.matter, c.id AS cell, n.day FROM ({_NOW}) n
    JOIN hotline_cell c ON c.duty = n.duty AND c.place = n.place),
old AS MATERIALIZED (SELECT matter, cell, day FROM hotline_event WHERE matter = ANY(%(ids)s)),
gone AS (DELETE FROM hotline_event e WHERE e.matter IN (SELECT matter FROM old EXCEPT SELECT matter FROM new)),
put AS (INSERT INTO hotline_event (matter, cell, day)
    SELECT matter, cell, day FROM (SELECT * FROM new EXCEPT SELECT * FROM old) x ORDER BY matter
    ON CONFLICT (matter) DO UPDATE SET cell = excluded.cell, day = excluded.day),
delta AS (SELECT cell, day, sum(n)::int AS n FROM (SELECT cell, day, 1 AS n FROM new UNION ALL
    SELECT cell, day, -1 FROM old) moved GROUP BY cell, day HAVING sum(n) <> 0),
changed AS (UPDATE hotline_tally t SET events = t.events + d.n FROM delta d
    WHERE t.cell = d.cell AND t.day = d.day)
INSERT INTO hotline_tally (day, cell, events) SELECT d.day, d.cell, d.n FROM delta d
WHERE NOT EXISTS (SELECT FROM hotline_tally t WHERE t.cell = d.cell AND t.day = d.day)"""  # noqa: S608 - own names


def sweep() -> int:
    """Do one pass: count what changed, judge days that are over, raise what bursts today; return how many rose."""
    while _counted():
        pass
    run(_UNCLASSED, (ORDER,))
    judge()
    raised = raise_today()
    link()
    return raised


def _counted() -> bool:
    """Count one batch of changed orders; whether there are more."""
    horizon = int(run(_HORIZON)[0][0])
    run(_FIRST, (horizon,))
    with atomic():
        filled, mark = run(_LOCK)[0]
        if (
            mark > horizon
        ):  # the database was set up anew from a copy: its transactions count from the start again
            filled, mark = 0, horizon
        if filled is None:
            ids = [row[0] for row in run(_GREW, (mark, horizon, ORDER))]
            for first in range(0, len(ids), BATCH):
                count(ids[first : first + BATCH])
            run("UPDATE hotline_watched SET xact = %s WHERE id = 1", (horizon,))
            return False
        ids = [row[0] for row in run(_WALK, (ORDER, filled, ORDER, filled, BATCH))]
        count(ids)
        done = None if len(ids) < BATCH else ids[-1]
        run("UPDATE hotline_watched SET filled = %s, xact = %s WHERE id = 1", (done, mark))
        return True


def count(ids: Sequence[int]) -> None:
    """Put orders where they count now, and move the tallies by the difference."""
    given = {"ids": list(ids), "kind": ORDER, "out": list(_LEFT_OUT)}
    run(_CELLS, given)
    run(_COUNT, given)


#: Two passes at once judge a day alike: who comes second leaves it.
_JUDGED = """INSERT INTO hotline_judged (day, cells, threshold, highest, over, raised)
             VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (day) DO NOTHING"""


def judge(most: int = DAYS) -> int:
    """Judge days that are over and were not judged yet, the oldest first; return how many."""
    first = selectors.first_day()
    if first is None:
        return 0
    last = selectors.last_judged()
    begin = today() - timedelta(days=bursts.PAST)
    day = max(begin, first + selectors.KNOWN, last + timedelta(days=1) if last else date.min)
    done = 0
    while day < today() and done < most:
        _judge(day)
        day, done = day + timedelta(days=1), done + 1
    return done


def _judge(day: date) -> None:
    cells, counts, kinds = selectors.window(day)
    quiet = np.isin(cells, selectors.loud(day))
    surprise, _span, seen, _expected = bursts.surprises(counts, kinds)
    least = selectors.threshold(day, len(cells))
    over = surprise > least
    raised = int((over & ~quiet & (seen >= bursts.FEWEST)).sum())
    highest = np.sort(surprise[~quiet])[-bursts.KEPT :]
    said = [round(float(one), 4) for one in highest]
    run(_JUDGED, (day, len(cells), least, said, [int(one) for one in cells[over]], raised))


def raise_today() -> int:
    """Open a hotspot for every cell that bursts today and has none; return how many."""
    first, day = selectors.first_day(), today()
    if first is None or day < first + selectors.KNOWN:
        return 0
    cells, counts, kinds = selectors.window(day)
    if not len(cells):
        return 0
    surprise, span, seen, expected = bursts.surprises(counts, kinds)
    least = selectors.threshold(day, len(cells))
    places = np.flatnonzero((surprise > least) & (seen >= bursts.FEWEST))
    hot = {int(cells[n]): int(n) for n in places[np.argsort(-surprise[places], kind="stable")]}
    opened = 0
    for cell, (duty, place) in selectors.free_cells(list(hot), day - timedelta(days=bursts.QUIET)).items():
        n = hot[cell]
        since = day - timedelta(days=int(span[n]) - 1)
        said = {
            "cell": cell, "about": [duty], "since": since.isoformat(), "events": int(seen[n]),
            "expected": f"{expected[n]:.2f}", "surprise": f"{surprise[n]:.2f}", "threshold": f"{least:.2f}",
        }  # fmt: skip
        opened += _opened(said, duty, place, int(span[n]))
    return opened


def _opened(said: dict[str, object], duty: int, place: int, span: int) -> bool:
    named = duties.by_ids([duty]).get(duty)
    if named is None or not duties.live(duty):
        return False
    where = division_names([place]).get(place, "")
    title = _("%(what)s, %(where)s: %(count)d in %(days)d days, usually %(usual)s")
    words = {
        "what": named.name,
        "where": where,
        "count": said["events"],
        "days": span,
        "usual": said["expected"],
    }
    try:
        with atomic():
            flow.open(SYSTEM, HOTSPOT, {**said, "title": (title % words)[:200]}, scope=scope_of(place),
                      key=f"hotspot:{said['cell']}:{today()}")  # fmt: skip
    except (IntegrityError, Conflict):
        return False  # somebody else's pass raised it at the same moment
    return True


_LINK = """
INSERT INTO hotline_hotspot_order (hotspot, matter)
SELECT h.matter, e.matter FROM hotline_hotspot h
JOIN hotline_event e ON e.cell = h.cell AND e.day >= h.since WHERE h.ended IS NULL ON CONFLICT DO NOTHING"""


def link() -> None:
    """Let the events of open hotspots' cells belong to them."""
    run(_LINK)
