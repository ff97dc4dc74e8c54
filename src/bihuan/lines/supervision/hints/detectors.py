"""Where figures may have been worked upon: each detector says its formula, shows its evidence, and when it is wrong.

What they find are hints to the supervision office. They are no part of any score.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bihuan.logic.mechanism import said as _


@dataclass(frozen=True, slots=True)
class Detector:
    """One way of looking. ``sql`` yields (unit, cases, of, matter ids) within the scope and days asked."""

    name: str
    title: str
    formula: str
    innocent: str
    sql: str
    #: Thresholds that older rules of scoring don't name.
    otherwise: Mapping[str, Any] = field(default_factory=dict)


#: The main clocks that ended in the days asked, at the moment the unit had answered, and whose they were.
_ENDED = """
WITH ended AS MATERIALIZED (
  SELECT c.matter_id, c.id AS clock, c.ended_at AS closed_at, coalesce(a.began, c.ended_at) AS ended_at, c.due,
         c.state, c.started, h.holder_unit AS unit
  FROM clock_clock c JOIN flow_matter m ON m.id = c.matter_id AND m.{level} = %(division)s AND m.{level} > 0
  JOIN LATERAL (SELECT s.holder_unit FROM flow_span s WHERE s.matter_id = m.id AND s.holder_unit > 0
    AND s.since < coalesce(c.ended_at, %(until)s) ORDER BY s.n DESC LIMIT 1) h ON true
  LEFT JOIN LATERAL (SELECT p.began FROM clock_stop p WHERE p.clock_id = c.id AND p.cause = 'answered'
    ORDER BY p.began DESC LIMIT 1) a ON true
  WHERE c.main AND m.line <> 'supervision' AND c.ended_at >= %(since)s AND c.ended_at < %(until)s)
"""

_SHARE = """
SELECT unit, count(*) FILTER (WHERE odd), count(*), array_agg(matter_id) FILTER (WHERE odd) FROM judged
GROUP BY unit HAVING count(*) FILTER (WHERE odd) >= %(least)s
  AND count(*) FILTER (WHERE odd) >= %(share)s::float8 * count(*) ORDER BY 2 DESC
"""

_AT_THE_LIMIT = f"""{_ENDED}, judged AS (
  SELECT e.unit, e.matter_id, e.due - e.ended_at <= make_interval(hours => %(hours)s) AS odd
  FROM ended e WHERE e.state = 'met') {_SHARE}"""  # noqa: S608 - own text
_REOPENED = f"""{_ENDED}, judged AS (
  SELECT e.unit, e.matter_id, EXISTS (SELECT FROM clock_clock n WHERE n.matter_id = e.matter_id AND n.main
    AND n.started > e.closed_at AND n.started < e.closed_at + make_interval(days => %(days)s)) AS odd
  FROM ended e) {_SHARE}"""  # noqa: S608

DETECTORS = (
    Detector(
        "limit",
        _("Closed in bulk at the limit"),
        _(
            "Share of a unit's cases met within the last %(hours)s hours before their limit; shown from %(least)s such"
            " cases and a share of %(share)s on."
        ),
        _("Work that honestly takes the whole limit looks the same; so does a batch that was due together."),
        _AT_THE_LIMIT,
    ),
    Detector(
        "extension",
        _("Extensions asked for at the last moment, or granted and not used"),
        _(
            "More time asked for within the last %(hours)s hours before the limit, or granted though the case ended"
            " before the limit it had; shown from %(least)s such extensions on."
        ),
        _("Causes do come up late, and work may go faster than feared. One alone says nothing."),
        """WITH asked AS MATERIALIZED (
             SELECT x.*, c.matter_id, c.ended_at, h.holder_unit AS whose FROM clock_extension x
             JOIN clock_clock c ON c.id = x.clock_id
             JOIN flow_matter m ON m.id = c.matter_id AND m.{level} = %(division)s AND m.{level} > 0
             JOIN LATERAL (SELECT s.holder_unit FROM flow_span s WHERE s.matter_id = m.id AND s.holder_unit > 0
               AND s.since <= x.asked_at ORDER BY s.n DESC LIMIT 1) h ON true
             WHERE m.line <> 'supervision' AND x.asked_at >= %(since)s AND x.asked_at < %(until)s)
           SELECT whose, count(*) FILTER (WHERE odd), count(*), array_agg(DISTINCT matter_id) FILTER (WHERE odd)
           FROM (SELECT a.*, a.due_before - a.asked_at <= make_interval(hours => %(hours)s)
                        OR (a.state = 'approved' AND a.ended_at <= a.due_before) AS odd FROM asked a) a
           GROUP BY whose HAVING count(*) FILTER (WHERE odd) >= %(least)s ORDER BY 2 DESC""",
    ),
    Detector(
        "contact",
        _("Visits without contact"),
        _(
            "Visits noted as made without a photo or paper, after which the enterprise neither asked, confirmed nor"
            " rated anything by itself within %(days)s days: nothing but the visitor's own word shows them. Shown from"
            " %(least)s such visits on."
        ),
        _("A quiet visit leaves no trace, and photos are nobody's duty: ask the enterprise before anything else."),
        "",
        {"days": 5},
    ),
    Detector(
        "reopen",
        _("Reopened soon after it was closed"),
        _(
            "Share of a unit's closed cases reopened within %(days)s days; shown from %(least)s such cases and a share"
            " of %(share)s on."
        ),
        _("A new need may be put in as the old one come back."),
        _REOPENED,
    ),
    Detector(
        "split",
        _("One need split into several"),
        _(
            "At least %(least)s cases of one kind about one project, opened by one post for one unit within"
            " %(minutes)s minutes."
        ),
        _("A visit may bring several true needs at once."),
        """WITH opened AS MATERIALIZED (
             SELECT m.id, m.lead_unit AS unit, m.created,
                    count(*) OVER w AS near, array_agg(m.id) OVER w AS ids
             FROM flow_matter m WHERE m.{level} = %(division)s AND m.{level} > 0 AND m.subject > 0 AND m.lead_unit > 0
               AND m.line <> 'supervision' AND m.parent = 0 AND m.created >= %(since)s AND m.created < %(until)s
             WINDOW w AS (PARTITION BY m.subject, m.kind, m.lead_unit, m.creator_post ORDER BY m.created
               RANGE BETWEEN CURRENT ROW AND make_interval(mins => %(minutes)s) FOLLOWING))
           SELECT o.unit, count(DISTINCT i), (SELECT count(*) FROM opened a WHERE a.unit = o.unit),
                  array_agg(DISTINCT i)
           FROM opened o, unnest(o.ids) i WHERE o.near >= %(least)s GROUP BY o.unit ORDER BY 2 DESC""",
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Detector] = {one.name: one for one in DETECTORS}
Thresholds = Mapping[str, Any]
