"""Freeze a period, draft its bulletin as a paper, and draft it anew from the frozen figures."""

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.papers import periodicals
from bihuan.kernel.papers.periodicals import Composed, Series
from bihuan.lines.supervision.bulletins import drafting, freezing, kinds
from bihuan.lines.supervision.bulletins.counting import as_json
from bihuan.lines.supervision.bulletins.selectors import SERIES as NAME
from bihuan.logic.periods import Period, parts


def prepare(actor: Actor, period: Period, *, division: int = 0, unit: int = 0) -> int:
    """Freeze a period that is over and draft its bulletin; return the bulletin, the same when it is there.

    Raises BadInput for a period still running, Refused for somebody else's place.
    """
    return periodicals.prepare(actor, SERIES, period, division=division, unit=unit)


def freeze_period(place: int, period: Period) -> None:
    """Freeze the days of a period and what stands open at its end and at its parts' ends."""
    freezing.freeze(place, period.since, period.until)
    freezing.freeze_standing(place, period.until)
    if period.kind == "quarter":
        for part in parts(period):
            freezing.freeze_standing(place, part.until)


def _compose(place: int, period: Period) -> Composed:
    freeze_period(place, period)
    found = drafting.figures(place, period)
    return Composed(drafting.data(place, period, found), as_json(found.total))


def draft_anew(actor: Actor, paper: int, period: Period, place: int, *, keep: bool = True) -> None:
    """Fill the draft's tables, picture and corrections anew; ``keep`` leaves the words people have written."""
    periodicals.draft_anew(actor, SERIES, paper, period, place, keep=keep)


SERIES = Series(
    NAME, kinds.ALL, _compose, words=("overview", "problems", "demands", "copies"), corrected=drafting.corrected
)  # fmt: skip
