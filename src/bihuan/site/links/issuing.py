"""Give somebody without an account the way to one matter, see how it was used, take it back."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

import segno
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, FieldErrors
from bihuan.kernel.flow import selectors
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import LINKS
from bihuan.kernel.identity.selectors.links import LinkRow, links_of, spoken
from bihuan.kernel.now import LOCAL, local, now, today
from bihuan.site.links.forms import ISSUE
from bihuan.ui import cells
from bihuan.ui.cards import href
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Facts, FormPanel, Panel, Picture, Table

#: How long a link lives unless somebody says otherwise.
_DAYS = 60


@page(permit="post")
def links(request: HttpRequest, code: str) -> Page | HttpResponseBase:
    """Show the links of a matter and how they were used; give one out."""
    actor = actor_of(request)
    row = selectors.matter(actor, code)
    rights.need(actor, LINKS)
    if request.method != "POST":
        return _page(row, {"until": (today() + timedelta(days=_DAYS)).isoformat()}, {})
    values = {"until": request.POST.get("until", "")}
    try:
        until = ISSUE.parse(values)["until"]
        made = issue(actor, row, date.fromisoformat(until), request.POST.get("key", "")[:60])
    except FieldErrors as error:
        return _page(row, values, error.errors, 422)
    except BadInput as error:
        return _page(row, values, {"until": error.message}, 422)
    return given(request, row, made)


def issue(actor: Actor, row: MatterRow, until: date, key: str) -> str:
    """Make a link for whoever asked; good to the end of the day."""
    end = datetime.combine(until, time(23, 59, 59), LOCAL)
    return identity.issue_link(actor, row.id, party=row.party, purpose="track", valid_until=end, key=key)


def given(request: HttpRequest, row: MatterRow, code: str) -> Page:
    """Show a new link once: the address, its picture, and the code to be read out."""
    address = request.build_absolute_uri(reverse("link", args=[code]))
    picture = segno.make_qr(address, error="m").svg_inline(scale=4, border=4, title=_("Link"))
    enter = request.build_absolute_uri(reverse("link_enter"))
    text = _("It is shown this once. Send the link, print the picture, or read the code out over the phone.")
    return Page(
        title=_("Link for: %(title)s") % {"title": row.title},
        code=row.code,
        kind="form",
        crumbs=[Crumb(row.code, href(row))],
        panels=[
            Alert(id="once", tone="warn", text=text),
            Facts(
                id="link",
                title=_("To pass on"),
                columns=1,
                items=[
                    (_("Look-up code"), cells.Tag(spoken(code))),
                    (_("Link"), address),
                    (_("Where to enter the code"), enter),
                ],
                action=Action(title=_("Done"), href=reverse("matter_links", args=[row.code]), primary=True),
            ),
            Picture(id="qr", title=_("To scan"), svg=picture),
        ],
    )


def _page(row: MatterRow, values: dict[str, Any], errors: dict[str, str], status: int = 200) -> Page:
    form = FormPanel(
        id="issue",
        form=ISSUE,
        url=reverse("matter_links", args=[row.code]),
        submit=_("Give a link"),
        values=values,
        errors=errors,
        hidden={"key": uuid.uuid4().hex},
        in_place=False,
        intro=_(
            "For somebody without an account: they see what was asked, who has it and by when, and can answer."
        ),
    )
    body: list[Panel] = [_table(row)]
    return Page(
        title=_("Links of this matter"),
        code=row.code,
        crumbs=[Crumb(row.code, href(row))],
        panels=body,
        side=[form],
        status=status,
    )


def _table(row: MatterRow) -> Table:
    return Table(
        id="links",
        title=_("Given out"),
        rows=links_of(row.id),
        empty=Empty(text=_("No link was given out for this matter."), icon="link"),
        columns=[
            Column(_("Handed out on"), "created_at", head=True),
            Column(_("Good until"), "valid_until"),
            Column(_("Last opened"), lambda link: link.used_at or cells.Quiet(_("never"))),
            Column(_("Opened from"), _places),
            Column(_("State"), _state),
            Column(_("Action"), lambda link: _take_back(row, link)),
        ],
    )


def _places(link: LinkRow) -> Any:
    if link.places > 1:
        return cells.Tag(_("%(n)d addresses") % {"n": link.places}, "warn")
    return _("%(n)d address") % {"n": link.places} if link.places else ""


def _state(link: LinkRow) -> Any:
    if link.revoked_at:
        return cells.Tag(_("taken back"), "quiet")
    return cells.Tag(_("valid"), "good") if link.valid(now()) else cells.Tag(_("expired"), "quiet")


def _take_back(row: MatterRow, link: LinkRow) -> Any:
    if not link.valid(now()):
        return ""
    return cells.To(_("Take it back"), reverse("link_revoke", args=[row.code, link.id]))


@page(permit="post")
def revoke(request: HttpRequest, code: str, link: int) -> Page | HttpResponseBase:
    """Take a link back after asking once."""
    actor = actor_of(request)
    row = selectors.matter(actor, code)
    rights.need(actor, LINKS)
    back = reverse("matter_links", args=[row.code])
    if request.method == "POST":
        identity.revoke_link(actor, link, row.id)
        return done(request, back, _("The link was taken back; it opens nothing any more."))
    since = next((one.created_at for one in links_of(row.id) if one.id == link), None)
    text = _("Whoever has this link is turned away from now on.")
    facts = Facts(
        id="link",
        title=_("Take a link back"),
        columns=1,
        items=[(_("Handed out on"), local(since) if since else ""), (_("What happens"), text)],
        action=Action(title=_("Take it back"), href=request.path, post=True, primary=True, danger=True),
    )
    return Page(
        title=_("Take a link back"),
        code=row.code,
        kind="form",
        crumbs=[Crumb(row.code, href(row)), Crumb(_("Links"), back)],
        panels=[facts],
    )
