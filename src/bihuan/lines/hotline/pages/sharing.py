"""What another program shares with an installed page: how it is installed as a target, and its worker takes the rest.

A phone's share sheet posts to an address of the house (Web Share Target), with neither a form's token nor a signal
one may count on. So the page's own worker takes it: text and pictures stay on the device, fill a form there, and reach
the house when somebody sends that form, as any other. To the house itself nothing is ever shared.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from bihuan.kernel.files.kinds import MIMES, PICTURES
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.hotline.doors.actions import PHOTO_BYTES, PHOTOS
from bihuan.lines.hotline.forms import LONGEST
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Shares

#: What was shared and not sent is forgotten after an hour; so many shares wait at most.
_WAITS, _SHARES = 60 * 60 * 1000, 5
#: The names under which a share sheet posts what it has; the worker reads them.
_PARAMS = {
    "title": "title",
    "text": "text",
    "url": "url",
    "files": [{"name": "files", "accept": ["image/*"]}],
}


def who(actor: Actor) -> str:
    """Return the name under which a device keeps things of a post."""
    return f"{actor.user}-{actor.post}"


def shares(actor: Actor, **where: Any) -> Shares:
    """Return what a form is told of what was shared with the actor on this device; ``where`` it takes it in."""
    return Shares(store=_store(actor), waits=_WAITS, most=PHOTOS, **where)


def desk_shares(actor: Actor, used: str = "") -> Shares:
    """Return what the console's forms are told: they take nothing in themselves, but forget what was ``used``."""
    numbers = [one for one in used.split() if one.isdigit()][:_SHARES]
    return shares(actor, worker=reverse("hotline_console_worker"), used=" ".join(numbers))


def paste_shares(actor: Actor) -> Shares:
    """Return where the form for pasting takes in what was shared."""
    return replace(desk_shares(actor), text="text", files="evidence")


def _store(actor: Actor) -> str:
    return f"bihuan-shared-{who(actor)}"


def installed(name: str, short: str, here: str, share: str) -> HttpResponseBase:
    """Answer how a page is installed, and that it takes text and pictures other programs share."""
    icons = [
        {"src": static(f"ui/mark-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    return JsonResponse({
        "name": name, "short_name": short, "start_url": here, "scope": here, "id": here, "display": "standalone",
        "lang": get_language(), "background_color": "#ffffff", "theme_color": "#14507f",
        "icons": [*icons, {"src": static("ui/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
        "share_target": {
            "action": share, "method": "POST", "enctype": "multipart/form-data", "params": _PARAMS,
        },
    }, content_type="application/manifest+json")  # fmt: skip


def worker_script(
    actor: Actor, share: Mapping[str, str], kept: str = "", files: Sequence[str] = ()
) -> HttpResponse:
    """Answer the script that keeps the page ``kept`` with its files, and takes what is shared: ``at`` and then ``to``.

    It knows the post it was given to, so that what is shared stands before nobody else who signs in on the device.
    """
    with open(str(finders.find("ui/worker.js")), encoding="utf-8") as file:
        text = file.read()
    bounds = {"longest": LONGEST, "files": PHOTOS, "largest": PHOTO_BYTES, "waits": _WAITS, "shares": _SHARES}
    kinds = {MIMES[ending]: ending for ending in sorted(PICTURES - {"jpeg"})}
    told: dict[str, Any] = {
        "page": kept, "files": list(files),
        "share": {**share, **bounds, "kinds": kinds, "store": _store(actor)},
    }  # fmt: skip
    told["version"] = hashlib.sha256(json.dumps([told, text]).encode()).hexdigest()[:16]
    return HttpResponse(
        f"const KEPT = {json.dumps(told)};\n{text}",
        content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"},
    )  # fmt: skip


@page(permit="hotline.take")
def manifest(request: HttpRequest) -> HttpResponseBase:
    """Say how the desk's console is installed."""
    return installed(
        _("Take a call"), _("Hotline"), reverse("hotline_console"), reverse("hotline_console_share")
    )


@page(permit="hotline.take")
def worker(request: HttpRequest) -> HttpResponseBase:
    """Give the script that takes what is shared with the console; it keeps no page of it."""
    to = {"at": reverse("hotline_console_share"), "to": reverse("hotline_paste")}
    return worker_script(actor_of(request), to)


@csrf_exempt
@page(permit="hotline.take")
def shared(request: HttpRequest) -> Page:
    """Say that the device's own worker did not take a share for the console; see :func:`untaken`."""
    return untaken(reverse("hotline_console"), Action(title=_("Paste it"), href=reverse("hotline_paste")))


def untaken(here: str, instead: Action) -> Page:
    """Return what is said when a share reaches the house: on this device no worker stands in its way (yet).

    A share sheet has no token of ours, and a page of elsewhere may post here as well. Neither needs one, because
    nothing of what was sent is read, kept or shown, whoever sends it.
    """
    text = _("Nothing was taken in. Open the page once so that this device can receive, then share again.")
    return Page(
        title=_("Shared"), kind="form",
        panels=[Alert(id="untaken", tone="warn", text=text)],
        actions=[Action(title=_("Open the page"), href=here), instead],
    )  # fmt: skip
