"""The call-back desk, the reasons a unit was given, and the contacts a figure counts."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.callbacks import counted, selectors
from bihuan.kernel.callbacks.selectors import Reason
from bihuan.kernel.callbacks.words import BAD, CONTACT, GRADES
from bihuan.kernel.errors import NotFound
from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import names_of
from bihuan.logic.rates import Figure as Declared
from bihuan.site.callbacks.menu import DESK, REASONS
from bihuan.ui import cells
from bihuan.ui.cards import cards, href, light
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Alert, Column, Empty, Figure, Figures, Links, Matters, Pager, Panel, Table

_TITLES = dict(GRADES)


@page(permit=DESK)
def desk(request: HttpRequest) -> Page:
    """Show the rates, what has to be called back or put right, and who has not answered yet."""
    actor = actor_of(request)
    before = _number(request.GET.get("before", ""))
    waiting, more = selectors.waiting(actor, before=before)
    panels: list[Panel] = [
        Figures(id="figures", title=_("Heard and satisfied"), figures=_tiles(actor)),
        Matters(
            id="unhappy",
            title=_("To be called back or put right"),
            cards=cards(selectors.unhappy(actor)),
            empty=_("Nobody waits for a call-back."),
        ),
        _waiting(actor, waiting, more, before),
    ]
    return Page(title=_("Ratings and call-backs"), kind="list", panels=panels)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _tiles(actor: Actor) -> list[Figure]:
    yard = figures.yard(actor)
    if not yard:
        return []
    found = []
    for declared in counted.ALL:
        (value,) = figures.value(declared.name, yard)
        left_out = "；".join(f"{_(title)} {count}" for title, count in value.excluded if count)
        found.append(
            Figure(
                title=_(declared.title),
                part=int(value.numerator),
                whole=value.denominator,
                as_of=value.at,
                href=reverse("callbacks_cases", args=[declared.name, "denominator"]),
                definition=_(declared.definition),
                compare=_("Left out: %(what)s") % {"what": left_out} if left_out else "",
                small=value.small,
            )
        )
    return found


def _waiting(actor: Actor, rows: Sequence[MatterRow], more: int, before: int) -> Table:
    opens = frozenset(row.id for row in rows if registry.may_open(actor, row))
    return Table(
        id="waiting",
        title=_("Not answered yet"),
        caption=_("Contacts that wait for an answer"),
        rows=rows,
        row_href=(lambda row: href(row) if row.id in opens else "") if opens else None,
        empty=Empty(text=_("Everybody who was asked has answered."), icon="phone"),
        pager=Pager(
            next=f"?before={more}" if more else "",
            previous=reverse("callbacks") if before else "",
        ),
        columns=_waiting_columns(rows, opens),
    )


def _waiting_columns(rows: Sequence[MatterRow], opens: frozenset[int]) -> list[Column]:
    """Return what is shown of contacts: of one that may not be opened the matter asked about, not whom it was for."""
    about = flow.by_ids([row.parent for row in rows])
    units = names_of(sorted({row.party for row in rows if row.party}))

    def whom(row: MatterRow) -> object:
        if row.id not in opens:
            return cells.Quiet(_("not for the unit rated"))
        return units.get(row.party) or cells.Quiet(_("by link"))

    def what(row: MatterRow) -> object:
        found = about.get(row.parent)
        title = found.title if found and found.title else row.code if row.id in opens else _("(erased)")
        return cells.To(title, href(row)) if row.id in opens else title

    return [
        Column(_("Asked about"), what, head=True),
        *([Column(_("Whom it was for"), whom)] if opens else []),
        Column(_("Stage"), lambda row: _("second rating") if row.stage == "again" else _("first rating")),
        Column(_("Calls nobody answered"), lambda row: row.value("missed", 0), number=True),
        Column(_("To be answered by"), lambda row: cells.Row([cells.Lamp(light(row)), row.due])),
    ]


@page(permit=REASONS)
def reasons(request: HttpRequest) -> Page:
    """Show what was said of one's unit: grade, words and month; never who said it."""
    actor = actor_of(request)
    before = _number(request.GET.get("before", ""))
    rows, more = selectors.reasons(actor, before=before)
    units = names_of(sorted({row.unit for row in rows}))
    table = Table(
        id="reasons",
        title=_("What was said"),
        caption=_("Grades with their reasons"),
        rows=rows,
        empty=Empty(
            text=_("Nobody has rated yet. Whom a matter was for is asked once it is closed."), icon="comment"
        ),
        pager=Pager(
            next=f"?before={more}" if more else "",
            previous=reverse("callbacks_reasons") if before else "",
        ),
        columns=[
            Column(_("Grade"), lambda row: _grade(row.grade), head=True),
            Column(_("Why"), _why),
            Column(
                _("After it was put right"), lambda row: _grade(row.grade_again) if row.grade_again else ""
            ),
            Column(_("Rated unit"), lambda row: units.get(row.unit, "")),
            Column(_("Answered by"), lambda row: _ways().get(row.way, "")),
            Column(_("Month"), lambda row: f"{row.month:%Y-%m}"),
        ],
    )
    lead = _("Whoever rated is not shown: reasons are for getting better, not for finding out.")
    return Page(title=_("What was said of us"), lead=lead, kind="list", panels=[table])


def _ways() -> dict[str, str]:
    return {"account": _("oneself"), "link": _("oneself, by link"), "phone": _("written down on the phone")}


def _grade(name: str) -> Any:
    return cells.Tag(_(_TITLES.get(name, name)), "bad" if name in BAD else "good")


def _why(row: Reason) -> Any:
    words = [text for text in (row.why, row.why_again) if text]
    return cells.Stack(words) if words else cells.Quiet(_("no reason given"))


@page(permit=DESK)
def cases(request: HttpRequest, contact_figure: str, contact_part: str) -> Page:
    """Show the contacts a part of a figure counts."""
    declared = next((one for one in counted.ALL if one.name == contact_figure), None)
    if declared is None or contact_part not in declared.parts():
        raise NotFound(_("There is no such figure."))
    actor = actor_of(request)
    yard = figures.yard(actor)
    found = figures.cases(declared.name, contact_part, yard, limit=200) if yard else []
    opens = flow.openable(actor, dict.fromkeys((case.matter_id for case in found), CONTACT))
    items = [
        (case.code, reverse("matter", args=[case.code]), case.title)
        for case in found
        if case.matter_id in opens
    ]
    hidden = len(found) - len(items)
    kept = _("%(n)d more are read by whom they were for and by the desk that calls back.") % {"n": hidden}
    parts = [
        (title, reverse("callbacks_cases", args=[declared.name, part]), "")
        for part, title in _parts(declared)
    ]
    return Page(
        title=_(declared.title),
        lead=_(declared.definition),
        crumbs=[Crumb(_("Ratings and call-backs"), reverse("callbacks"))],
        panels=[
            Links(id="cases", title=dict(_parts(declared))[contact_part], items=items, empty=_("None.")),
            *([Alert(id="hidden", text=kept, tone="info")] if hidden else []),
        ],
        side=[Links(id="parts", title=_("What it is made of"), items=parts)],
    )


def _parts(declared: Declared) -> list[tuple[str, str]]:
    named = [("numerator", _("Counted above")), ("denominator", _("Counted below"))]
    return [*named, *((f"excluded{n}", _(title)) for n, (title, _count) in enumerate(declared.exclusions))]
