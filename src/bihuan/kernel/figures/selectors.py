"""Read figures: the value with its fraction, the cases behind it, the definition of the day."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bihuan.kernel.figures import listing, registry
from bihuan.kernel.figures.facts import SCOPES, Facts, Within, column_of
from bihuan.kernel.figures.models import ALWAYS
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.permits.rules import EVERYTHING, Branch
from bihuan.kernel.store.sql import run
from bihuan.logic.rates import PERIODS, Figure, canonical, fingerprint, from_json, quotient

#: A rollup of a day not yet over serves this long: ten minutes apart, rarer where counting takes its time.
FRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FigureValue:
    """A value with what it is made of. ``small``: too few cases to be ranked.

    ``excluded`` pairs the titles of the exclusions with how many cases each left out;
    ``at`` is the moment of knowledge; ``group`` the value of the column grouped by.
    """

    name: str
    value: Decimal | None
    numerator: Decimal | int
    denominator: int | None
    excluded: tuple[tuple[str, int], ...]
    as_of: date
    at: datetime
    definition_hash: str
    small: bool
    group: int | str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One episode of a matter that a figure counts."""

    matter_id: int
    episode: int
    code: str
    title: str


def value(
    name: str,
    branches: Sequence[Branch],
    *,
    as_of: date | None = None,
    since: date | None = None,
    group_by: str | None = None,
    using: str = "read",
) -> list[FigureValue]:
    """Return the figure over what the branches see: one value, or one a group.

    ``as_of``: as known at the end of that day, under the definition of that day (default:
    now). ``since`` begins the period. Reads the daily rollup when it has the answer.
    """
    figure = definition(name, as_of, using)
    if group_by:
        column_of(group_by)
    rolled = _rolled(figure, branches, as_of, since, group_by, using)
    return rolled if rolled is not None else computed(figure, branches, as_of, since, group_by, using)


def computed(
    figure: Figure,
    branches: Sequence[Branch],
    as_of: date | None = None,
    since: date | None = None,
    group_by: str | None = None,
    using: str = "read",
) -> list[FigureValue]:
    """Count from the spans, always: what the rollup must equal."""
    (found,) = computed_together([figure], branches, as_of, since, group_by, using)
    return found


def computed_together(
    figures: Sequence[Figure],
    branches: Sequence[Branch],
    as_of: date | None = None,
    since: date | None = None,
    group_by: str | None = None,
    using: str = "read",
    *,
    known_now: bool = False,
) -> list[list[FigureValue]]:
    """Count several figures of one kind of period in one pass; the values of each, in the order given.

    ``known_now`` counts a past day with all that was recorded since.
    """
    day, at = as_of or today(), moment(as_of)
    if len({figure.period for figure in figures}) != 1:
        raise ValueError("figures counted together have one kind of period")
    past = is_past(as_of) and not known_now
    facts = Facts(figures, at, branches, past=past, groups=[group_by] if group_by else ())
    pairs = ", ".join(
        "jsonb_build_object("
        + ", ".join(f"'{part}', {facts.counted(count)}" for part, count in figure.parts().items())
        + ")"
        for figure in figures
    )
    group = f"facts.{column_of(group_by)}" if group_by else "NULL::text"
    tail = f" GROUP BY {group} ORDER BY 1" if group_by else ""
    rows = run(
        f"WITH {facts.sql} SELECT {group}, jsonb_build_array({pairs})::text"  # noqa: S608 - own names
        f" FROM facts WHERE {facts.period(figures[0], start(since))}{tail}",
        facts.params,
        using,
    )
    read = [(key, json.loads(text)) for key, text in rows]
    return [
        [made(figure, counts[n], day, at, key) for key, counts in read] for n, figure in enumerate(figures)
    ]


_ALL_DAILY = """
SELECT hash, scope, counts::text, made FROM figures_daily
WHERE hash = ANY(%s) AND day = %s AND since = %s AND (scope, scope_id) IN (('*', 0), (%s, %s))
"""


def together(
    figures: Sequence[Figure],
    branches: Sequence[Branch],
    as_of: date | None = None,
    since: date | None = None,
    using: str = "read",
) -> list[FigureValue]:
    """Return many figures at once, in the order given: one statement where the rollup has them, a few where not."""
    found: dict[str, FigureValue] = {}
    if len(branches) == 1 and branches[0].column in ("*", *SCOPES):
        found = _rolled_together(figures, branches[0], as_of, since, using)
    for period in PERIODS:
        left = [one for one in figures if one.period == period and one.name not in found]
        if left:
            counted = computed_together(left, branches, as_of, since, None, using)
            found |= {one.name: values[0] for one, values in zip(left, counted, strict=True)}
    return [found[one.name] for one in figures]


def _rolled_together(
    figures: Sequence[Figure], branch: Branch, as_of: date | None, since: date | None, using: str
) -> dict[str, FigureValue]:
    day = min(as_of or today(), today())
    scope, key = (branch.column, int(branch.value)) if branch.column != "*" else ("*", 0)
    prints = {fingerprint(canonical(one)): one for one in figures}
    rows = run(_ALL_DAILY, (list(prints), day, since or ALWAYS, scope, key), using)
    whole = {print_: made_ for print_, where, _counts, made_ in rows if where == "*"}
    own = {print_: counts for print_, where, counts, _made in rows if where == scope}
    found = {}
    for print_, made_ in whole.items():
        if _fresh(day, made_):
            figure = prints[print_]
            counts = json.loads(own[print_]) if print_ in own else dict.fromkeys(figure.parts(), 0)
            found[figure.name] = made(figure, counts, day, min(moment(day), made_))
    return found


def made(figure: Figure, counts: dict[str, Any], day: date, at: datetime, group: Any = None) -> FigureValue:
    """Return the value of these counts; measured seconds become hours."""
    numerator: Decimal | int = counts["numerator"]
    if figure.numerator.measure:
        numerator = (Decimal(str(numerator)) / 3600).quantize(Decimal("0.0001"))
    below = counts.get("denominator")
    titles = [title for title, _ in figure.exclusions]
    return FigureValue(
        name=figure.name,
        value=quotient(numerator, below, figure.unit),
        numerator=numerator,
        denominator=below,
        excluded=tuple((title, counts[f"excluded{n}"]) for n, title in enumerate(titles)),
        as_of=day,
        at=at,
        definition_hash=fingerprint(canonical(figure)),
        small=(counts["numerator"] if below is None else below) < figure.min_cases,
        group=group,
    )


def cases(
    name: str,
    part: str,
    branches: Sequence[Branch],
    *,
    as_of: date | None = None,
    since: date | None = None,
    group: tuple[str, int | str] | None = None,
    before: tuple[int, int] | None = None,
    limit: int = 50,
    using: str = "read",
) -> list[Case]:
    """Return the cases a part counts (``numerator``, ``denominator``, ``excluded0`` …), newest first.

    ``group`` narrows to one group's; ``before`` is the last case of the page before. Raises
    KeyError for a part the figure hasn't.
    """
    figure = definition(name, as_of, using)
    count, held = figure.parts()[part], _held(figure, part, min(as_of or today(), today()), using)
    # What was written down is told as it was known then, so that a list is what the number beside it counts.
    at = min(moment(as_of), held.made) if held else moment(as_of)
    found: list[Case] = []
    for window in _windows(figure, branches, group, held, before[0] if before else _LAST_ID, using):
        facts = Facts(
            [figure], at, branches, past=bool(held) or is_past(as_of), groups=group[:1] if group else (),
            within=window, only=group,
        )  # fmt: skip
        tests = [facts.period(figure, start(since)), facts.holds(count)]
        if group:
            tests.append(f"facts.{column_of(group[0])} = {facts.add(group[1])}")
        if before:
            tests.append(
                f"(facts.matter_id, facts.episode) < ({facts.add(before[0])}, {facts.add(before[1])})"
            )
        found += _listed(facts, tests, limit - len(found), using)
        if len(found) >= limit:
            break
    return found


def _held(figure: Figure, part: str, day: date, using: str) -> listing.Listed | None:
    """Return what was written down of a part, None when that is nothing or old."""
    held = listing.find(figure, part, day, using)
    return held if held and _fresh(day, held.made) else None


#: A list looks at so many matters first, newest first, then at so many times more: its first page needs few.
_WINDOW, _WIDER = 2000, 4
#: Of what was written down beforehand it looks at so many first.
_CHUNK = 100
_LAST_ID = 2**63 - 1


def _windows(
    figure: Figure,
    branches: Sequence[Branch],
    group: tuple[str, int | str] | None,
    held: listing.Listed | None,
    last: int,
    using: str,
) -> Iterator[Within]:
    """Yield which matters to look at, newest first from the id ``last`` on: those written down, then all others."""
    if held:
        own = _own(figure, branches, group, listing.before(held.matters, last), using)
        size = _CHUNK
        while own:
            yield own[:size]
            own, size = own[size:], size * _WIDER
        if held.whole:
            return
        last = min(last, held.matters[-1] - 1)
    size = _WINDOW
    while window := _next_window(figure, branches, group, last, size, using):
        yield window
        last, size = window[0] - 1, size * _WIDER


def _own(
    figure: Figure,
    branches: Sequence[Branch],
    group: tuple[str, int | str] | None,
    ids: list[int],
    using: str,
) -> list[int]:
    """Return those of the matters that the branches see and the group holds."""
    if not ids:
        return []
    asked = Facts([figure], now(), branches, past=False)
    among = asked.among([figure], branches, ids, group)
    sql = f"SELECT m.id FROM flow_matter m WHERE {among} ORDER BY m.id DESC"  # noqa: S608 - own names
    return [row[0] for row in run(sql, asked.params, using)]


def _next_window(
    figure: Figure,
    branches: Sequence[Branch],
    group: tuple[str, int | str] | None,
    last: int,
    size: int,
    using: str,
) -> tuple[int, int] | None:
    """Return the ids from and to of the next matters that can count, None when there are none."""
    asked = Facts([figure], now(), branches, past=False)
    among = asked.among([figure], branches, only=group)
    (first, newest) = run(
        "SELECT min(w.id), max(w.id) FROM (SELECT m.id FROM flow_matter m"  # noqa: S608 - own names
        f" WHERE {among} AND m.id <= {asked.add(last)} ORDER BY m.id DESC LIMIT {asked.add(size)}) w",
        asked.params, using,
    )[0]  # fmt: skip
    return (first, newest) if first is not None else None


def _listed(facts: Facts, tests: Sequence[str], limit: int, using: str) -> list[Case]:
    rows = run(
        f"WITH {facts.sql}, found AS MATERIALIZED (SELECT * FROM facts WHERE {' AND '.join(tests)}"  # noqa: S608
        f" ORDER BY matter_id DESC, episode DESC LIMIT {facts.add(limit)})"
        " SELECT f.matter_id, f.episode, m.code, m.title FROM found f"
        " JOIN flow_matter m ON m.id = f.matter_id ORDER BY f.matter_id DESC, f.episode DESC",
        facts.params,
        using,
    )
    return [Case(*row) for row in rows]


_IN_FORCE = """
SELECT text, title, definition, exclusions::text FROM figures_definition WHERE name = %s
ORDER BY CASE WHEN since <= %s THEN since END DESC NULLS LAST, since LIMIT 1
"""


def definition(name: str, as_of: date | None = None, using: str = "read") -> Figure:
    """Return the figure as defined on that day; for a day before its first definition, that one.

    KeyError when there never was such a figure.
    """
    if as_of is None or as_of >= today():
        return registry.get(name)
    rows = run(_IN_FORCE, (name, moment(as_of)), using)
    if not rows:
        return registry.get(name)
    text, title, words, exclusions = rows[0]
    return from_json(text, title, words, json.loads(exclusions))


def is_past(as_of: date | None) -> bool:
    """Whether the day is over, so that what was recorded after it must be left out."""
    return as_of is not None and as_of < today()


def moment(as_of: date | None) -> datetime:
    """Return the moment of knowledge: the end of a past day, else the present."""
    if as_of is None or as_of >= today():
        return now()
    return datetime.combine(as_of + timedelta(days=1), time(), LOCAL)


def yard(actor: Actor) -> tuple[Branch, ...]:
    """Return the one branch whose figures are the actor's own: the place, else the unit; () when none is."""
    role = roles.get(actor.role)
    if actor.kind is Kind.SYSTEM or (role and role.sees == "everything"):
        return (EVERYTHING,)
    if role and role.sees == "scope" and actor.division:
        return (Branch(actor.level, actor.division),)
    return (Branch("lead_unit", actor.unit),) if role and role.sees == "unit" and actor.unit else ()


def start(since: date | None) -> datetime | None:
    """Return the moment a period begins."""
    return datetime.combine(since, time(), LOCAL) if since else None


_DAILY = """
SELECT scope_id, counts::text, made FROM figures_daily
WHERE hash = %s AND day = %s AND since = %s AND scope = %s AND (%s::bigint IS NULL OR scope_id = %s)
ORDER BY scope_id
"""


def _rolled(
    figure: Figure,
    branches: Sequence[Branch],
    as_of: date | None,
    since: date | None,
    group_by: str | None,
    using: str,
) -> list[FigureValue] | None:
    """Return the answer of the rollup, or None when it has none or an old one."""
    if len(branches) != 1 or (group_by and (branches[0].column != "*" or group_by not in SCOPES)):
        return None
    column, only = branches[0].column, branches[0].value
    if column not in ("*", *SCOPES):
        return None
    day = min(as_of or today(), today())
    scope, key = (group_by, None) if group_by else ("*", 0) if column == "*" else (column, only)
    print_ = fingerprint(canonical(figure))
    rows = run(_DAILY, (print_, day, since or ALWAYS, scope, key, key), using)
    whole = run(_DAILY, (print_, day, since or ALWAYS, "*", 0, 0), using)
    if not whole or not _fresh(day, whole[0][2]):
        return None
    at = min(moment(day), whole[0][2])
    if not rows and not group_by:
        return [made(figure, dict.fromkeys(figure.parts(), 0), day, at)]
    return [made(figure, json.loads(text), day, at, key if group_by else None) for key, text, _ in rows]


def _fresh(day: date, at: datetime) -> bool:
    if day < today():
        return at >= moment(day)
    return now() - at <= FRESH
