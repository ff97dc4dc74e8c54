"""What a figure (指标) is: numerator, denominator, exclusions, declared once as data.

A figure counts *cases*: a case is one episode of a matter, so a reopened matter is two.
The canonical JSON leaves wording out; its SHA-256 names the definition a number was made
under.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

#: What is known of a case on a day, and the kind of value it has. ``ended``: stands in a final stage.
#: ``limited``: has a main clock. ``answered``: it has ended; ``owed``: answered, or past the limit unanswered.
#: ``late``: ended after its limit, or open past it with the clock running. ``due``: ended or late, so it should
#: have ended. ``reopened``: a later episode has begun.
COLUMNS: dict[str, Literal["text", "int", "bool"]] = {
    "line": "text",
    "kind": "text",
    "stage": "text",
    "move": "text",
    "clock": "text",
    "episode": "int",
    "ended": "bool",
    "late": "bool",
    "due": "bool",
    "limited": "bool",
    "answered": "bool",
    "owed": "bool",
    "reopened": "bool",
}
_OPERATORS = {"text": {"is", "not", "in", "out"}, "int": {"is", "not", "min", "max"}, "bool": {"is"}}
MEASURES = ("", "working_hours")
#: With a stage's name behind it: only what was spent there.
IN_STAGE = "working_hours:"
PERIODS = ("", "opened", "ended")


class FigureError(ValueError):
    """A figure that can't be computed; ``where`` names it."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a case. ``op``: is, not, in, out (texts), min, max (numbers), is (yes or no)."""

    column: str
    op: str
    value: str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """The case was answered by one of these moves, the last time with ``field`` (if named) in ``values``.

    The move that reopens a matter answers the episode it follows.
    """

    moves: tuple[str, ...]
    field: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """Cases for which every test and every ``heard`` holds; ``measure`` sums instead of counting.

    ``working_hours``: hours of working time the case stood with its clock not stopped;
    ``working_hours:STAGE`` only those it stood at that stage.
    """

    tests: tuple[Condition, ...] = ()
    heard: tuple[Heard, ...] = ()
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its definition.

    With a denominator the value is numerator / denominator, in per cent when ``unit`` is
    ``%``. ``period`` says which moment places a case in a period: when it was ``opened``,
    when it ``ended`` (open ones belong to every period that has begun), or '' for standing
    counts. ``exclusions`` pair a title with what is left out. Below ``min_cases`` cases a
    value is small: shown grey, never ranked.
    """

    name: str
    title: str
    definition: str
    unit: str
    numerator: Count
    denominator: Count | None = None
    exclusions: tuple[tuple[str, Count], ...] = ()
    period: str = "ended"
    min_cases: int = 10
    lower_is_better: bool = False

    def parts(self) -> dict[str, Count]:
        """Return what is counted, by part name; exclusions are ``excluded0``, ``excluded1`` …"""
        parts = {"numerator": self.numerator}
        if self.denominator is not None:
            parts["denominator"] = self.denominator
        parts |= {f"excluded{n}": count for n, (_, count) in enumerate(self.exclusions)}
        return parts


@dataclass(frozen=True, slots=True)
class Tally:
    """A number over rows of a register (a visit, an approval), which are no matters.

    ``rule`` names, with its revision, the function that says which rows count
    (``officers.made@1``); a changed meaning is a new revision. ``parts`` name what is counted
    apart and what each opens to: ``numerator``, with a ratio ``denominator``, and the exclusions.
    ``opens`` is the URL name of the page of one row, "" for none; ``permit`` names who may read it, "" for all
    who read figures.
    """

    name: str
    title: str
    definition: str
    unit: str
    register: str
    rule: str
    parts: tuple[tuple[str, str], ...]
    is_ratio: bool = False
    min_cases: int = 0
    lower_is_better: bool = False
    opens: str = ""
    permit: str = ""

    @property
    def exclusions(self) -> tuple[tuple[str, str], ...]:
        """Return (part, title) of what is left out."""
        return tuple(part for part in self.parts if part[0] not in {"numerator", "denominator"})

    @property
    def text(self) -> str:
        """Return the definition as canonical JSON: sorted keys, no blanks, no wording."""
        bare = {
            "name": self.name,
            "unit": self.unit,
            "register": self.register,
            "rule": self.rule,
            "parts": [name for name, _title in self.parts],
            "is_ratio": self.is_ratio,
            "min_cases": self.min_cases,
            "lower_is_better": self.lower_is_better,
        }
        return json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def check(figure: Figure) -> Figure:
    """Return the figure if it can be computed, else raise :class:`FigureError`."""
    if figure.period not in PERIODS:
        raise FigureError(figure.name, f"unknown period {figure.period}")
    for part, count in figure.parts().items():
        if count.measure not in MEASURES and not count.measure.startswith(IN_STAGE):
            raise FigureError(figure.name, f"{part}: unknown measure {count.measure}")
        for test in count.tests:
            if test.column not in COLUMNS or test.op not in _OPERATORS[COLUMNS[test.column]]:
                raise FigureError(figure.name, f"{part}: can't test {test.column} {test.op}")
        if any(not heard.moves for heard in count.heard):
            raise FigureError(figure.name, f"{part}: hears no move")
    return figure


def canonical(figure: Figure) -> str:
    """Return the definition as canonical JSON: sorted keys, no blanks, no wording."""
    bare = {
        "name": figure.name,
        "unit": figure.unit,
        "period": figure.period,
        "min_cases": figure.min_cases,
        "lower_is_better": figure.lower_is_better,
        "parts": {name: _bare(count) for name, count in figure.parts().items()},
    }
    return json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _bare(count: Count) -> dict[str, Any]:
    return {
        "tests": [
            [t.column, t.op, list(t.value) if isinstance(t.value, tuple) else t.value] for t in count.tests
        ],
        "heard": [[list(h.moves), h.field, list(h.values)] for h in count.heard],
        "measure": count.measure,
    }


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a canonical definition, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def from_json(text: str, title: str = "", definition: str = "", exclusions: Sequence[str] = ()) -> Figure:
    """Build a figure from its canonical JSON and the wording kept beside it."""
    data: dict[str, Any] = json.loads(text)
    parts = {name: _count(bare) for name, bare in data["parts"].items()}
    left_out = [parts[f"excluded{n}"] for n in range(sum(1 for name in parts if name.startswith("excluded")))]
    titles = [*exclusions, *("" for _ in left_out)][: len(left_out)]
    return Figure(
        name=data["name"],
        title=title or data["name"],
        definition=definition,
        unit=data["unit"],
        numerator=parts["numerator"],
        denominator=parts.get("denominator"),
        exclusions=tuple(zip(titles, left_out, strict=True)),
        period=data["period"],
        min_cases=data["min_cases"],
        lower_is_better=data["lower_is_better"],
    )


def _count(bare: dict[str, Any]) -> Count:
    return Count(
        tests=tuple(Condition(c, op, tuple(v) if isinstance(v, list) else v) for c, op, v in bare["tests"]),
        heard=tuple(Heard(tuple(moves), field, tuple(values)) for moves, field, values in bare["heard"]),
        measure=bare["measure"],
    )


def quotient(numerator: Decimal | int, denominator: int | None, unit: str) -> Decimal | None:
    """Return the value to two places, halves up; None when there is nothing to divide by."""
    if denominator == 0:
        return None
    exact = Decimal(numerator) / (denominator or 1)
    return (exact * 100 if unit == "%" else exact).quantize(Decimal("0.01"), ROUND_HALF_UP)


def rank(
    values: Iterable[tuple[Any, Decimal | None, bool]], *, lower_is_better: bool = False
) -> dict[Any, int | None]:
    """Return the place of each (key, value, small); equals share a place, small ones and blanks have none."""
    given = list(values)
    counted = [value for _, value, small in given if value is not None and not small]
    places: dict[Any, int | None] = {}
    for key, value, small in given:
        better = [v for v in counted if value is not None and (v < value if lower_is_better else v > value)]
        places[key] = None if small or value is None else len(better) + 1
    return places
