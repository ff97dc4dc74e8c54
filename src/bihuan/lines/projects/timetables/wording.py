"""Sentences about timetables, in the reader's language."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bihuan.lines.projects.timetables.core import NodeRow, Reading
from bihuan.lines.projects.timetables.lights import Finding, Rule, Verdict
from bihuan.lines.projects.timetables.words import METRICS, SIDES
from bihuan.logic.likelihood import Likelihood
from bihuan.ui import format as fmt


def title_of(node: object) -> str:
    """Return a node's title in the reader's language, as far as the office gave one."""
    english = getattr(node, "title_en", "")
    return str(getattr(node, "title", "")) if fmt.chinese() or not english else str(english)


def working_days(count: int) -> str:
    """Write a number of working days."""
    return ngettext("%(n)s working day", "%(n)s working days", count) % {"n": count}


def days_of(node: NodeRow) -> str:
    """Write a node's duration."""
    if node.milestone:
        return _("milestone")
    if node.unit == "wd":
        return working_days(node.duration)
    return ngettext("%(n)s calendar day", "%(n)s calendar days", node.duration) % {"n": node.duration}


def sentence(reading: Reading, approved: bool) -> str:
    """Say what binds: “late by 6 working days because of the construction permit”."""
    plan = reading.plan
    if plan.feasible:
        least = min((d.slack_wd for d in plan.activities), default=0)
        return _("In time, with %(days)s to spare.") % {"days": working_days(max(0, least))}
    worst, late = reading.worst, working_days(plan.late_by_wd)
    if worst is None:
        return _("Late by %(days)s.") % {"days": late}
    node = next(node for node in reading.nodes if node.key == worst.key)
    words = {"days": late, "node": title_of(node), "own": working_days(worst.by_wd)}
    if not approved:
        return (
            _("By these durations %(days)s too late; the binding chain begins to slip at %(node)s.") % words
        )
    if worst.by_wd >= plan.late_by_wd:
        return _("Late by %(days)s because of %(node)s.") % words
    return _("Late by %(days)s, %(own)s of them because of %(node)s.") % words


def chance(found: Likelihood) -> str:
    """Say how sure a date is, the way leaders read it: “eight in ten: in production by 10 December”."""
    words = {"day": fmt.day(found.day), "percent": round(found.chance * 100)}
    if found.learnt < found.drawn:
        return (
            _(
                "Eight in ten: in production by %(day)s; chance to keep the promised day about %(percent)d%%"
                " (reference value)."
            )
            % words
        )
    return (
        _("Eight in ten: in production by %(day)s; chance to keep the promised day about %(percent)d%%.")
        % words
    )


def whose(days: Mapping[str, int]) -> str:
    """Say how many working days each side has, the most first."""
    parts = sorted(days.items(), key=lambda pair: -pair[1])
    return pgettext("between items of a list", ", ").join(
        f"{_(SIDES[side])} {working_days(count)}" for side, count in parts if count
    )


def amount(value: Fraction | Decimal, metric: str) -> str:
    """Write a metric's value with its unit, to one place."""
    exact = Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value
    if metric == "late_wd":
        return working_days(int(exact))
    text = fmt.number(exact, 1 if exact != exact.to_integral_value() else 0)
    return _("%(n)s percentage points") % {"n": text} if metric == "behind_pp" else f"{text}%"


def bounds(rule: Rule) -> str:
    """Say when a rule gives yellow and red."""
    words = {"near": amount(rule.near, rule.metric), "late": amount(rule.late, rule.metric)}
    if rule.metric == "behind_pp":
        return _("yellow from %(near)s behind, red above %(late)s") % words
    if rule.metric == "share":
        return _("yellow below %(near)s, red below %(late)s") % words
    return _("yellow from %(near)s, red from %(late)s") % words


def why(finding: Finding) -> str:
    """Say which rule gave a light and what it was asked about."""
    return _("%(metric)s: %(value)s (%(bounds)s). Rule: %(source)s.") % {
        "metric": _(METRICS[finding.rule.metric]),
        "value": amount(finding.value, finding.rule.metric),
        "bounds": bounds(finding.rule),
        "source": finding.rule.source,
    }


def because(verdict: Verdict) -> str:
    """Say why a project has its light."""
    return why(verdict.why) if verdict.why else ""
