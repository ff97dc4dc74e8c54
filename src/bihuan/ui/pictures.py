"""The pictures of ``bihuan.logic`` as panels, with the reader's words in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.logic.mechanism import Mechanism
from bihuan.logic.pictures import (
    MechanismWords,
    Timetable,
    TimetableWords,
    mechanism_picture,
    mechanism_svg,
    mechanism_table,
    timetable_svg,
    timetable_table,
)
from bihuan.ui.format import chinese
from bihuan.ui.panels import Action, Picture
from bihuan.ui.panels.forms import worded

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def timetable_words(anchor: str = "") -> TimetableWords:
    """Return the words of a timetable; ``anchor`` names its flag (production when empty)."""
    zh = chinese()
    return TimetableWords(
        node=_("Node"),
        side=_("Side"),
        latest=_("Latest finish"),
        today=_("Today"),
        anchor=anchor or _("Production"),
        first_anchor=_("first promised"),
        ghost_anchor=_("If so"),
        draft=_("draft"),
        earliest=_("earliest"),
        allowed=_("latest allowed"),
        actual=_("actual"),
        baseline=_("approved plan"),
        stopped=_("clock stopped"),
        what_if=_("what if"),
        chain=_("binding chain"),
        months=tuple(f"{n}月" for n in range(1, 13)) if zh else _MONTHS,
        quarters=("一季度", "二季度", "三季度", "四季度") if zh else ("Q1", "Q2", "Q3", "Q4"),
        year="{year}年" if zh else "{year}",
    )


def timetable_panel(
    id: str,
    title: str,
    table: Timetable,
    *,
    anchor: str = "",
    note: str = "",
    actions: Sequence[Action] = (),
    width: float = 0,
) -> Picture:
    """Return a timetable as a panel, for wide screens, phones and paper; ``width`` in pixels if not the usual one."""
    table = replace(table, words=timetable_words(anchor))
    head, rows = timetable_table(table)
    if table.draft:
        note = " ".join(filter(None, (_("A draft: no lights before it is approved."), note)))
    return Picture(
        id=id,
        title=title,
        svg=timetable_svg(table, width=width),
        narrow=timetable_svg(table, "narrow"),
        head=head,
        rows=rows,
        note=note,
        actions=actions,
    )


#: How relations and kinds of actors are said beneath a move.
def _relation(name: str) -> str:
    words = {
        "holder": _("holder"),
        "lead": _("lead"),
        "support": _("support"),
        "first": _("first receiver"),
        "creator": _("who registered it"),
        "party": _("the party"),
        "scope": _("posts in scope"),
        "post": _("any post"),
        "link": _("by link"),
        "system": _("system"),
    }
    return words.get(name, "")


def mechanism_panel(
    id: str,
    mechanism: Mechanism,
    *,
    title: str = "",
    role: Callable[[str], str] | None = None,
    limit: Callable[[str], str] | None = None,
    at_stage: Mapping[str, int] | None = None,
    by_move: Mapping[tuple[str, str], int] | None = None,
    note: str = "",
) -> Picture:
    """Return the diagram of a mechanism as a panel.

    ``role`` and ``limit`` word what the kernel's rows say (a role's title, "15 working days").
    """

    def who(name: str) -> str:
        return _relation(name) or (role(name) if role else worded(name))

    picture = mechanism_picture(
        mechanism,
        word=worded,
        role=who,
        limit=limit or worded,
        at_stage=at_stage,
        by_move=by_move,
        words=MechanismWords(anywhere=_("From any stage"), joint=pgettext("between items of a list", ", ")),
    )
    return Picture(
        id=id,
        title=title,
        svg=mechanism_svg(picture),
        head=[_("From"), _("Move"), _("To"), _("Who"), _("Limit")],
        rows=mechanism_table(picture),
        note=note,
    )
