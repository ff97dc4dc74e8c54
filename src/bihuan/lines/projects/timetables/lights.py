"""Lights (红黄绿灯): what a metric and a dated threshold give. Pure.

Two published shapes, and lateness: percentage points behind the plan to date (yellow from
``near``, red above ``late``), the share of the plan to date that is done (yellow below ``near``,
red below ``late``), and working days late (yellow from ``near``, red from ``late``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bihuan.logic.pictures.light import Light

#: From best to worst.
ORDER = (Light.NORMAL, Light.NEAR, Light.LATE)

_TESTS: dict[str, tuple[Callable[[Fraction, Fraction], bool], Callable[[Fraction, Fraction], bool]]] = {
    "behind_pp": (lambda value, near: value >= near, lambda value, late: value > late),
    "share": (lambda value, near: value < near, lambda value, late: value < late),
    "late_wd": (lambda value, near: value >= near, lambda value, late: value >= late),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A threshold in force: percent for ``behind_pp`` and ``share``, working days for ``late_wd``."""

    metric: str
    near: Decimal
    late: Decimal
    source: str = ""
    tag: str = ""
    since: date | None = None
    division: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of the year's planned investment is done, and how much of it should be; 1 is all."""

    done: Fraction
    expected: Fraction


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says, with the value it was asked about."""

    light: Light
    rule: Rule
    value: Fraction


@dataclass(frozen=True, slots=True)
class Verdict:
    """The light of a project; ``why`` is the finding that decided it, ``findings`` all of them."""

    light: Light
    why: Finding | None = None
    findings: tuple[Finding, ...] = ()


NO_LIGHT = Verdict(Light.NONE)


def measures(progress: Progress | None, late_wd: int | None) -> dict[str, Fraction]:
    """Return the metrics that can be told: a plan that expects nothing yet has no share."""
    found: dict[str, Fraction] = {}
    if progress is not None:
        found["behind_pp"] = (progress.expected - progress.done) * 100
        if progress.expected > 0:
            found["share"] = progress.done / progress.expected * 100
    if late_wd is not None:
        found["late_wd"] = Fraction(late_wd)
    return found


def light_of(rule: Rule, value: Fraction) -> Light:
    """Return the light one rule gives to a value."""
    near, late = _TESTS[rule.metric]
    if late(value, Fraction(rule.late)):
        return Light.LATE
    return Light.NEAR if near(value, Fraction(rule.near)) else Light.NORMAL


def judge(found: Mapping[str, Fraction], rules: Sequence[Rule]) -> Verdict:
    """Return the worst light of all rules whose metric is known; no light when none is."""
    findings = tuple(
        Finding(light_of(rule, found[rule.metric]), rule, found[rule.metric])
        for rule in rules
        if rule.metric in found
    )
    if not findings:
        return NO_LIGHT
    worst = max(findings, key=lambda finding: ORDER.index(finding.light))
    return Verdict(worst.light, worst, findings)


#: Many projects at once: (project ids, day) → what each last reported. The reports of the line register it.
Provider = Callable[[Sequence[int], date], Mapping[int, Progress]]


def _nobody_reports(_projects: Sequence[int], _day: date) -> Mapping[int, Progress]:
    return {}


_provider: list[Provider] = [_nobody_reports]


def provide_progress(provider: Provider) -> Provider:
    """Make known where reported progress is read; may decorate the function."""
    _provider[0] = provider
    return provider


def progress_of(projects: Sequence[int], day: date) -> Mapping[int, Progress]:
    """Return the reported progress of many projects; one that has not reported is absent."""
    return _provider[0](projects, day)
