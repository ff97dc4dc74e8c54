"""The public form: what somebody without an account sends in, with photos and a place, or follows instead."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.failures import TooManyTries
from bihuan.kernel.identity.middleware import client_address
from bihuan.kernel.identity.selectors import spoken
from bihuan.lines.hotline.actions import look_up
from bihuan.lines.hotline.aside.selectors import notice
from bihuan.lines.hotline.contracts import REPORT, SECRECY, TYPES
from bihuan.lines.hotline.doors import actions, nearby, selectors
from bihuan.logic.mechanism import said
from bihuan.ui import cells, format
from bihuan.ui.page import Page, page
from bihuan.ui.panels import Action, Alert, Facts, FormPanel

SEND = Form("hotline.send_in", said("Tell the hotline"), (
    Field("title", said("What it is about, in one sentence"), required=True, max_length=200),
    Field("detail", said("Details"), "long", max_length=5000),
    Field("address", said("Where it is"), max_length=150,
          help=said("Street and number, or housing estate and building.")),
    Field("point", said("Place on the map, if you wish"), max_length=60),
    Field("evidence", said("Photos"), "files",
          help=said("Only if you wish. No faces of others, no state or work secrets.")),
    Field("type", said("Type"), "choice", required=True, choices=TYPES),
    Field("phone", said("Your phone, so that we can call back"), "phone"),
    Field("caller", said("How we may call you"), max_length=60),
    Field("secrecy", said("May the caller be known?"), "choice", choices=SECRECY),
))  # fmt: skip
#: Photos handed in before travel under a name of their own, so that nobody can name somebody else's file.
_KEPT = "photos"
_NONE = "none"


@page(permit="anyone")
def send_in(request: HttpRequest, public_place: int) -> Page:
    """Send something in without an account, or follow what was reported nearby; the answer shows the code."""
    district = selectors.place(public_place)
    if request.method != "POST":
        return _form(district.name, public_place, {"type": "help", "secrecy": "open"}, {}, uuid.uuid4().hex)
    given = request.POST
    values = {item.name: given.get(item.name, "") for item in SEND.fields if item.name != "evidence"}
    key, address = given.get("key", "")[:60], client_address(request)
    # A browser sends an empty word for photos nobody chose.
    kept = [one for one in (*given.get(_KEPT, "").split("|"), *given.getlist("evidence")) if one]
    photos: list[tuple[str, str]] = [(one, _("Photo %(n)d") % {"n": n}) for n, one in enumerate(kept, 1)]
    try:
        photos += actions.keep_photos(public_place, request.FILES.getlist("evidence"), address)
        parsed = SEND.parse({name: value for name, value in values.items() if value})
        tokens = [token for token, _name in photos]
        same = given.get("same", "")
        if not same and (found := _near(public_place, parsed)):
            return _ask(district.name, public_place, values, key, tokens, found)
        made = actions.send_in(public_place, parsed, address, key, tokens, "" if same == _NONE else same)
    except FieldErrors as error:
        return _form(district.name, public_place, values, error.errors, key, photos=photos)
    except (BadInput, Conflict, TooManyTries) as error:
        faults = {"": error.message}
        return _form(district.name, public_place, values, faults, key, error.status, photos)
    return _received(
        request, district.name, flow.by_ids([made.matter])[made.matter], followed=same not in {"", _NONE}
    )


def _near(place: int, parsed: Mapping[str, Any]) -> list[nearby.Near]:
    """Return what was reported nearby; whoever reports wrongdoing is not asked to join others."""
    if parsed.get("type") == REPORT:
        return []
    text = f"{parsed['title']} {parsed.get('detail', '')}"
    return nearby.near(place, text, actions.address_of(parsed))


def _received(request: HttpRequest, name: str, row: MatterRow, *, followed: bool) -> Page:
    code, waits = look_up(row.id), notice(row)
    facts = Facts(id="code", title=_("Received as %s") % row.code, columns=1, items=[
        (_("Look-up code"), cells.Tag(spoken(code))),
        (_("Link"), cells.To(request.build_absolute_uri(reverse("link", args=[code])), reverse("link", args=[code]))),
    ])  # fmt: skip
    text = _("Keep this code: with it you see who has it and by when, and the answer.")
    if followed and not waits:
        text = _("You follow it now, under a number of your own: you get your own answer. ") + text
    return Page(
        title=_("Hotline of %(place)s") % {"place": name},
        kind="open",
        panels=[
            Alert(id="keep", tone="good", text=text),
            *([Alert(id="aside", text=waits)] if waits else []),
            facts,
        ],
    )


def _form(
    name: str, place: int, values: Mapping[str, Any], errors: Mapping[str, str], key: str, status: int = 422,
    photos: Sequence[tuple[str, str]] = (),
) -> Page:  # fmt: skip
    form = FormPanel(
        id="send", form=SEND, url=reverse("hotline_public", args=[place]), submit=_("Send"), values=values,
        errors=errors, hidden={"key": key}, in_place=False, place="point", kept={"evidence": list(photos)},
        intro=_("In danger call 110, 119 or 120 at once. No state or work secrets here."),
    )  # fmt: skip
    follow = Action(title=_("I have a code already"), href=reverse("link_enter"), icon="search")
    title = _("Hotline of %(place)s") % {"place": name}
    return Page(
        title=title,
        kind="open",
        found=True,
        panels=[form],
        actions=[follow],
        status=status if errors else 200,
    )


def _ask(
    name: str, place: int, values: Mapping[str, Any], key: str, photos: Sequence[str], found: Sequence[nearby.Near]
) -> Page:  # fmt: skip
    """Ask once, before anything is sent, whether it is one of these; nothing typed or handed in is lost."""
    choices = [(one.ref, _line(one)) for one in found]
    form = Form("hotline.same", "", (
        Field("same", said("Is it one of these?"), "choice", required=True,
              choices=(*choices, (_NONE, said("None of these: send mine")))),
    ))  # fmt: skip
    panel = FormPanel(
        id="same", form=form, title=_("People near you reported this already"), submit=_("Go on"), in_place=False,
        url=reverse("hotline_public", args=[place]), hidden={**values, "key": key, _KEPT: "|".join(photos)},
        intro=_("Follow it instead of reporting it again: you get a code, a deadline and an answer of your own."),
    )  # fmt: skip
    return Page(title=_("Hotline of %(place)s") % {"place": name}, kind="open", panels=[panel])


def _line(one: nearby.Near) -> str:
    words = [one.name, one.place, _("reported on %(day)s") % {"day": format.day(one.since)}]
    if one.others:
        words.append(_("%(n)d others reported or follow it") % {"n": one.others})
    return " · ".join(filter(None, words))
