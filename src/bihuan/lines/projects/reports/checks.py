"""What numbers of one report and the one before must say of each other. Pure.

The cumulative counts what was done in the calendar year, as the year's plan does. Nothing is ever put
right here: a doubt is a question to whoever reported.
"""

from dataclasses import dataclass
from decimal import Decimal

from bihuan.logic.cells import Amount, plain
from bihuan.logic.mechanism import said as _

#: What is asked, by the code of the doubt.
QUESTIONS = {
    "fell": _("The last report said %(previous)s so far, this one says %(stated)s: it fell."),
    "differs": _(
        "%(previous)s before and %(done)s in this period make %(expected)s, but %(stated)s is stated."
    ),
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question about the cumulative: ``fell`` below the last one, or ``differs`` from what adds up."""

    code: str
    previous: Decimal
    done: Decimal
    stated: Decimal

    @property
    def expected(self) -> Decimal:
        """Return what the last cumulative and this period's amount add up to."""
        return self.previous + self.done

    @property
    def params(self) -> dict[str, str]:
        """Return what fills its question."""
        return {name: plain(getattr(self, name)) for name in ("previous", "done", "stated", "expected")}


def doubt(previous: Amount | None, done: Amount | None, cumulative: Amount | None) -> Doubt | None:
    """Return what is doubtful, None when nothing is or nothing can be told.

    ``previous`` is the cumulative of the report before in the same year, zero for the first period of
    the year, None when it isn't known: then the cumulative only has to hold this period's amount. Where
    one of the numbers is about (约), only a fall is asked about.
    """
    if done is None or cumulative is None:
        return None
    vague = done.approximate or cumulative.approximate or (previous is not None and previous.approximate)
    before = previous.value if previous is not None else Decimal(0)
    found = Doubt("differs", before, done.value, cumulative.value)
    if previous is not None and cumulative.value < before:
        return Doubt("fell", before, done.value, cumulative.value)
    if vague:
        return None
    if previous is None:
        return found if cumulative.value < done.value else None
    return found if found.expected != cumulative.value else None
