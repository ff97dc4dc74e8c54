"""The city's platform above the district: orders in by paste or workbook, replies back, the daily comparison."""

from datetime import datetime
from typing import Any, BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.lines.hotline.upstream import actions, selectors
from bihuan.lines.hotline.upstream.actions import Received
from bihuan.lines.hotline.upstream.reading import City, from_text
from bihuan.lines.hotline.upstream.selectors import Difference, Extension, Reply
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Alert, Column, Empty, FormPanel, Panel, Table

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What is pasted at once at most, in characters.
_LONGEST = 400_000
PASTE = Form("hotline.city_in", said("Take in orders of the city"), (
    Field("text", said("Copied from the city's platform"), "long", max_length=_LONGEST,
          help=said("Lines such as 工单编号：…, or rows copied from a table with its heading.")),
    Field("book", said("Or its workbook"), "file"),
))  # fmt: skip
COMPARE = Form("hotline.city_compare", said("Compare with the city's list of today"), PASTE.fields)


ANSWER = Form("hotline.city_answer", said("Enter the city's answer to more time"), (
    Field("number", said("Number on the city platform"), required=True, max_length=60),
    Field("until", said("New deadline of the city platform"), "datetime", help=said("Empty when the city refuses.")),
    Field("reason", said("What the city said"), "long"),
))  # fmt: skip


@page(permit="hotline.take")
def city(request: HttpRequest) -> Page | HttpResponseBase:
    """Take orders in; show the replies that wait to go back."""
    actor = actor_of(request)
    if request.method != "POST":
        return _page(actor, [])
    if request.POST.get("sent"):
        count = actions.note_sent(
            actor, [int(one) for one in request.POST.get("sent", "").split() if one.isdecimal()]
        )
        return done(request, reverse("hotline_city"), _("Noted as sent: %(n)d.") % {"n": count})
    if request.POST.get("number"):
        return _answered(request, actor)
    try:
        orders = _given(request)
    except BadInput as error:
        return _page(actor, [], error.message)
    return _page(actor, actions.receive(actor, orders))


def _given(request: HttpRequest) -> list[City]:
    """Return what was pasted or handed in; BadInput when there is no order in it."""
    handed = request.FILES.get("book")
    if handed:
        return actions.read_book(cast("BinaryIO", handed), handed.name or "")
    found = from_text(request.POST.get("text", "")[:_LONGEST])
    if not found:
        raise BadInput(
            _("No order was found: each needs its number, such as 工单编号：20260302001."), where="text"
        )
    return found


def _page(actor: Actor, received: list[Received], fault: str = "") -> Page:
    replies = selectors.replies(actor)
    panels: list[Panel] = []
    if received:
        panels.append(_received(received))
    panels.append(_replies(replies))
    asked = selectors.extensions(actor)
    if asked:
        panels.append(_extensions(asked))
    form = FormPanel(
        id="city",
        form=PASTE,
        url=reverse("hotline_city"),
        submit=_("Receive orders"),
        errors={"text": fault} if fault else {},
        in_place=False,
    )
    compare = Action(
        title=_("Compare with the city's list"), href=reverse("hotline_city_compare"), icon="table"
    )
    return Page(
        title=_("City platform"), kind="list", panels=panels,
        side=[form, *_sending(replies, asked), *_answering(asked)], actions=[compare],
        status=422 if fault else 200,
    )  # fmt: skip


def _order(one: Any) -> Any:
    return cells.To(one.code, reverse("matter", args=[one.code])) if one.code else ""


def _received(received: list[Received]) -> Table:
    def state(one: Received) -> Any:
        if one.fault:
            return cells.Tag(one.fault, "bad")
        if one.moved:
            return cells.Tag(_("the city put the deadline off"), "good")
        return cells.Tag(_("was here already"), "quiet") if one.again else cells.Tag(_("taken in"), "good")

    return Table(
        id="received", title=_("What was received"), rows=received,
        columns=[
            Column(_("Number on the city platform"), "number", head=True),
            Column(_("Hotline order"), _order),
            Column(_("State"), state),
        ],
    )  # fmt: skip


def _replies(replies: list[Reply]) -> Table:
    return Table(
        id="replies",
        title=_("Replies to go to the city"),
        rows=replies,
        columns=[
            Column(_("Number on the city platform"), "number", head=True),
            Column(_("Hotline order"), _order),
            Column(_("Was the caller contacted?"), "contacted"),
            Column(_("Contacted at"), "contacted_at"),
            Column(_("Is it solved?"), "solved"),
            Column(_("Why it is not solved"), "why_not"),
            Column(_("Answer to the caller"), lambda one: one.reply[:80]),
        ],
        empty=Empty(
            text=_("No reply waits: what is closed and came from the city stands here."), icon="send"
        ),
    )


def _sending(replies: list[Reply], asked: list[Extension]) -> list[Panel]:
    if not replies and not asked:
        return []
    form = FormPanel(
        id="sending", title=_("Hand in at the city's platform"), form=Form("hotline.city_sent", "", ()),
        url=reverse("hotline_city"), submit=_("It was handed in"), in_place=False,
        hidden={"sent": " ".join(str(one.matter) for one in replies)},
        extra=[Action(title=_("Download the batch sheet"), href=reverse("hotline_city_sheet"), icon="download")],
        intro=_("Download the sheet, hand it in there, then say so here."),
    )  # fmt: skip
    return [form]


def _extensions(asked: list[Extension]) -> Table:
    return Table(
        id="extensions", title=_("More time asked for at the city"), rows=asked,
        columns=[
            Column(_("Number on the city platform"), "number", head=True),
            Column(_("Hotline order"), _order),
            Column(_("Working days more"), "days", number=True),
            Column(_("Reason"), lambda one: one.reason[:80]),
            Column(_("Deadline of the city platform"), "due"),
            Column(_("Unit"), "unit"),
        ],
    )  # fmt: skip


def _answering(asked: list[Extension]) -> list[Panel]:
    if not asked:
        return []
    values = {"number": asked[0].number}
    return [
        FormPanel(
            id="answering", form=ANSWER, url=reverse("hotline_city"), submit=_("Enter the answer"), in_place=False,
            values=values,
        )
    ]  # fmt: skip


def _answered(request: HttpRequest, actor: Actor) -> Page | HttpResponseBase:
    try:
        told = ANSWER.parse({name: request.POST.get(name, "") for name in ("number", "until", "reason")})
        until = datetime.fromisoformat(str(told["until"])) if told.get("until") else None
        actions.answer(actor, str(told["number"]), until=until, reason=str(told.get("reason", "")))
    except (BadInput, Conflict) as error:
        return _page(actor, [], error.message)
    return done(request, reverse("hotline_city"), _("The city's answer is entered; the clock follows it."))


@page(permit="hotline.take")
def sheet(request: HttpRequest) -> HttpResponseBase:
    """Download the batch sheet of replies and of more time asked for."""
    actor = actor_of(request)
    answer = HttpResponse(
        actions.sheet(selectors.replies(actor), selectors.extensions(actor)), content_type=_XLSX
    )
    answer["Content-Disposition"] = f'attachment; filename="city-replies-{today():%Y%m%d}.xlsx"'
    return answer


@page(permit="hotline.take")
def compare(request: HttpRequest) -> Page:
    """Compare the city's list with ours; writes nothing."""
    actor = actor_of(request)
    panels: list[Panel] = []
    fault = ""
    if request.method == "POST":
        try:
            panels = [_differences(selectors.differences(actor, _given(request)))]
        except BadInput as error:
            fault = error.message
    form = FormPanel(
        id="compare", form=COMPARE, url=reverse("hotline_city_compare"), submit=_("Compare"), in_place=False,
        errors={"text": fault} if fault else {},
    )  # fmt: skip
    crumbs = [Crumb(_("City platform"), reverse("hotline_city"))]
    return Page(
        title=_("Compare with the city's list"), kind="list", crumbs=crumbs, panels=[*panels, form],
        status=422 if fault else 200,
    )  # fmt: skip


def _differences(found: list[Difference]) -> Panel:
    if not found:
        return Alert(id="differences", tone="good", text=_("Both lists agree."))
    said_of = {
        "missing_here": _("the city has it, we do not"),
        "missing_there": _("we have it open, the city's list does not"),
        "over_there": _("over there, open here"), "over_here": _("closed here, its reply has not gone"),
        "due": _("another deadline"),
    }  # fmt: skip
    return Table(
        id="differences",
        title=_("Differences"),
        rows=found,
        columns=[
            Column(_("Number on the city platform"), "number", head=True),
            Column(
                _("Hotline order"),
                lambda one: cells.To(one.code, reverse("matter", args=[one.code])) if one.code else "",
            ),
            Column(_("Difference"), lambda one: said_of[one.kind]),
            Column(_("In the city's list"), "city"),
            Column(_("Here"), "ours"),
        ],
    )
