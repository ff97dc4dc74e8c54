"""The rules of scoring in words, for the screen and for the printed paper: enough to score by hand."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import registry
from bihuan.lines.supervision.contracts import CRITERIA
from bihuan.lines.supervision.scoring.schemes import SchemeRow
from bihuan.logic.scoring import Term


def number(value: Decimal) -> str:
    """Write a number without zeros nobody needs: 20, 92.5."""
    return format(value.normalize(), "f")


def noun(kind: str) -> str:
    """Return what a kind of matter is called; the bare name where no line brings it."""
    try:
        return _(registry.declared(kind).noun)
    except NotFound:
        return kind


def there(kind: str) -> bool:
    """Whether a line here brings this kind of matter."""
    return any(one.name == kind for one in registry.all_declared())


def _limit(kind: str, name: str) -> str:
    if not there(kind):
        return name
    return next((_(one.title) for one in registry.declared(kind).limits if one.name == name), name)


def source(one: Mapping[str, Any]) -> str:
    """Say in words what a source counts as done well, of what, and what it leaves out."""
    given = {"kind": noun(one["kind"]), "limit": _limit(one["kind"], one.get("clock", ""))}
    if one["measure"] == "heard":
        text = _(
            "%(kind)s: cases whose asker's last answer is satisfied ÷ all whose asker answered."
            " No answer counts for nobody."
        )
    elif one["measure"] == "rated":
        text = _(
            "%(kind)s: contacts whose first answer is satisfied and not “unsolved” ÷ all that were answered. Silence"
            " after three reminders is not rated and counts for nobody; a second rating does not replace the first."
        )
    elif one["measure"] == "nodes":
        text = _(
            "Nodes of approved timetables: done by their control date ÷ all done or past it, for the unit that keeps"
            " them. A delay counts when the days are the government's, or two bodies agreed or a ruling says so; what"
            " another side caused is left out. Days on which a node's clock stood for a stated cause are added."
        )
    elif one["measure"] == "result":
        text = _(
            "%(kind)s: cases signed off as solved within “%(limit)s” and not reopened ÷ all that ended or are past it."
            " Left out: what policy does not allow, what is taken on for the long term, what was withdrawn."
        )
    else:
        text = _(
            "%(kind)s: cases that met “%(limit)s” ÷ all that ended or are open past it. Stopped clocks stand still."
        )
    words = text % given
    if one.get("where", {}).get("side") == "government":
        words += " " + _("Only promises of the government's side that stand in the register.")
    if one.get("ruled"):
        words += " " + _(
            "What lapsed counts only once “%(kind)s” says that it was the government's delay; until then it is left"
            " out."
        ) % {"kind": noun(one["ruled"]["kind"])}
    return words if there(one["kind"]) else f"{words} {_('(Not in use here: nothing is counted.)')}"


def term(name: str, one: Term) -> str:
    """Say in words and numbers how the points of a criterion come about."""
    return _(
        "%(criterion)s: at most %(weight)s points. Rate = done well ÷ judged × 100. Below %(zero)s nothing, from"
        " %(full)s on all, between them %(weight)s × (rate − %(zero)s) ÷ (%(full)s − %(zero)s), to two places, halves"
        " up. Fewer than %(least)d cases: not judged."
    ) % {
        "criterion": _(CRITERIA[name]), "weight": number(one.weight), "zero": number(one.zero),
        "full": number(one.full), "least": one.min_cases,
    }  # fmt: skip


def general(rules: SchemeRow) -> list[str]:
    """Return the rules that hold for every criterion, in words."""
    return [
        _("Total = sum of the points × 100 ÷ sum of the weights judged, to two places, halves up."),
        _("Ranked is who was judged on at least %(least)s of 100 points of weight; equals share a place.")
        % {"least": number(rules.least_weight)},
        _("A case counts once: done well on the day it ended, against on the day its limit passed."
          " What is open past its limit counts against."),
        _("It counts for the unit that held it last before that day; outside bodies and utilities are not scored."),
        _("Only the government's side of a delay counts: what another side caused is left out after an appeal,"
          " and a clock stopped for a stated cause with evidence stands still."),
        _("Every score keeps its fraction, what was left out, and the number of every case. It is a proposal; a"
          " person of the right rank decides."),
        _("Beside the score, never in it: adjusted = done well ÷ (Σ cases of each kind × the house's rate of that"
          " kind) × the house's rate, at most 100; shrunk = (done well + k × m) ÷ (judged + k), where m is the"
          " house's rate, v = max(0, (Σ n(p − m)² − (units − 1) × m(1 − m)) ÷ (N − Σ n² ÷ N)) and"
          " k = m(1 − m) ÷ v − 1 within 0 and 1000."),
    ]  # fmt: skip
