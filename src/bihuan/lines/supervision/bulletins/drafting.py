"""The first text of a bulletin from its frozen figures; people edit it, nobody has to type a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bihuan.kernel.identity.selectors import division as find_division
from bihuan.kernel.identity.selectors import names_of
from bihuan.kernel.papers.periodicals import Correction, PeriodicalRow
from bihuan.lines.supervision.bulletins import freezing
from bihuan.lines.supervision.bulletins.counting import Line, summed
from bihuan.lines.supervision.bulletins.figures import MIN_CASES, WORK, fingerprint
from bihuan.logic import periods
from bihuan.logic.periods import Period
from bihuan.logic.pictures.trend import Point, trend_svg
from bihuan.logic.rates import quotient, rank

#: Not words of a page but of the paper itself: it is the same paper in every language.
MEASURES = {
    "opened": "新增件", "ended": "办结件", "on_time": "按时办结", "late": "超时办结", "unlimited": "无时限办结",
    "open": "期末在办", "overdue": "期末逾期未结", "visits": "走访次数", "contacts": "联系次数", "agency": "代办件",
    "needs": "企业诉求", "meetings": "协调会议",
    "reports": "应报送进展", "in_time": "按时报送",
}  # fmt: skip
SMALL = "件数少"
NO_UNIT = "未明确单位"


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit's line with its rate and place; None where it has too few cases to be ranked."""

    line: Line
    rate: Decimal | None
    place: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a bulletin says in numbers. ``frozen`` tells of each period whether its numbers stand for good."""

    period: Period
    total: Line
    units: list[Ranked]
    parts: list[tuple[Period, Line]]
    before: Line
    year: Line
    frozen: bool
    before_frozen: bool
    year_frozen: bool


def figures(division: int, period: Period) -> Figures:
    """Return the numbers of a period, its parts, the period before and the same of last year."""
    counts, is_frozen = freezing.counted(division, period.since, period.until)
    total, lines = summed(counts, period.until)
    made = []
    for part in periods.parts(period):
        within = {key: n for key, n in counts.items() if part.since <= key[0] <= part.until}
        made.append((part, summed(within, part.until)[0]))
    before, year = periods.previous(period), periods.a_year_before(period)
    old, old_frozen = freezing.counted(division, before.since, before.until)
    past, past_frozen = freezing.counted(division, year.since, year.until)
    return Figures(
        period, total, ranked(lines), made, summed(old, before.until)[0], summed(past, year.until)[0],
        is_frozen, old_frozen, past_frozen,
    )  # fmt: skip


def reported(line: Line) -> Decimal | None:
    """Return the share of reports that came in time in per cent (报送及时率); None of nothing."""
    return quotient(line.of("in_time"), line.of("reports"), "%")


def rate(line: Line) -> Decimal | None:
    """Return the share ended in time in per cent, what is overdue counted against it; None of nothing."""
    return quotient(line.of("on_time"), line.whole, "%")


def ranked(lines: list[Line]) -> list[Ranked]:
    """Return units by place; those with fewer than MIN_CASES cases have none and come last."""
    places = rank([(line.unit, rate(line), line.whole < MIN_CASES) for line in lines if line.unit])
    made = [Ranked(line, rate(line), places.get(line.unit)) for line in lines if line.judged]
    return sorted(
        made, key=lambda one: (one.place is None, one.place or 0, -one.line.of("overdue"), one.line.unit)
    )


def place_name(division: int) -> str:
    """Return what the place is called on a paper."""
    found = find_division(division) if division else None
    return found.name if found else ""


def change(now: int, before: int) -> str:
    """Return a change in per cent; of nothing before there is none."""
    if not before:
        return "—"
    value = quotient(now - before, before, "%")
    return f"{value:+.1f}%" if value else "持平"


def data(division: int, period: Period, found: Figures) -> dict[str, Any]:
    """Return the fields of the paper."""
    names = names_of([one.line.unit for one in found.units if one.line.unit])
    return {
        "place": place_name(division),
        "period": period.name,
        "overview": _overview(found),
        "units": [_unit(one, names) for one in found.units],
        "compared": _compared(found),
        "parts": [*(_part(part.name, line) for part, line in found.parts), _part("合计", found.total)],
        "chart": chart(found),
        "problems": _problems(found, names),
        "demands": _demands(found, names),
        "basis": _basis(found),
    }


def _overview(found: Figures) -> str:
    total, period = found.total, found.period
    on_time = rate(total)
    said = f"（{total.of('on_time')}/{total.whole}）" if total.whole else ""
    lines = [
        f"{period.name}新增{total.of('opened')}件，办结{total.ended}件，其中按时{total.of('on_time')}件、"
        f"超时{total.of('late')}件；期末在办{total.of('open')}件，逾期未结{total.of('overdue')}件。"
    ]
    if on_time is not None:
        lines.append(f"按时办结率{on_time}%{said}，逾期未结的计入未按时。")
    lines.append(
        f"走访{total.of('visits')}次，联系项目{total.of('contacts')}次；受理代办{total.of('agency')}件，"
        f"收到企业诉求{total.of('needs')}件；召开协调会议{total.of('meetings')}次。"
    )
    due, sent = total.of("reports"), total.of("in_time")
    if due:
        lines.append(f"项目进展报送及时率{reported(total)}%（{sent}/{due}），未按时报送{due - sent}项。")
    lines.append(
        f"与上期相比，新增{change(total.of('opened'), found.before.of('opened'))}，"
        f"办结{change(total.ended, found.before.ended)}；与去年同期相比，"
        f"新增{change(total.of('opened'), found.year.of('opened'))}，办结{change(total.ended, found.year.ended)}。"
    )
    return "\n".join(lines)


def _unit(one: Ranked, names: dict[int, str]) -> dict[str, str]:
    line = one.line
    small = line.whole < MIN_CASES
    shown = f"{one.rate}%" if one.rate is not None else "—"
    return {
        "place": str(one.place) if one.place else "—",
        "unit": names.get(line.unit, NO_UNIT),
        "opened": str(line.of("opened")),
        "ended": str(line.ended),
        "on_time": str(line.of("on_time")),
        "late": str(line.of("late")),
        "open": str(line.of("open")),
        "overdue": str(line.of("overdue")),
        "rate": f"{shown}（{SMALL}）" if small and one.rate is not None else shown,
    }


def _part(name: str, line: Line) -> dict[str, str]:
    return {
        "part": name,
        "opened": str(line.of("opened")),
        "ended": str(line.ended),
        "on_time": str(line.of("on_time")),
        "late": str(line.of("late")),
    }


def _compared(found: Figures) -> list[dict[str, str]]:
    def row(measure: str, now: int, before: int, year: int) -> dict[str, str]:
        return {
            "measure": MEASURES[measure],
            "now": str(now),
            "before": str(before),
            "change": change(now, before),
            "year": str(year),
            "year_change": change(now, year),
        }

    now, before, year = found.total, found.before, found.year
    rows = [row("opened", now.of("opened"), before.of("opened"), year.of("opened"))]
    rows.append(row("ended", now.ended, before.ended, year.ended))
    names = ("on_time", "late", "open", "overdue", *WORK)
    return [*rows, *(row(name, now.of(name), before.of(name), year.of(name)) for name in names)]


def chart(found: Figures, width: int = 640) -> str:
    """Return the bars of what ended, part by part."""
    points = [Point(_label(part), float(line.ended)) for part, line in found.parts]
    return trend_svg(f"{found.period.name}办结件数", points, kind="bar", width=width, height=160)


def _label(part: Period) -> str:
    if part.kind == "month":
        return f"{part.since.month}月"
    return f"{part.since.month}月{part.since.day}日" if part.since == part.until else part.name


def _problems(found: Figures, names: dict[int, str]) -> str:
    late = [one for one in found.units if one.line.of("overdue") and one.line.unit]
    if not late:
        return "期末无逾期未结件。"
    worst = sorted(late, key=lambda one: -one.line.of("overdue"))[:5]
    told = "、".join(f"{names.get(one.line.unit, NO_UNIT)}{one.line.of('overdue')}件" for one in worst)
    return f"期末逾期未结{found.total.of('overdue')}件，主要在：{told}。"


def _demands(found: Figures, names: dict[int, str]) -> str:
    late = [
        names.get(one.line.unit, NO_UNIT) for one in found.units if one.line.of("overdue") and one.line.unit
    ]
    if not late:
        return "请各单位继续按时限办理。"
    return f"请{'、'.join(late[:8])}对逾期件逐件说明原因、明确办结时间，并按周报送进展。"


def corrected(rows: Sequence[PeriodicalRow]) -> dict[int, list[Correction]]:
    """Return which numbers of bulletins are known otherwise than frozen, unit by unit."""
    return {row.id: _corrections(row.division, row.since, row.until) for row in rows}


def _corrections(division: int, since: date, until: date) -> list[Correction]:
    rows = freezing.corrections(division, since, until)
    names = names_of([unit for _m, unit, _old, _new in rows if unit])
    return [
        Correction(f"{names.get(unit, NO_UNIT)}{MEASURES[measure]}", old, new)
        for measure, unit, old, new in rows
    ]


def _basis(found: Figures) -> str:
    state = "已按日冻结" if found.frozen else "尚未全部冻结"
    others = [
        name for name, held in (("上期", found.before_frozen), ("去年同期", found.year_frozen)) if not held
    ]
    live = f"{'、'.join(others)}数据未曾冻结，按现有记录计算。" if others else ""
    return (
        f"统计口径：项目问题和交办单，{found.period.since.isoformat()}至{found.period.until.isoformat()}，数据{state}，"
        f"走访按走访日期、联系按履行的联系任务、会议按印发纪要、进展报送按截止日计；周、月、季由同一组每日数相加；{live}少于{MIN_CASES}件的单位不排位次。口径指纹{fingerprint()[:16]}。"
    )


def is_over(period: Period, day: date) -> bool:
    """Whether a period is over on a day."""
    return period.until < day
