"""The facts of every case as they were known at a moment, as SQL.

What stood is read from the spans, what was known from the entries that began them
(``recorded``), what was late from the clocks. A clock that ended by then says met or
missed. One that had not is late when its due instant had passed: stops that began later
can't have moved a due instant that lay before them, and an extension decided later
keeps the due instant it replaced. Place, unit, line and kind are those of today.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from bihuan.kernel.clock.ground import ground
from bihuan.kernel.now import LOCAL
from bihuan.kernel.permits.rules import Branch
from bihuan.kernel.permits.walk import condition as branch_condition
from bihuan.logic.rates import IN_STAGE, Condition, Count, Figure, Heard

#: What values may be grouped by; the first seven also carry the daily rollup.
SCOPES = ("county", "street", "community", "grid", "park", "lead_unit", "first_unit")
GROUPS = frozenset({*SCOPES, "province", "city", "micro", "line", "kind", "holder_unit"})

#: With a name behind it: cases are grouped by that value of the matter.
DATA = "data."


def column_of(group: str) -> str:
    """Return the column a grouping stands in; ValueError for one that is none."""
    name = group.removeprefix(DATA)
    if group in GROUPS or (group.startswith(DATA) and name.isascii() and name.isidentifier()):
        return group.replace(DATA, "data_", 1)
    raise ValueError(f"no grouping by {group}")


#: Matters from an id to another, both inside, or those of a list.
Within = tuple[int, int] | list[int]

#: Working hours are counted back this far.
_REACH = timedelta(days=366 * 11)

_FACTS = """
final AS MATERIALIZED (
  SELECT r.id AS rules, s.value ->> 'name' AS stage
  FROM flow_rules r, jsonb_array_elements(r.text::jsonb -> 'stages') s WHERE (s.value ->> 'final')::boolean),
episode AS MATERIALIZED (
  SELECT s.matter_id, s.episode, min(s.n) AS first, max(s.n) AS last, min(s.since) AS opened,
         max(s.until) FILTER (WHERE f.stage IS NULL) AS left_at
  FROM flow_matter m JOIN flow_span s ON s.matter_id = m.id {known}
  LEFT JOIN final f ON f.rules = m.rules AND f.stage = s.stage
  WHERE s.since <= %(at)s AND {where}
  GROUP BY s.matter_id, s.episode),
clock AS MATERIALIZED (
  SELECT c.matter_id, c.episode, bool_or(
    CASE WHEN c.ended_at <= %(at)s THEN c.state = 'missed'
    ELSE coalesce(x.due_before, c.due) < %(at)s AND NOT EXISTS (
      SELECT FROM clock_stop p WHERE p.clock_id = c.id AND p.began <= %(at)s
      AND p.began <= coalesce(x.due_before, c.due) AND (p.ended IS NULL OR p.ended > %(at)s)) END) AS late,
    bool_and(coalesce(c.ended_at <= %(at)s, false)) AS answered
  FROM clock_clock c LEFT JOIN LATERAL (
    SELECT x.due_before FROM clock_extension x
    WHERE x.clock_id = c.id AND x.state = 'approved' AND x.decided_at > %(at)s
    ORDER BY x.decided_at LIMIT 1) x ON true
  WHERE c.main AND c.started <= %(at)s AND NOT (c.state = 'void' AND c.ended_at <= %(at)s)
    AND c.matter_id IN (SELECT matter_id FROM episode)
  GROUP BY c.matter_id, c.episode),
{worked}{said}
facts AS MATERIALIZED (
  SELECT e.matter_id, e.episode, e.first, e.opened, f.stage IS NOT NULL AS ended, l.stage, l.move, l.clock,
         l.holder_unit, CASE WHEN f.stage IS NOT NULL THEN coalesce(e.left_at, e.opened) END AS ended_at,
         coalesce(k.late, false) AS late, f.stage IS NOT NULL OR coalesce(k.late, false) AS due,
         k.matter_id IS NOT NULL AS limited, coalesce(k.answered, false) AS answered,
         coalesce(k.answered OR k.late, false) AS owed,
         n.episode IS NOT NULL AS reopened, n.first AS next_first, m.line, m.kind, m.code,
         m.province, m.city, m.county, m.street, m.community, m.grid, m.micro, m.park,
         m.lead_unit, m.first_unit{seconds}{heard}{values}
  FROM episode e JOIN flow_span l ON l.matter_id = e.matter_id AND l.n = e.last
  JOIN flow_matter m ON m.id = e.matter_id
  LEFT JOIN final f ON f.rules = m.rules AND f.stage = l.stage
  LEFT JOIN episode n ON n.matter_id = e.matter_id AND n.episode = e.episode + 1
  LEFT JOIN clock k ON k.matter_id = e.matter_id AND k.episode = e.episode
  {join})"""

_WORKED = "LEFT JOIN worked w ON (w.matter_id, w.episode) = (e.matter_id, e.episode)"
_SAID = "LEFT JOIN said d ON (d.matter_id, d.episode) = (e.matter_id, e.episode)"
#: For a past day: only what had been recorded by then. What is recorded by now needs no asking.
_KNOWN = "JOIN ledger_entry k ON k.chain_id = s.matter_id AND k.seq = s.n AND k.recorded <= %(at)s"

_OPS = {"is": "=", "not": "<>", "min": ">=", "max": "<="}


class Facts:
    """The common table expressions of one question about some figures, and its parameters.

    ``past`` says that the moment lies before the present, so that later records must be left out; ``within`` asks
    of the matters between two ids, or of these ids, alone; ``only`` of those with this value of a grouping.
    """

    def __init__(
        self,
        figures: Sequence[Figure],
        at: datetime,
        branches: Sequence[Branch],
        *,
        past: bool,
        groups: Iterable[str] = (),
        within: Within | None = None,
        only: tuple[str, int | str] | None = None,
    ) -> None:
        self.params: dict[str, Any] = {"at": at}
        counts = [count for figure in figures for count in figure.parts().values()]
        #: What is measured, and the column it stands in.
        self.measures = {
            name: f"seconds{n}" for n, name in enumerate(sorted({c.measure for c in counts} - {""}))
        }
        measured = bool(self.measures)
        #: What was heard, and the column the answer stands in.
        self.answers = {
            key: f"heard{n}"
            for n, key in enumerate(dict.fromkeys((h.moves, h.field) for c in counts for h in c.heard))
        }
        self.sql = _FACTS.format(
            known=_KNOWN if past else "",
            where=self.among(figures, branches, within, only),
            worked=self._worked(at) if measured else "",
            seconds="".join(f", coalesce(w.{name}, 0) AS {name}" for name in self.measures.values()),
            join=f"{_WORKED if measured else ''} {_SAID if self.answers else ''}",
            said=self._said() if self.answers else "",
            heard="".join(f", d.{name}" for name in self.answers.values()),
            values="".join(self._value(one) for one in groups),
        )

    def among(
        self,
        figures: Sequence[Figure],
        branches: Sequence[Branch],
        within: Within | None = None,
        only: tuple[str, int | str] | None = None,
    ) -> str:
        """Return the condition on ``m`` that a matter can count at all."""
        more = ""
        if isinstance(within, tuple):
            more = f" AND m.id BETWEEN {self.add(within[0])} AND {self.add(within[1])}"
        elif within is not None:
            more = f" AND m.id = ANY({self.add(within)}::bigint[])"
        if only and only[0] in GROUPS:
            # "> 0" lets the planner use the partial index, which leaves "none" out.
            there = f" AND m.{only[0]} > 0" if isinstance(only[1], int) and only[1] > 0 else ""
            more += f" AND m.{only[0]} = {self.add(only[1])}{there}"
        return f"({self._branches(branches)}){self._shared(figures)}{more}"

    def _value(self, group: str) -> str:
        """Return the column of a value of the matter that cases are grouped by, as it stands today."""
        if not group.startswith(DATA):
            return ""
        return f", m.data ->> {self.add(group.removeprefix(DATA))} AS {column_of(group)}"

    def add(self, value: Any) -> str:
        """Return the placeholder of one more parameter."""
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f"%({name})s"

    def period(self, figure: Figure, since: datetime | None) -> str:
        """Return the condition that a case belongs to the period that begins at ``since``."""
        if since is None or not figure.period:
            return "true"
        if figure.period == "opened":
            return f"facts.opened >= {self.add(since)}"
        return f"(facts.ended_at IS NULL OR facts.ended_at >= {self.add(since)})"

    def counted(self, count: Count, also: str = "true", number: str = "") -> str:
        """Return the aggregate over ``facts`` that counts (or sums) this part; ``number``: so many cases a row is."""
        column = self.measures.get(count.measure, number)
        what = f"coalesce(sum(facts.{column}) {{}}, 0)" if column else "count(*) {}"
        return what.format(f"FILTER (WHERE {also} AND {self.holds(count)})")

    def holds(self, count: Count) -> str:
        """Return the condition that a case counts in this part."""
        tests = [self._test(f"facts.{test.column}", test) for test in count.tests]
        tests += [self._heard(heard) for heard in count.heard]
        return " AND ".join(tests) or "true"

    def _heard(self, heard: Heard) -> str:
        column = f"facts.{self.answers[heard.moves, heard.field]}"
        if not heard.field:
            return f"coalesce({column}, false)"
        return f"coalesce({column} = ANY({self.add(list(heard.values))}::text[]), false)"

    def _said(self) -> str:
        """The last answers within each case: after what began it, up to what began the next.

        The entries are read once for all figures; a text is only opened where one of its values is asked for.
        """
        columns = []
        for (moves, named), column in self.answers.items():
            such = f"h.move = ANY({self.add(list(moves))}::text[])"
            if named:
                value = f"h.text::jsonb #>> {self.add(['facts', 'data', named])}::text[]"
                columns.append(
                    f"(array_agg({value} ORDER BY h.seq DESC) FILTER (WHERE {such}))[1] AS {column}"
                )
            else:
                columns.append(f"bool_or({such}) AS {column}")
        every = sorted({move for moves, _field in self.answers for move in moves})
        return (
            f"said AS MATERIALIZED (SELECT e.matter_id, e.episode, {', '.join(columns)} FROM episode e"  # noqa: S608
            " LEFT JOIN episode n ON n.matter_id = e.matter_id AND n.episode = e.episode + 1"
            " JOIN ledger_entry h ON h.chain_id = e.matter_id AND h.seq > e.first"
            " AND (n.first IS NULL OR h.seq <= n.first)"
            f" WHERE h.recorded <= %(at)s AND h.move = ANY({self.add(every)}::text[])"
            " GROUP BY e.matter_id, e.episode),"
        )

    def _test(self, column: str, test: Condition) -> str:
        if test.op in {"in", "out"}:
            values = list(test.value) if isinstance(test.value, tuple) else [test.value]
            return f"{column} {'= ANY' if test.op == 'in' else '<> ALL'}({self.add(values)}::text[])"
        return f"{column} {_OPS[test.op]} {self.add(test.value)}"

    def _branches(self, branches: Sequence[Branch]) -> str:
        parts = []
        for branch in branches:
            sql, values = branch_condition(branch)
            for value in values:
                sql = sql.replace("%s", self.add(value), 1)
            parts.append(f"({sql})")
        return " OR ".join(parts) or "false"

    def _shared(self, figures: Sequence[Figure]) -> str:
        """Tests of line and kind that every part makes are made before spans are read."""
        counts = [count for figure in figures for count in figure.parts().values()]
        shared = [t for t in counts[0].tests if all(t in c.tests for c in counts)]
        tests = [(t.column, self._test(f"m.{t.column}", t)) for t in shared if t.column in {"line", "kind"}]
        # Said for open and closed ones apart, because each have their index.
        return "".join(
            f" AND ({test} AND m.open OR {test} AND NOT m.open)" if column == "kind" else f" AND {test}"
            for column, test in tests
        )

    def _worked(self, at: datetime) -> str:
        """Working seconds of a case, clock not stopped: differences on the axis of working time."""
        first, columns = _axis(at.astimezone(LOCAL).year, ground().stamp)
        # Read once a question: an array read from text within a row's own expression would be read for every row.
        arrays = [f"(SELECT {self.add(column)}::text::float8[])" for column in columns]
        day = self.add(first)

        def since_first_day(moment: str) -> str:
            beijing = f"({moment} AT TIME ZONE 'Asia/Shanghai')"
            number = f"[{beijing}::date - {day}::date + 1]"
            seconds = f"extract(epoch FROM {beijing}::time)::float8"
            before, *ends = (f"({array}){number}" for array in arrays)
            pairs = zip(ends[::2], ends[1::2], strict=True)
            return before + "".join(f" + greatest(0, least({seconds}, {b}) - {a})" for a, b in pairs)

        spent = f"sum({since_first_day('least(s.until, %(at)s)')} - ({since_first_day('s.since')}))"
        return (
            f"worked AS MATERIALIZED (SELECT e.matter_id, e.episode, {self._sums(spent)}"  # noqa: S608 - own names
            " FROM episode e JOIN flow_matter m ON m.id = e.matter_id"
            " JOIN flow_span s ON s.matter_id = e.matter_id AND s.n BETWEEN e.first AND e.last"
            " WHERE s.clock <> 'paused'"
            " AND NOT EXISTS (SELECT FROM final f WHERE f.rules = m.rules AND f.stage = s.stage)"
            " GROUP BY e.matter_id, e.episode),"
        )

    def _sums(self, spent: str) -> str:
        """Return a sum a measure, over all spans or those at one stage."""
        sums = []
        for measure, column in self.measures.items():
            stage = measure.removeprefix(IN_STAGE) if measure.startswith(IN_STAGE) else ""
            only = f" FILTER (WHERE s.stage = {self.add(stage)})" if stage else ""
            sums.append(f"{spent}{only} AS {column}")
        return ", ".join(sums)


@lru_cache(maxsize=4)
def _axis(year: int, stamp: UUID | None) -> tuple[date, list[str]]:
    """Return the first day, and day by day the working seconds before it and its spans in seconds of the day.

    To the end of ``year``, as array literals: they are sent with every question, so they are written once.
    ``stamp`` names the version of the tables it was counted on.
    """
    tables = ground(stamp)
    calendar, hours = tables.calendar(), tables.hours()
    last = date(year, 12, 31)
    day = first = last - _REACH
    width = max(len(spans) for _, spans in hours.rows)
    columns: list[list[int]] = [[] for _ in range(1 + 2 * width)]
    before = 0
    while day <= last:
        spans = hours.on(day) if calendar.is_working(day) else ()
        ends = [t.hour * 3600 + t.minute * 60 + t.second for span in spans for t in span]
        row = [before, *ends, *[0] * (2 * (width - len(spans)))]
        for column, value in zip(columns, row, strict=True):
            column.append(value)
        before += sum(ends[1::2]) - sum(ends[::2])
        day += timedelta(days=1)
    return first, [f"{{{','.join(map(str, column))}}}" for column in columns]
