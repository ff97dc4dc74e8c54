"""The public check: number, issuer, date, validity and fingerprint of a paper, never its title or content."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.forms.fields import Field, Form, register
from bihuan.kernel.identity.middleware import client_address
from bihuan.kernel.now import now
from bihuan.kernel.papers import selectors
from bihuan.kernel.papers.selectors import Checked
from bihuan.logic.mechanism import said
from bihuan.site.papers import words
from bihuan.ui.page import Page, done, page
from bihuan.ui.panels import Alert, Facts, FormPanel, Panel

#: Checks one address may make in a minute. A code has 59 bits: this is against load, not against guessing.
ALLOWED = 30
_MINUTE = 60
ASK = register(
    Form(
        "papers.check",
        said("Check a paper"),
        (Field("code", said("Check code"), required=True, max_length=16),),
    )
)


class TooMany(BihuanError):
    """Somebody asks faster than anybody reads."""

    code = "too_many"
    status = 429


def count(request: HttpRequest) -> None:
    """Count a check of this address; raise TooMany beyond what a minute allows."""
    minute = int(now().timestamp()) // _MINUTE
    key = f"papers.check:{client_address(request)}:{minute}"
    cache.add(key, 0, 2 * _MINUTE)
    if cache.incr(key) > ALLOWED:
        raise TooMany(_("Too many checks from here. Wait a minute and try again."))


@page(permit="anyone")
def check_start(request: HttpRequest) -> Page | HttpResponseBase:
    """Ask for a code."""
    code = "".join(request.POST.get("code", "").split()).upper()
    if request.method == "POST" and code.isalnum() and len(code) <= 16:
        return done(request, reverse("check", args=[code]))
    fault = _("Type the twelve letters and digits beside the QR code.") if request.method == "POST" else ""
    panel = FormPanel(
        id="ask", form=ASK, url=reverse("check_start"), submit=_("Check"), in_place=False, values={"code": code},
        errors={"code": fault} if fault else {},
        intro=_("You are told number, issuing body, date and validity. The content is not shown."),
    )  # fmt: skip
    return Page(title=_("Check a paper"), kind="form", panels=[panel])


@page(permit="anyone", writes_on_get=True)  # the count of this address
def check(request: HttpRequest, check_code: str) -> Page:
    """Say what may be said of a paper."""
    count(request)
    found = selectors.check(check_code)
    if found is None:
        text = _(
            "There is no signed paper with this code. Compare it letter by letter, or ask the issuing body."
        )
        return Page(
            title=_("Check a paper"),
            kind="form",
            status=404,
            panels=[Alert(id="none", tone="bad", text=text)],
        )
    return Page(title=_("Check a paper"), kind="form", code=found.number, panels=_panels(found))


def _panels(found: Checked) -> list[Panel]:
    tone, text = {
        "valid": ("good", _("This paper was issued and is valid.")),
        "expired": ("warn", _("This paper was issued; its time has run out.")),
        "void": ("bad", _("This paper is void. Do not rely on it.")),
    }[found.state]
    later = _("Replaced by %(number)s.") if found.replaced else _("Corrected by %(number)s.")
    more = [later % {"number": number} for number in found.corrected_by]
    items: list[tuple[str, Any]] = [
        (_("Number of the paper"), found.number),
        (_("Issued by"), found.issuer),
        (_("Signed on"), found.signed_on),
        (_("How"), words.form(found)),
        (_("Valid until"), found.valid_until or _("until it is made void")),
        (_("Made void on"), found.voided_on),
        (_("Fingerprint"), found.hash),
    ]
    return [
        Alert(id="state", tone=tone, text=text, details=more),  # type: ignore[arg-type]
        Facts(id="facts", title=_("What may be said of it"), columns=1, items=[i for i in items if i[1]]),
    ]
