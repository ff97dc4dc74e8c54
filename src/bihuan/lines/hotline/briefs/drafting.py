"""The first text of a brief from its numbers; people edit it, nobody has to type a number."""

from collections.abc import Sequence
from typing import Any

from bihuan.kernel.figures import late
from bihuan.kernel.figures.registry import get
from bihuan.kernel.figures.selectors import FigureValue, moment, start
from bihuan.kernel.identity.selectors import division as find_division
from bihuan.kernel.identity.selectors import names_of
from bihuan.kernel.papers.periodicals import Composed, Correction, PeriodicalRow
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.briefs.counting import Numbers, branch_of, known_now, numbers
from bihuan.lines.hotline.briefs.figures import BEHIND, COUNTS, ENDED, PENDING, TAKEN
from bihuan.lines.hotline.contracts import HOTSPOT, ORDER
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.figures import RATES
from bihuan.logic.periods import Period
from bihuan.logic.pictures.trend import Point, trend_svg
from bihuan.logic.rates import canonical, fingerprint, quotient

#: Not words of a page but of the paper itself: it is the same paper in every language.
MEASURES = {
    TAKEN.name: "受理工单",
    ENDED.name: "办结工单",
    PENDING.name: "期末在办",
    BEHIND.name: "期末逾期未结",
}
RATE_NAMES = dict(zip(RATES, ("响应率", "解决率", "满意率", "办结率", "按期率"), strict=True))
#: So many classes stand in the table.
LISTED = 10
NO_UNIT, NO_CLASS = "未派单", "未归类"


def compose(place: int, period: Period) -> Composed:
    """Return the fields of the paper about a period, and its numbers."""
    found = numbers(place, period)
    unit_names = names_of([int(key) for key in found.units if key.isdecimal() and key != "0"])
    told: dict[str, Any] = {
        "place": _place_name(place), "period": period.name, "overview": _overview(found),
        "compared": [_compared(name, found) for name in COUNTS],
        "rates": [_rate(name, found.rates[name]) for name in RATES],
        "classes": _classes(found), "units": _units(found, unit_names), "chart": chart(found),
        "spots": _spots(place, period), "problems": _problems(found, unit_names),
        "demands": _demands(found, unit_names), "basis": _basis(period),
    }  # fmt: skip
    return Composed(told, dict(found.counts))


def corrected(rows: Sequence[PeriodicalRow]) -> dict[int, list[Correction]]:
    """Return which counts of briefs of one place are known otherwise now; days of late entries are counted anew."""
    changed = late.days(ORDER, branch_of(rows[0].division), [row.until for row in rows])
    made = {}
    for row in (one for one in rows if one.until in changed):
        known = known_now(row)
        made[row.id] = [
            Correction(MEASURES[name], row.totals[name], count)
            for name, count in known.items()
            if row.totals.get(name, count) != count
        ]
    return made


def _place_name(division: int) -> str:
    found = find_division(division) if division else None
    return found.name if found else ""


def change(now: int, before: int) -> str:
    """Return a change in per cent; of nothing before there is none."""
    if not before:
        return "—"
    value = quotient(now - before, before, "%")
    return f"{value:+.1f}%" if value else "持平"


def _overview(found: Numbers) -> str:
    counts, before = found.counts, found.before
    lines = [
        f"{found.period.name}受理群众诉求{counts[TAKEN.name]}件，环比{change(counts[TAKEN.name], before[TAKEN.name])}；"
        f"办结{counts[ENDED.name]}件；期末在办{counts[PENDING.name]}件，其中逾期未结{counts[BEHIND.name]}件。"
    ]
    known = [f"{RATE_NAMES[name]}{_shown(value)}" for name, value in found.rates.items() if value.denominator]
    if known:
        lines.append("、".join(known) + "。")
    classes = top_classes(found)
    if classes:
        told = "、".join(f"{name}{count}件" for _key, name, count in classes[:3])
        lines.append(f"诉求集中在：{told}。")
    return "\n".join(lines)


def _shown(value: FigureValue | None) -> str:
    return f"{value.value}%" if value is not None and value.value is not None else "—"


def _compared(name: str, found: Numbers) -> dict[str, str]:
    now, before, year = found.counts[name], found.before[name], found.year[name]
    return {
        "measure": MEASURES[name], "now": str(now), "before": str(before), "change": change(now, before),
        "year": str(year), "year_change": change(now, year),
    }  # fmt: skip


def _rate(name: str, value: FigureValue) -> dict[str, str]:
    small = "（件数少）" if value.small and value.denominator else ""
    fraction = f"{int(value.numerator)}/{value.denominator}" if value.denominator else "—"
    return {"rate": RATE_NAMES[name], "value": _shown(value) + small, "fraction": fraction}


def top_classes(found: Numbers) -> list[tuple[int, str, int]]:
    """Return (class or 0, its name, how many were taken in), the most asked about first."""
    ids = [int(key) for key in found.classes if key.isdecimal() and key != "0"]
    names = {key: one.name for key, one in duties.by_ids(ids).items()}
    rows = [
        (int(key), names.get(int(key), NO_CLASS)) if key.isdecimal() and int(key) in names else (0, NO_CLASS)
        for key in found.classes
    ]
    counted = [
        (*row, int(values[TAKEN.name].numerator))
        for row, values in zip(rows, found.classes.values(), strict=True)
        if TAKEN.name in values
    ]
    return sorted((one for one in counted if one[2]), key=lambda one: (-one[2], one[0]))


def _classes(found: Numbers) -> list[dict[str, str]]:
    whole = found.counts[TAKEN.name]
    return [
        {"place": str(n), "name": name, "taken": str(count), "share": f"{quotient(count, whole, '%')}%"}
        for n, (_key, name, count) in enumerate(top_classes(found)[:LISTED], 1)
    ]


def unit_order(found: Numbers) -> Sequence[str]:
    """Return the units, those that took in most first."""
    return sorted(found.units, key=lambda key: (-_of(found, key, TAKEN.name), key))


def _of(found: Numbers, key: str, name: str) -> int:
    value = found.units[key].get(name)
    return int(value.numerator) if value else 0


def _units(found: Numbers, names: dict[int, str]) -> list[dict[str, str]]:
    made = []
    for key in unit_order(found):
        told = {name.partition(".")[2]: str(_of(found, key, name)) for name in COUNTS}
        rates = {
            name.partition(".")[2]: _shown(found.units[key].get(name))
            for name in RATES
            if "sign_off" not in name
        }
        unit = names.get(int(key), NO_UNIT) if key.isdecimal() else NO_UNIT
        made.append({"unit": unit, **told, **rates})
    return made


def chart(found: Numbers, width: int = 640) -> str:
    """Return the bars of what was taken in, part by part."""
    points = [Point(name, float(taken)) for name, taken, _ended in found.parts]
    return trend_svg(f"{found.period.name}受理件数", points, kind="bar", width=width, height=160)


_RAISED = """SELECT m.title, m.stage FROM flow_matter m WHERE m.kind = %s AND {where} AND m.created >= %s
             AND m.created < %s AND m.stage <> 'untrue' ORDER BY m.id LIMIT 10"""


def _spots(place: int, period: Period) -> str:
    branch = branch_of(place)
    where = "true" if branch.column == "*" else f"m.{branch.column} = {branch.value:d}"
    rows = run(_RAISED.format(where=where), (HOTSPOT, start(period.since), moment(period.until)))
    if not rows:
        return "本期未发布热点预警。"
    told = "；".join(title for title, _stage in rows)
    return f"本期发现热点{len(rows)}个：{told}。"


def _late_units(found: Numbers, names: dict[int, str]) -> list[tuple[str, int]]:
    late = [
        (names.get(int(key), NO_UNIT), _of(found, key, BEHIND.name)) for key in found.units if key.isdecimal()
    ]
    return sorted((one for one in late if one[1]), key=lambda one: -one[1])[:5]


def _problems(found: Numbers, names: dict[int, str]) -> str:
    late = _late_units(found, names)
    if not late:
        return "期末无逾期未结工单。"
    told = "、".join(f"{name}{count}件" for name, count in late)
    return f"期末逾期未结{found.counts[BEHIND.name]}件，主要在：{told}。"


def _demands(found: Numbers, names: dict[int, str]) -> str:
    late = _late_units(found, names)
    if not late:
        return "请各承办单位继续按时限办理，主动联系诉求人。"
    return f"请{'、'.join(name for name, _n in late)}对逾期工单逐件说明原因、明确办结时间。"


def _basis(period: Period) -> str:
    print_ = fingerprint("\n".join(canonical(get(name)) for name in (*COUNTS, *RATES)))
    return (
        f"统计口径：12345热线工单，{period.since.isoformat()}至{period.until.isoformat()}，数据以{period.until.isoformat()}"
        f"日终已登记的为准，此后补录或更正的不改动本期，在下一期说明；撤回和不予受理的不计入办结和在办；"
        f"逾期未结的计入未按期。口径指纹{print_[:16]}。"
    )
