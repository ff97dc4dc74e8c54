"""The page of one paper: what it says, where it stands, who has read it, what can be done, its files."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import names_of
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.ledger.selectors import EntryRow
from bihuan.kernel.papers import kinds, rendering, selectors, standing
from bihuan.kernel.papers.kinds import PaperField
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.papers.templates import written
from bihuan.site.papers import seeing, words
from bihuan.site.papers.doing import sign_panel
from bihuan.ui import cells
from bihuan.ui.cards import href as matter_href
from bihuan.ui.naming import names_for
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Event, Facts, Panel, Prose, Table, Timeline

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@page(permit="signed_in")
def paper(request: HttpRequest, paper: int) -> Page:
    """Show a paper."""
    actor = actor_of(request)
    row = seeing.visible(actor, paper)
    panels: list[Panel] = [*_notes(row), *_content(row), _rounds(row), _history(row)]
    side: list[Panel] = [*sign_panel(actor, row), _facts(actor, row)]
    return Page(
        title=words.title(row),
        code=row.number,
        lead=words.kind_title(row.kind),
        crumbs=[Crumb(_("Official papers"), reverse("papers"))],
        panels=panels,
        side=side,
        actions=_actions(actor, row),
    )


def _notes(row: PaperRow) -> list[Panel]:
    found: list[Panel] = []
    if row.is_void:
        text = (
            _("This paper is void. Its number is not given again.")
            if row.number
            else _("This draft was dropped.")
        )
        found.append(Alert(id="void", tone="bad", text=text))
    replaces = words.replaces(row)
    for one in selectors.corrections(row.id):
        if one.is_void and not one.number:
            continue
        text = later(replaces, bool(one.number))
        show = Action(title=_("Show the paper"), href=words.href(one))
        name = one.number or words.title(one)
        found.append(Alert(id=f"corrected-{one.id}", tone="warn", text=text % {"number": name}, action=show))
    if row.corrects and (old := selectors.by_ids([row.corrects]).get(row.corrects)):
        show = Action(title=_("Show the paper"), href=words.href(old))
        text = (
            _("Takes the place of %(number)s, which stays as it is.")
            if replaces
            else _("Corrects %(number)s, which stays as it is.")
        ) % {"number": old.number}
        found.append(Alert(id="corrects", tone="info", text=text, action=show))
    return found


def later(replaces: bool, signed: bool) -> str:
    """Return how a paper speaks of the one that takes its place or corrects it."""
    if replaces:
        return (
            _("Replaced by %(number)s.")
            if signed
            else _("What takes its place waits for a signature: %(number)s.")
        )
    return _("Corrected by %(number)s.") if signed else _("A correction is being drafted: %(number)s.")


def _content(row: PaperRow) -> list[Panel]:
    """Return what the paper says: its fields, tables as tables."""
    try:
        data = selectors.data(row)
    except NotFound as error:
        return [Alert(id="erased", tone="warn", text=error.message)]
    declared = kinds.get(row.kind).fields if kinds.known(row.kind) else ()
    lines: list[tuple[str, Any]] = []
    panels: list[Panel] = []
    for item in declared:
        value = data.get(item.name)
        if not value or item.kind == "picture":
            continue
        if item.kind == "rows":
            panels.append(_table(item, value))
        elif item.kind in {"text", "list"}:
            parts = value if isinstance(value, list) else value.split("\n")
            panels.append(Prose(id=f"field-{item.name}", title=_(item.title), paragraphs=parts))
        else:
            lines.append((_(item.title), written(value)))
    head: list[Panel] = [Facts(id="content", title=_("Content"), items=lines)] if lines else []
    return [*head, *panels]


def _table(item: PaperField, rows: Sequence[dict[str, str]]) -> Table:
    template = kinds_columns(item)
    columns = [Column(template.get(name, name), name, head=n == 0) for n, name in enumerate(item.columns)]
    return Table(id=f"field-{item.name}", title=_(item.title), columns=columns, rows=rows)


def kinds_columns(item: PaperField) -> dict[str, str]:
    """Return {column: heading} of a field of rows, as the layouts of kinds that have it head them."""
    for kind in kinds.all_kinds():
        blocks = [block for block in kind.template.body if getattr(block, "field", "") == item.name]
        if item in kind.fields and blocks:  # a short layout may leave the table out
            return {name: title for block in blocks for name, title, _w in getattr(block, "columns", ())}
    return {}


def _rounds(row: PaperRow) -> Table:
    columns = [
        Column(_("Name"), "user_name", head=True),
        Column(_("Organisation"), "unit_name"),
        Column(_("Asked on"), "asked"),
        Column(_("Read on"), lambda one: one.read or cells.Quiet(_("not read yet"))),
    ]
    return Table(
        id="rounds",
        title=_("Circulated for reading"),
        columns=columns,
        rows=selectors.rounds(row.id),
        empty=Empty(
            text=_("Nobody was asked to read it. Having read a paper is not consent."), icon="people"
        ),
    )


def _history(row: PaperRow) -> Timeline:
    entries = ledger.history(row.id)
    names = names_for([], [entry.actor for entry in entries], [])
    titles = {
        "papers.draft": _("Drafted"),
        "papers.revise": _("Revised"),
        "papers.review": _("Reviewed by another person"),
        "papers.send_back": _("Sent back to be revised"),
        "papers.sign": _("Signed and numbered"),
        "papers.void": _("Made void"),
        "papers.circulate": _("Circulated for reading"),
        "papers.read": _("Read, which is not consent"),
    }

    def event(entry: EntryRow) -> Event:
        facts = [(_("Fingerprint"), entry.facts["hash"][:16])] if entry.facts.get("hash") else []
        if entry.facts.get("number"):
            facts.insert(0, (_("Number of the paper"), entry.facts["number"]))
        who, post = names.actor(entry.actor)
        title = titles.get(entry.move, entry.move)
        return Event(at=entry.at, who=who, post=post, title=title, facts=facts, id=str(entry.seq))

    return Timeline(
        id="history", title=_("What happened"), events=[event(entry) for entry in reversed(entries)]
    )


def _facts(actor: Actor, row: PaperRow) -> Facts:
    items: list[tuple[str, Any]] = [
        (_("State"), words.state(row)),
        (_("Number of the paper"), row.number or cells.Quiet(_("given when it is signed"))),
        (_("Issued by"), row.issuer or names_of([row.unit]).get(row.unit, "")),
        (_("Signed by"), row.signer_name),
        (_("Signed on"), row.signed_on),
        (_("How"), words.form(row)),
        (_("Recorded by"), row.recorder_name),
        (_("Scan"), cells.To(_("Open the scan"), reverse("file", args=[row.scan])) if row.scan else None),
        (_("Valid until"), row.valid_until),
        (_("About"), _about(actor, row)),
        (_("Fingerprint"), cells.Hint(row.hash.hex()[:16], row.hash.hex())),
        (_("Check code"), cells.To(row.code, reverse("check", args=[row.code])) if row.number else None),
    ]
    return Facts(
        id="facts", title=_("About the paper"), columns=1, items=[i for i in items if i[1] not in (None, "")]
    )


def _about(actor: Actor, row: PaperRow) -> cells.To | None:
    if not row.about:
        return None
    try:
        found = flow.matter(actor, row.about)
    except NotFound:
        return None
    return cells.To(found.title or found.code, matter_href(found))


def _actions(actor: Actor, row: PaperRow) -> list[Action]:
    found = [
        Action(title="PDF", href=reverse("paper_pdf", args=[row.id]), icon="download"),
        Action(title="DOCX", href=reverse("paper_docx", args=[row.id]), icon="download"),
    ]
    if not kinds.known(row.kind):
        return found
    kind = kinds.get(row.kind)
    change, sign = standing.may_change(actor, kind, row), standing.may_sign(actor, kind, row)
    review = standing.may_review(actor, kind, row)
    drafted = row.state in {"draft", "reviewed"}
    wanted = [
        ("paper_review", _("Mark as reviewed"), "check", review and row.state == "draft"),
        ("paper_edit", _("Edit"), "edit", change and drafted),
        ("paper_record", _("Record a signature on paper"), "upload", change and drafted),
        ("paper_return", _("Send back"), "undo", (sign or review) and drafted),
        ("paper_circulate", _("Circulate"), "people", change and not row.is_void),
        ("paper_correct", _("Draft a correction"), "edit", row.is_signed and standing.may_draft(actor, kind)
         and actor.unit == row.unit),
        ("paper_void", _("Make void"), "x", (sign if row.is_signed else change) and not row.is_void),
    ]  # fmt: skip
    return [
        *found,
        *(Action(title=t, href=reverse(n, args=[row.id]), icon=i) for n, t, i, on in wanted if on),
    ]


@page(permit="signed_in")
def paper_pdf(request: HttpRequest, paper: int) -> HttpResponseBase:
    """Send a paper as PDF."""
    row = seeing.visible(actor_of(request), paper)
    return sent(rendering.pdf(row.id), f"{name_of(row)}.pdf", "application/pdf")


@page(permit="signed_in")
def paper_docx(request: HttpRequest, paper: int) -> HttpResponseBase:
    """Send a paper as DOCX."""
    row = seeing.visible(actor_of(request), paper)
    return sent(rendering.docx(row.id), f"{name_of(row)}.docx", DOCX)


def name_of(row: PaperRow) -> str:
    """Return what a paper's file is called, without its ending."""
    return f"{row.number} {row.title}".strip().replace("/", "-")[:120]


def sent(data: bytes, name: str, kind: str) -> HttpResponse:
    """Return a file as a download that nothing on the way keeps."""
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer
