"""The classes of needs a visit ticks, as rows an office edits: what each is called and which problem it becomes."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.forms.fields import Field, Form
from bihuan.lines.officers.pages import words
from bihuan.lines.officers.pages.asking import Asked, answer
from bihuan.lines.officers.visits import actions, selectors
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Column, Table


def _form(*, fresh: bool) -> Form:
    kinds = tuple(selectors.categories().items())
    key = Field("key", said("Short name"), required=True, max_length=40,
                help=said("Small letters, digits and _; it stays when the title changes."))  # fmt: skip
    return Form("officers.need", said("Class of needs"), (
        *([key] if fresh else []),
        Field("title", said("Title"), required=True, max_length=60),
        Field("category", said("Becomes a problem of the kind"), "choice", required=True, choices=kinds),
        Field("source", said("Rule it comes from"), required=True, max_length=300),
        Field("active", said("In use"), "bool"),
    ))  # fmt: skip


@page(permit="officers.assign")
def needs(request: HttpRequest) -> Page:
    """Show the classes of needs, those out of use as well."""
    kinds = selectors.categories()
    columns = [
        Column(
            _("Class of needs"), "title", head=True, link=lambda n: reverse("officers_need", args=[n.key])
        ),
        Column(_("Becomes a problem of the kind"), lambda n: _(kinds.get(n.category, n.category))),
        Column(_("In use"), lambda n: n.active),
        Column(_("Source"), lambda n: cells.Quiet(n.source)),
    ]
    table = Table(
        id="needs", title=_("Classes of needs"), rows=selectors.needs(active=False), columns=columns,
        row_key=lambda n: n.key,
    )  # fmt: skip
    new = Action(title=_("Add a class"), href=reverse("officers_need_new"), icon="plus", primary=True)
    return Page(
        title=_("Classes of needs"), kind="list", panels=[table], crumbs=[words.board_crumb()], actions=[new]
    )


@page(permit="officers.assign")
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Add a class of needs."""
    actor = actor_of(request)

    def act(values: Mapping[str, Any], _key: str) -> tuple[str, str]:
        actions.set_need(actor, values["key"], values)
        return reverse("officers_needs"), _("Kept.")

    return answer(
        request, Asked(_form(fresh=True), act, reverse("officers_needs"), _way(), start={"active": True})
    )


@page(permit="officers.assign")
def need(request: HttpRequest, need: str) -> Page | HttpResponseBase:
    """Change a class of needs, or take it out of use."""
    actor, row = actor_of(request), selectors.need(need)

    def act(values: Mapping[str, Any], _key: str) -> tuple[str, str]:
        actions.set_need(actor, row.key, values)
        return reverse("officers_needs"), _("Kept.")

    start = {"title": row.title, "category": row.category, "source": row.source, "active": row.active}
    return answer(request, Asked(_form(fresh=False), act, reverse("officers_needs"), _way(), start=start))


def _way() -> list[Crumb]:
    return [words.board_crumb(), Crumb(_("Classes of needs"), reverse("officers_needs"))]
