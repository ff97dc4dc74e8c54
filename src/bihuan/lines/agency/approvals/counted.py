"""Approval time saved (代办节省时限) as a figure: working days the province allows and the government did not use."""

from bihuan.kernel.figures import tallies
from bihuan.kernel.figures.tallies import ROWS, Row, Source
from bihuan.kernel.figures.tallies import Asked as Question
from bihuan.lines.agency.approvals import selectors
from bihuan.lines.agency.approvals.selectors import FEW, Approval, Asked
from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import Tally

_LEFT_OUT = {"excluded0": "open", "excluded1": "imprecise", "excluded2": "no_limit"}


def _judged(asked: Question) -> tuple[list[Approval], dict[str, list[Approval]]]:
    # A day still to come bounds nothing: an approval without a decision must stay among what is left out.
    until = asked.until if asked.since else None
    return selectors.judged(asked.branches, Asked(asked.since, until), asked.at, asked.using)


def _counts(asked: Question) -> dict[str, int]:
    counted, left = _judged(asked)
    return {
        "numerator": sum(row.allowed - row.used for row in counted),
        "denominator": sum(row.allowed for row in counted),
        ROWS: len(counted),
        **{part: len(left[why]) for part, why in _LEFT_OUT.items()},
    }


def _rows(asked: Question, part: str, before: int, limit: int) -> list[Row]:
    counted, left = _judged(asked)
    among = left[_LEFT_OUT[part]] if part in _LEFT_OUT else counted
    shown = [row for row in reversed(among) if not before or row.id < before][:limit]
    saved = part == "numerator"
    return [
        Row(row.id, row.decided, f"{row.number} {row.item}", row.allowed - row.used if saved else row.allowed)
        for row in shown
    ]


SAVED = tallies.register(
    Tally(
        name="agency.saved",
        title=_("Approval time saved"),
        definition=_(
            "1 − mean working days used ÷ mean working days the province allows. Counted from the day after acceptance"
            " to the decision, government side only: days of correction, public notice and expert review are left out."
        ),
        unit="%",
        register="agency.approvals",
        rule="agency.saved@1",
        parts=(
            ("numerator", _("Working days saved")),
            ("denominator", _("Working days allowed")),
            ("excluded0", _("Not decided yet")),
            ("excluded1", _("Days not known exactly")),
            ("excluded2", _("No limit of the province stated in working days")),
        ),
        is_ratio=True,
        min_cases=FEW,
        permit="agency.see",
    ),
    Source(_counts, _rows),
)
