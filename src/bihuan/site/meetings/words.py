"""What the pages of the ladder and of meetings say in the same words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.kernel.meetings.forms import KINDS
from bihuan.kernel.meetings.selectors.rules import Rung
from bihuan.kernel.meetings.words import OUTCOMES, TERMS
from bihuan.kernel.now import local
from bihuan.kernel.store.sql import run
from bihuan.logic.harm import Harm
from bihuan.ui.page import Crumb
from bihuan.ui.panels import Tab, Tabs


def number(value: Decimal | float) -> str:
    """Return a number without idle zeros."""
    return f"{Decimal(str(value)):.2f}".rstrip("0").rstrip(".")


def days(value: float) -> str:
    """Return a stay in days as it is said."""
    whole = number(round(value, 1))
    return ngettext("%(n)s day", "%(n)s days", 1 if whole == "1" else 2) % {"n": whole}


def kind_title(kind: str) -> str:
    """Return what a kind of meeting is called."""
    return _(dict(KINDS).get(kind, kind))


def outcome_title(outcome: str) -> str:
    """Return how an item or a step ended, in words."""
    return _(OUTCOMES[outcome]) if outcome in OUTCOMES else outcome


def formula(harm: Harm) -> str:
    """Return the sum that makes the points of an item: 2 × 12 + 20 × 1 = 44."""
    parts = [f"{_(TERMS[part.term][0])} {number(part.counted)}×{number(part.weight)}" for part in harm.parts]
    return f"{' + '.join(parts)} = {number(harm.points)}" if parts else _("nothing counts against it")


def rung_title(rungs: Sequence[Rung], place: int) -> str:
    """Return what a rung is called; one taken away since says its number."""
    return next((rung.title for rung in rungs if rung.place == place), _("Rung %(n)s") % {"n": place})


def moment(value: datetime) -> str:
    """Return when a meeting is, to the minute."""
    at = local(value)
    return f"{at:%Y-%m-%d %H:%M}"


def people(users: Iterable[int]) -> Mapping[int, str]:
    """Return the names of users."""
    wanted = sorted(set(users) - {0})
    return dict(run("SELECT id, name FROM identity_user WHERE id = ANY(%s)", (wanted,))) if wanted else {}


def crumbs(*more: tuple[str, str]) -> list[Crumb]:
    """Return the way from the register of meetings."""
    return [Crumb(_("Meetings"), reverse("meetings")), *(Crumb(title, href) for title, href in more)]


def tabs(active: str) -> Tabs:
    """Return the pages of this part side by side."""
    known = (
        ("meetings", _("Meetings")),
        ("meetings_items", _("Agenda items")),
        ("meetings_ladder", _("Ladder")),
        ("meetings_figures", _("Figures of the ladder")),
        ("meetings_chairs", _("Who decides")),
    )
    return Tabs(id="parts", tabs=[Tab(title, reverse(name), name == active) for name, title in known])
