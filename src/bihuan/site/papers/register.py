"""The register of papers (文书登记簿), and what waits for somebody: to sign, to review, to read."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.now import today
from bihuan.kernel.papers import kinds, selectors, standing
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.papers.selectors import Sought
from bihuan.site.papers import seeing, words
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Action, Column, Empty, Filter, FilterBar, Pager, Tab, Table, Tabs

SIZE = 50
#: Who changes templates and words of issuing bodies.
RIGHT = "admin.papers"


def sought(asked: Any) -> Sought:
    """Return what an address asks of the register; what can't be read asks for nothing."""
    year = asked.get("year", "")
    whole = int(year) if year.isdigit() and 2000 <= int(year) <= 2100 else 0
    state = asked.get("state", "")
    return Sought(
        kind=asked.get("kind", "")[:60],
        state=state if state in {"draft", "reviewed", "signed", "void"} else "",
        q=asked.get("q", "").strip()[:64],
        form=asked.get("form", "") if asked.get("form") in {"screen", "paper"} else "",
        since=date(whole, 1, 1) if whole else None,
        until=date(whole, 12, 31) if whole else None,
    )


def before_of(asked: Any) -> int:
    """Return the id an address continues before, 0 for the newest."""
    said = asked.get("before", "")
    return int(said) if said.isdigit() and len(said) < 19 else 0


@page(permit="post")
def register(request: HttpRequest) -> Page:
    """Show papers issued, newest first; drafts where asked for."""
    actor, asked = actor_of(request), request.GET
    rows, more = selectors.listed(seeing.ways(actor), sought(asked), before=before_of(asked), limit=SIZE)
    kept = {name: str(value) for name, value in asked.items() if name != "before"}
    pager = Pager(next=f"?{urlencode({**kept, 'before': str(more)})}" if more else "")
    shown = [row for row in rows if row.number or may_see_draft(actor, row)]
    empty = Empty(text=_("No paper fits. Papers are drafted from the matter they are about."))
    export = f"{reverse('papers_bundle')}?{urlencode(kept)}"
    actions = [Action(title=_("Download all"), href=export, icon="download", post=True)] if rows else []
    table = Table(
        id="papers", caption=_("Register of papers"), columns=_columns(), rows=shown, row_href=words.href,
        pager=pager, empty=empty,
    )  # fmt: skip
    if has_right(actor, RIGHT):
        actions.append(
            Action(title=_("Templates and issuing bodies"), href=reverse("papers_setup"), icon="gear")
        )
    return Page(
        title=_("Register of papers"), kind="list", panels=[tabs(actor, "register", [_filters(asked), table])],
        actions=actions,
    )  # fmt: skip


def may_see_draft(actor: Actor, row: PaperRow) -> bool:
    """Whether a draft found by place is shown: to its unit and to who may sign it."""
    own = actor.unit == row.unit or actor.user == row.creator_user
    return own or (kinds.known(row.kind) and standing.may_sign(actor, kinds.get(row.kind), row))


@page(permit="post")
def waiting(request: HttpRequest) -> Page:
    """Show what waits for the actor: papers to sign or to review, and papers to read."""
    actor = actor_of(request)
    drafts = [
        row
        for state in ("reviewed", "draft")
        for row in selectors.listed(seeing.ways(actor), Sought(state=state), limit=200)[0]
    ]
    known = [(row, kinds.get(row.kind)) for row in drafts if kinds.known(row.kind)]
    sign = [
        row
        for row, kind in known
        if standing.may_sign(actor, kind, row) and (row.reviewed or not kind.reviewed)
    ]
    check = [
        row for row, kind in known
        if row.state == "draft" and kind.reviewed and standing.may_review(actor, kind, row) and row not in sign
    ]  # fmt: skip
    read = selectors.to_read(actor)
    body = [
        _short("sign", _("To sign"), sign, _("No paper waits for your signature.")),
        _short("review", _("To review"), check, _("No paper waits for your review.")),
        _short("read", _("To read"), read, _("No paper waits to be read.")),
    ]
    return Page(title=_("Papers waiting for me"), kind="list", panels=[tabs(actor, "waiting", body)])


def _short(name: str, title: str, rows: list[PaperRow], empty: str) -> Table:
    columns = [
        Column(_("Title"), words.title, head=True, link=words.href),
        Column(_("Kind"), lambda row: words.kind_title(row.kind)),
        Column(_("State"), words.state),
        Column(_("Drafted on"), "created", wide=True),
    ]
    return Table(
        id=name,
        title=title,
        columns=columns,
        rows=rows,
        row_href=words.href,
        empty=Empty(text=empty, icon="check"),
    )


def tabs(actor: Actor, active: str, body: list[Any]) -> Tabs:
    """Return the tabs above both lists."""
    return Tabs(
        id="tabs",
        tabs=[
            Tab(_("Register of papers"), reverse("papers"), active == "register"),
            Tab(_("Waiting for me"), reverse("papers_waiting"), active == "waiting"),
        ],
        body=body,
    )


def _columns() -> list[Column]:
    return [
        Column(_("Number of the paper"), lambda row: row.number or None, link=words.href),
        Column(_("Title"), words.title, head=True, link=words.href),
        Column(_("Kind"), lambda row: words.kind_title(row.kind)),
        Column(_("State"), words.state),
        Column(_("Signed on"), "signed_on"),
        Column(_("Signed by"), "signer_name", wide=True),
        Column(_("How"), words.form, wide=True),
        Column(_("Issued by"), "issuer", wide=True),
    ]


def _filters(asked: Any) -> FilterBar:
    every = [("", _("all kinds")), *((kind.name, _(kind.title)) for kind in kinds.all_kinds())]
    states = [
        ("", _("issued")),
        ("signed", pgettext("paper", "Signed")),
        ("void", pgettext("paper", "Void")),
        ("draft", pgettext("paper", "Draft")),
        ("reviewed", pgettext("paper", "Reviewed")),
    ]
    forms = [
        ("", _("on screen or on paper")),
        ("screen", _("Signed on screen")),
        ("paper", _("Signed on paper")),
    ]
    this = today().year
    years = [("", _("every year")), *((str(year), str(year)) for year in range(this, this - 5, -1))]
    return FilterBar(
        id="filters",
        url=reverse("papers"),
        search=asked.get("q", ""),
        filters=[
            Filter("kind", _("Kind"), every, asked.get("kind", "")),
            Filter("state", _("State"), states, asked.get("state", "")),
            Filter("form", _("How"), forms, asked.get("form", "")),
            Filter("year", pgettext("filter", "Year"), years, asked.get("year", "")),
        ],
    )
