"""The phone of a grid officer: one page that works with no signal, how to install it, its cases, its mail box."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.forms.fields import get as form_named
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import local
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.forms import LONGEST
from bihuan.lines.hotline.pages import sharing, words
from bihuan.lines.hotline.pages.pasting import understood
from bihuan.lines.hotline.pages.sharing import who
from bihuan.lines.hotline.patrols import actions as patrols
from bihuan.lines.hotline.patrols.asking import RECORD
from bihuan.lines.hotline.phone import actions, selectors
from bihuan.lines.hotline.phone.actions import Entry
from bihuan.logic.mechanism import said
from bihuan.ui.cards import href, left, light
from bihuan.ui.doors import Carried, carry, key_of
from bihuan.ui.page import Page, actor_of, done, page
from bihuan.ui.panels import Action, FormPanel, Offline, Shares
from bihuan.ui.panels.offline import kept_files

#: Photos one entry may bring.
_PHOTOS = 6


@page(permit="hotline.phone")
def phone(request: HttpRequest) -> Page | HttpResponseBase:
    """Show the page; without scripts its form is sent as any other."""
    actor, key = actor_of(request), key_of(request)
    sent = carry(
        request, RECORD, lambda values: patrols.record(actor, values, key=key), start={}, parse=False
    )
    if sent.done:
        return done(request, reverse("hotline_phone"), _("Recorded as %s.") % sent.answer.code)
    return Page(
        title=_("Grid on the phone"), kind="open", panels=[_panel(actor, sent, key)], status=sent.status,
        manifest=reverse("hotline_phone_manifest"), lead=_("Cases of the grid, and what was found on the way"),
    )  # fmt: skip


def _panel(actor: Actor, sent: Carried, key: str) -> Offline:
    here = reverse("hotline_phone")
    classes = [(str(one.id), one.name) for one in duties.duties(scope_of(actor.division))]

    def options(_item: Field) -> list[tuple[str, str]]:
        return classes

    entry = FormPanel(
        id="entry", form=RECORD, url=here, submit=_("Keep and send"), values=sent.values, errors=sent.errors,
        kept=sent.kept, hidden={"key": key}, options=options, in_place=False, shares=_shares(actor),
    )  # fmt: skip
    case = FormPanel(id="answer", form=_ANSWER, url=here, submit=_("Keep and send"), in_place=False)
    return Offline(
        id="phone", title=_("Cases of the grid"), who=who(actor), cases=reverse("hotline_phone_cases"),
        send=reverse("hotline_phone_send"), worker=reverse("hotline_phone_worker"), case=case, entry=entry,
        comment="note",
    )  # fmt: skip


_ANSWER = Form("hotline.phone_answer", said("Give feedback"), (
    Field("reply", said("What was found or done"), "long", required=True, max_length=5000),
    Field("photos", said("Photos"), "files",
          help=said("Only if you wish. No faces of others, no state or work secrets.")),
))  # fmt: skip


def _shares(actor: Actor) -> Shares:
    """What residents wrote in a chat group and was shared with this page becomes an order once it is sent."""
    return sharing.shares(
        actor, title="title", text="done", files="evidence", choices={"settled": "told"},
        read=reverse("hotline_phone_read"),
    )  # fmt: skip


@page(permit="hotline.phone")
def manifest(request: HttpRequest) -> HttpResponseBase:
    """Say how the page is installed."""
    here, share = reverse("hotline_phone"), reverse("hotline_phone_share")
    return sharing.installed(_("Grid on the phone"), _("Grid"), here, share)


@page(permit="hotline.phone")
def worker(request: HttpRequest) -> HttpResponseBase:
    """Give the script that keeps the page: from here, so that it answers for this page alone."""
    here = reverse("hotline_phone")
    to = {"at": reverse("hotline_phone_share"), "to": here}
    return sharing.worker_script(actor_of(request), to, here, kept_files())


@csrf_exempt
@page(permit="hotline.phone")
def share(request: HttpRequest) -> Page:
    """Say that the device's own worker did not take a share; nothing of it is read (``sharing.untaken``)."""
    here = reverse("hotline_phone")
    return sharing.untaken(here, Action(title=_("Record what was found"), href=reverse("hotline_patrol")))


@page(permit="hotline.phone")
def read(request: HttpRequest) -> HttpResponseBase:
    """Say what a piece of a chat says, by the names of the form's fields. Writes nothing."""
    if request.method != "POST":
        return JsonResponse({}, status=405)
    found = understood(actor_of(request), request.POST.get("text", "")[:LONGEST])
    return JsonResponse({"title": found["title"], "done": found["detail"], "address": found["address"]})


@page(permit="hotline.phone")
def cases(request: HttpRequest) -> HttpResponseBase:
    """Give the open cases of the grid, and the token with which entries are sent."""
    actor = actor_of(request)
    titles = selectors.stage_titles()
    rows = [_case(row, texts, titles) for row, texts in selectors.cases(actor)]
    answer = {"who": who(actor), "csrf": get_token(request), "cases": rows}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


def _case(row: MatterRow, texts: Mapping[str, str], titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "code": row.code, "ver": row.ver, "title": row.title, "stage": _(titles[row.stage]), "light": light(row),
        "left": left(row), "due": f"{local(row.due):%m-%d %H:%M}" if row.due else "", "href": href(row),
        "address": texts.get("address", ""), "detail": texts.get("detail", ""),
    }  # fmt: skip


@page(permit="hotline.phone")
def send(request: HttpRequest) -> HttpResponseBase:
    """Take one entry from the queue of a phone; answer what became of it."""
    actor = actor_of(request)
    if request.method != "POST":
        return JsonResponse({"state": "", "words": _("Entries are sent here.")}, status=405)
    if request.POST.get("who") != who(actor):
        return JsonResponse({"state": "other", "words": _("Another post signed in.")}, status=409)
    entry = _entry(request)
    try:
        found = actions.carry_out(actor, entry)
    except (BadInput, Conflict) as error:
        return JsonResponse({"state": "refused", "words": error.message, "skew": actions.skew(entry)})
    answer = {"state": found.state, "words": found.words, "code": found.code, "again": found.again}
    return JsonResponse({**answer, "skew": actions.skew(entry)})


def _entry(request: HttpRequest) -> Entry:
    given = request.POST
    form = RECORD if given.get("kind") == "entry" else form_named("hotline.part_answer")
    many = {item.name for item in form.fields if item.kind in {"rows", "choices"}}
    named = {name.removeprefix("f_") for name in given if name.startswith("f_")}
    data: dict[str, Any] = {
        name: given.getlist(f"f_{name}") if name in many else given.get(f"f_{name}", "") for name in named
    }
    return Entry(
        key=given.get("key", "")[:60], kind=given.get("kind", ""), code=given.get("code", "")[:30],
        ver=words.number(given.get("ver", "")), data=data, photos=request.FILES.getlist("photos")[:_PHOTOS],
        made=_moment(given.get("made", "")), sent=_moment(given.get("sent", "")),
    )  # fmt: skip


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text[:40].replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else None
