"""What one was told and has not read."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.notices import actions, selectors
from bihuan.kernel.notices.selectors import NoticeRow
from bihuan.ui.cards import href
from bihuan.ui.page import Page, actor_of, done, page
from bihuan.ui.panels import Action, Column, Empty, Table


@page(permit="signed_in")
def notices(request: HttpRequest) -> Page | HttpResponseBase:
    """Show unread notices; sending the form marks all of them read."""
    actor = actor_of(request)
    if request.method == "POST":
        actions.mark_read(actor)
        return done(request, reverse("notices"), _("All notices are marked as read."))
    rows = selectors.unread(actor, language=getattr(request, "LANGUAGE_CODE", ""))
    matters = flow.by_ids([row.matter_id for row in rows if row.matter_id])

    def link(row: NoticeRow) -> str:
        found = matters.get(row.matter_id)
        return href(found) if found else ""

    table = Table(
        id="notices",
        caption=_("Notices"),
        rows=rows,
        row_href=link,
        columns=[Column(_("Notice"), "text", head=True, link=link), Column(_("When"), "created")],
        empty=Empty(
            text=_("Nothing new. You are told here when a matter comes to you or a limit draws near.")
        ),
    )
    read = [Action(title=_("Mark all as read"), href=reverse("notices"), post=True)] if rows else []
    quiet = Action(title=_("Quiet hours"), href=reverse("quiet_hours"), icon="moon")
    return Page(title=_("Notices"), kind="list", panels=[table], actions=[*read, quiet])
