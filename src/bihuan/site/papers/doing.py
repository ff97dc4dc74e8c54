"""What people do with a paper: sign, record a signature, review, send back, change, circulate, make void."""

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors
from bihuan.kernel.forms.fields import Field, Form, register
from bihuan.kernel.identity.actors import Actor, Kind, Scope
from bihuan.kernel.identity.selectors.posts import find_posts, staff_over
from bihuan.kernel.notices import kinds as notice_kinds
from bihuan.kernel.notices.actions import Tell, tell_many
from bihuan.kernel.papers import actions, kinds, selectors, standing
from bihuan.kernel.papers.kinds import Kind as PaperKind
from bihuan.kernel.papers.kinds import PaperField
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.store.sql import atomic
from bihuan.logic.mechanism import said
from bihuan.site.papers import seeing, words
from bihuan.ui.doors import filled, read_form
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Alert, FormPanel, Panel

REASON = register(
    Form("papers.reason", said("Reason"), (Field("reason", said("Reason"), "long", required=True),))
)
NOTE = register(Form("papers.note", said("Note"), (Field("note", said("Note"), "long"),)))
SIGN = register(Form("papers.sign", said("Sign"), ()))
RECORD = register(
    Form(
        "papers.record",
        said("Record a signature on paper"),
        (
            Field("signer_post", said("Who signed"), "post", required=True),
            Field("signed_on", said("Day of the signature"), "date", required=True),
            Field("scan", said("Scan of the signed sheet"), "file", required=True),
        ),
    )
)
POSTS = register(
    Form(
        "papers.circulate",
        said("Circulate"),
        (Field("posts", said("Who should read it"), "choices", required=True),),
    )
)
ASKED = notice_kinds.register(notice_kinds.Kind("papers.read", said("A paper waits to be read: %(title)s")))


def sign_panel(actor: Actor, row: PaperRow) -> list[Panel]:
    """Return the button that signs what is shown, or the one that says it was read."""
    found: list[Panel] = []
    kind = kinds.get(row.kind) if kinds.known(row.kind) else None
    ready = kind and row.state in {"draft", "reviewed"} and (row.state == "reviewed" or not kind.reviewed)
    if kind and ready and actor.kind is Kind.POST and standing.may_sign(actor, kind, row):
        intro = _("Your signature binds your login, your post and the fingerprint of what is shown here.")
        found.append(
            FormPanel(
                id="sign", title=_("Waits for your signature"), form=SIGN, submit=_("Sign"), intro=intro,
                url=reverse("paper_sign", args=[row.id]), in_place=False,
                hidden={"seen": row.hash.hex(), "key": str(uuid.uuid4())},
            )
        )  # fmt: skip
    if any(one.post == actor.post and one.read is None for one in selectors.rounds(row.id)):
        found.append(
            FormPanel(
                id="read", title=_("You were asked to read this"), form=SIGN, submit=_("I have read it"),
                intro=_("Having read it is not consent."), url=reverse("paper_read", args=[row.id]), in_place=False,
            )
        )  # fmt: skip
    return found


def scope_of(row: PaperRow) -> Scope:
    """Return where a paper lies."""
    return Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__})


def _page(row: PaperRow, title: str, panel: Panel, status: int = 200) -> Page:
    crumbs = [
        Crumb(_("Official papers"), reverse("papers")),
        Crumb(row.number or words.title(row), words.href(row)),
    ]
    return Page(title=title, kind="form", crumbs=crumbs, panels=[panel], status=status)


def _ask(
    request: HttpRequest, row: PaperRow, form: Form, title: str, act: Any, told: str, **more: Any
) -> Page | HttpResponseBase:
    """Show a small form about a paper or carry it out; what was typed or handed in is never lost."""
    values: dict[str, Any] = dict(more.pop("values", {}))
    errors: dict[str, str] = {}
    kept: dict[str, list[tuple[str, str]]] = {}
    status = 200
    if request.method == "POST":
        values, kept = read_form(request, form, actor_of(request), 0)
        try:
            act(form.parse(filled(values)))
            return done(request, words.href(row), told)
        except FieldErrors as error:
            errors, status = error.errors, 422
        except (BadInput, Conflict) as error:
            errors, status = {error.where if error.where in values else "": error.message}, error.status
    panel = FormPanel(
        id="ask", form=form, url=request.path, submit=title, values=values, errors=errors, kept=kept,
        cancel=words.href(row), in_place=False, **more,
    )  # fmt: skip
    return _page(row, title, panel, status)


@page(permit="post")
def paper_sign(request: HttpRequest, paper: int) -> Page | HttpResponseBase:
    """Sign what was shown; a draft changed meanwhile is not signed."""
    actor = actor_of(request)
    row = seeing.visible(actor, paper)
    if request.method != "POST":
        panels = sign_panel(actor, row) or [Alert(id="none", text=_("There is nothing to sign here."))]
        return _page(row, _("Sign"), panels[0])
    seen, key = request.POST.get("seen", ""), request.POST.get("key", "")[:100]
    if not seen:
        raise BadInput(_("Open the paper and sign what you see."), where="seen")
    number = actions.sign(actor, row.id, seen=seen, key=key)
    return done(request, words.href(row), _("Signed: %(number)s.") % {"number": number})


@page(permit="post")
def paper_record(request: HttpRequest, paper: int) -> Page | HttpResponseBase:
    """Record that a leader signed the sheet by hand; the scan belongs to it."""
    actor = actor_of(request)
    row = seeing.visible(actor, paper)
    kind = kinds.get(row.kind)
    key = request.POST.get("key", "")[:100] or str(uuid.uuid4())

    def act(values: dict[str, Any]) -> None:
        actions.sign(
            actor, row.id, form="paper", scan=values["scan"], signer_post=values["signer_post"],
            signed_on=date.fromisoformat(values["signed_on"]), key=key,
        )  # fmt: skip

    return _ask(
        request, row, RECORD, _("Record a signature on paper"), act, _("The signature on paper is recorded."),
        hidden={"key": key}, options=lambda item: signers(kind, row) if item.kind == "post" else [],
        intro=_("The record says that it was signed on paper, by whom, and that you recorded it."),
    )  # fmt: skip


def signers(kind: PaperKind, row: PaperRow) -> list[tuple[str, str]]:
    """Return (post, who) of those who may sign the paper."""
    found = [one for role in kind.signers for one in find_posts(role, scope_of(row))]
    return [
        (str(one.id), f"{one.user_name} · {one.unit_name}")
        for one in found
        if standing.may_sign(one, kind, row)
    ]


@page(permit="post")
def paper_review(request: HttpRequest, paper: int) -> Page | HttpResponseBase:
    """Note that one has checked a draft somebody else wrote."""
    actor = actor_of(request)
    row = seeing.visible(actor, paper)
    return _ask(
        request, row, NOTE, _("Mark as reviewed"),
        lambda values: actions.review(actor, row.id, note=values.get("note", "")), _("The draft is reviewed."),
    )  # fmt: skip


@page(permit="post")
def paper_return(request: HttpRequest, paper: int) -> Page | HttpResponseBase:
    """Send a draft back to its drafter with a reason."""
    actor = actor_of(request)
    row = seeing.visible(actor, paper)
    return _ask(
        request, row, REASON, _("Send back"), lambda values: actions.send_back(actor, row.id, values["reason"]),
        _("The draft was sent back."),
    )  # fmt: skip


@page(permit="post")
def paper_void(request: HttpRequest, paper: int) -> Page | HttpResponseBase:
    """Make a paper void with a reason."""
    actor = actor_of(request)
    row = seeing.visible(actor, paper)
    return _ask(
        request, row, REASON, _("Make void"), lambda values: actions.void(actor, row.id, values["reason"]),
        _("The paper is void."), intro=_("A number once given is never given to another paper."),
    )  # fmt: skip


@page(permit="post")
def paper_circulate(request: HttpRequest, paper: int) -> Page | HttpResponseBase:
    """Ask people to read a paper; they are told."""
    actor = actor_of(request)
    row = seeing.visible(actor, paper)
    people = [(str(p.id), f"{p.user_name} · {p.unit_name}") for p in staff_over(actor.division)]
    form = Form(POSTS.name, POSTS.title, (replace(POSTS.fields[0], choices=tuple(people)),))

    def act(values: dict[str, Any]) -> None:
        with atomic():
            fresh = actions.circulate(actor, row.id, [int(one) for one in values["posts"]])
            tell_many(
                Tell(
                    ASKED.name,
                    f"paper:{row.id}:read:{post}",
                    to_post=post,
                    params={"title": row.number or row.title},
                )
                for post in fresh
            )

    return _ask(request, row, form, _("Circulate"), act, _("They are told."))


@page(permit="post")
def paper_read(request: HttpRequest, paper: int) -> Page | HttpResponseBase:
    """Say that one has read a paper."""
    actor = actor_of(request)
    row = seeing.visible(actor, paper)
    if request.method == "POST":
        actions.mark_read(actor, row.id)
    return done(request, words.href(row), _("Noted as read. Having read it is not consent."))


_EDITED = {"line": "text", "text": "long", "date": "date", "number": "text", "list": "long"}


def edit_form(kind: PaperKind) -> Form:
    """Return the form that edits a draft's words; tables and pictures come from figures and stay."""
    fields = tuple(
        Field(item.name, item.title, _EDITED[item.kind], item.required, max_length=20000)
        for item in kind.fields
        if item.kind in _EDITED
    )
    title = Field("paper_title", said("Title of the paper"), required=True, max_length=200)
    return Form(f"papers.edit.{kind.name}", said("Edit"), (title, *fields))


def _shown(item: PaperField, value: Any) -> Any:
    return "\n".join(value) if item.kind == "list" and value else value


@page(permit="post")
def paper_edit(request: HttpRequest, paper: int) -> Page | HttpResponseBase:
    """Change a draft's words."""
    actor = actor_of(request)
    row = seeing.visible(actor, paper)
    kind, data = kinds.get(row.kind), selectors.data(row)
    start = {item.name: _shown(item, data.get(item.name)) for item in kind.fields} | {
        "paper_title": row.title
    }
    kept = {
        item.name: data[item.name] for item in kind.fields if item.kind not in _EDITED and item.name in data
    }
    ver = request.POST.get("ver", "")

    def act(values: dict[str, Any]) -> None:
        title = values.pop("paper_title")
        actions.revise(
            actor, row.id, {**kept, **values}, title=title, ver=int(ver) if ver.isdigit() else None
        )

    return _ask(
        request, row, edit_form(kind), _("Edit"), act, _("The draft is changed."), values=start,
        hidden={"ver": ver or row.ver},
    )  # fmt: skip


@page(permit="post")
def paper_correct(request: HttpRequest, paper: int) -> Page | HttpResponseBase:
    """Draft a correction with the old paper's content; it is then edited and signed like any other."""
    actor = actor_of(request)
    row = seeing.visible(actor, paper)
    if request.method == "POST":
        made = actions.draft(
            actor, row.kind, selectors.data(row), scope=scope_of(row), about=row.about, unit=row.unit, party=row.party,
            title=row.title, corrects=row.id, key=request.POST.get("key", "")[:100],
        )  # fmt: skip
        return done(
            request, reverse("paper_edit", args=[made]), _("Change what has to be corrected, then sign it.")
        )
    panel = FormPanel(
        id="ask", form=SIGN, url=request.path, submit=_("Draft a correction"), cancel=words.href(row), in_place=False,
        hidden={"key": str(uuid.uuid4())}, intro=_("The old paper stays and names the one that corrects it."),
    )  # fmt: skip
    return _page(row, _("Draft a correction"), panel)
