"""Words and cells of supervision, in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.lines.supervision.contracts import REASONS
from bihuan.lines.supervision.scoring.selectors import ScoreLine, TotalLine
from bihuan.logic.mechanism import said
from bihuan.logic.pictures.ranking import Bar, ranking_svg
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.page import Crumb

OUTCOMES = {"good": said("Done well"), "bad": said("Counts against"), **REASONS}


def crumbs(*more: Crumb) -> list[Crumb]:
    """Return the way back to the scores."""
    return [Crumb(_("Scores"), reverse("supervision_scores")), *more]


def outcome(name: str) -> str:
    """Return how a case counts."""
    return _(OUTCOMES.get(name, name))


def left_out(excluded: Mapping[str, int]) -> str:
    """Say how many cases are left out, and why."""
    return (
        "；".join(f"{outcome(why)} {n}" for why, n in excluded.items())
        if fmt.chinese()
        else "; ".join(f"{outcome(why)}: {n}" for why, n in excluded.items())
    )


def fraction(line: ScoreLine | None) -> Any:
    """Return the fraction of a criterion: grey when too few cases were judged, a dash without any."""
    if line is None or not line.denominator:
        return ""
    rate = cells.Rate(line.numerator, line.denominator)
    if line.points is None:
        return cells.Hint(cells.Quiet(rate), _("Too few cases: not judged."))
    return cells.Stack([rate, cells.Quiet(_("%(points)s points") % {"points": line.points})])


def place(line: TotalLine) -> Any:
    """Return the place, or why there is none."""
    if line.place is not None:
        return line.place
    return cells.Hint(cells.Quiet(fmt.DASH), _("Not ranked: too little of the weight was judged."))


def total(line: TotalLine) -> Any:
    """Return the total; grey where it isn't ranked."""
    if line.total is None:
        return ""
    return line.total if line.place is not None else cells.Quiet(line.total)


def bars(lines: Sequence[TotalLine]) -> str:
    """Draw the ranking: places with enough cases only, the others grey with what was judged."""
    return ranking_svg(
        _("Ranking"),
        [
            Bar(
                "" if line.place is None else str(line.place),
                line.name,
                None if line.total is None else float(line.total),
                _words(line),
            )
            for line in lines
        ],
    )


def _words(line: TotalLine) -> str:
    if line.total is None:
        return fmt.DASH
    cases = sum(score.denominator for score in line.scores.values())
    return f"{line.total} · {_('%(n)d cases') % {'n': cases}}"
