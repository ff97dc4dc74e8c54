"""Draft the brief of a period that is over, and draw its tables anew."""

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.papers import periodicals
from bihuan.kernel.papers.periodicals import PeriodicalRow, Series
from bihuan.lines.hotline.briefs import drafting, kinds
from bihuan.logic.periods import Period

SERIES = Series("hotline", kinds.ALL, drafting.compose, words=kinds.WORDS, corrected=drafting.corrected)


def prepare(actor: Actor, period: Period, *, division: int = 0, unit: int = 0) -> int:
    """Draft the brief of a period; return it, the same when it is there. BadInput for a period still running."""
    return periodicals.prepare(actor, SERIES, period, division=division, unit=unit)


def draft_anew(actor: Actor, row: PeriodicalRow) -> None:
    """Draw the tables and the picture of a draft anew; the words people have written stay."""
    periodicals.draft_anew(actor, SERIES, row.paper, row.period, row.division)
