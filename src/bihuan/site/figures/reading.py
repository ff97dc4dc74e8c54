"""Which figures there are for whom, and what they say: those over matters and those over rows of registers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from bihuan.kernel.errors import NotFound
from bihuan.kernel.figures import registry, selectors, tallies
from bihuan.kernel.figures.selectors import FigureValue
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.now import today
from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import Figure, Tally
from bihuan.site.callbacks.menu import DESK
from bihuan.site.discovery import lines
from bihuan.ui.page import may, register_permit

#: Whoever answers for a place or a unit, or reads the whole house; nobody else has figures of one's own.
PERMIT = "figures"
Declared = Figure | Tally
_ROOMS = (
    ("orders", _("Orders")),
    ("supports", _("Support answers")),
    ("meetings", _("The ladder and meetings")),
    ("callbacks", _("Ratings and call-backs")),
)


def _has_yard(actor: Actor) -> bool:
    return actor.kind is Kind.POST and bool(selectors.yard(actor))


register_permit(PERMIT, _has_yard)


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of a line or of a room of the kernel."""

    name: str
    title: str
    figures: tuple[Declared, ...]


def _opens(actor: Actor, figure: Declared) -> bool:
    """Whether the actor may read a figure: who rated is for the desk alone, rows for whom their line shows them to."""
    if figure.name.startswith("callbacks."):
        return may(DESK, actor)
    return not isinstance(figure, Tally) or not figure.permit or may(figure.permit, actor)


def groups(actor: Actor) -> Iterator[Group]:
    """Yield the figures an actor may read, line by line, then those of the kernel's rooms."""
    declared: tuple[Declared, ...] = (*tallies.all_tallies(), *registry.all_figures())
    for name, title in (*((line.name, line.title) for line in lines()), *_ROOMS):
        own = tuple(
            one for one in declared if one.name.partition(".")[0] == name and _opens(actor, one)
        )  # fmt: skip
        if own:
            yield Group(name, title, own)


def find(actor: Actor, name: str) -> Declared:
    """Return a figure the actor may read; NotFound for every other name."""
    for group in groups(actor):
        for figure in group.figures:
            if figure.name == name:
                return figure
    raise NotFound(gettext("There is no such figure."), where=name)


def since(period: str) -> date | None:
    """Return the day a period begins: this year's first, None for all time."""
    return date(today().year, 1, 1) if period == "year" else None


def values(
    actor: Actor, figures: Sequence[Declared], period: str, as_of: date | None
) -> dict[str, FigureValue]:
    """Return what figures say over what is the actor's own, by name."""
    yard, begin = selectors.yard(actor), since(period)
    cases = [
        selectors.definition(one.name, as_of) for one in figures if isinstance(one, Figure)
    ]  # fmt: skip
    found = {one.name: one for one in selectors.together(cases, yard, as_of, begin)} if cases else {}
    for one in figures:
        if isinstance(one, Tally):
            found[one.name] = tallies.value(one.name, yard, as_of=as_of, since=begin)
    return found
