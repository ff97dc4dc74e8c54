"""The ledger: how it stands, its signed roots to take away, and its verification."""

import json
from datetime import timedelta
from typing import Any, BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.now import today
from bihuan.site.admin import keeping, permits
from bihuan.site.admin.ledger import checking, forms, selectors
from bihuan.site.admin.ledger.selectors import State
from bihuan.site.admin.models import DONE, FAILED, WAITING, Work
from bihuan.site.discovery import lines
from bihuan.ui import cells
from bihuan.ui import format as fmt
from bihuan.ui.page import Crumb, Page, actor_of, done, may, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Column,
    Facts,
    Figure,
    Figures,
    FormPanel,
    Links,
    Panel,
    Progress,
    Prose,
    Table,
)
from bihuan.ui.shell import address

#: A window wider than this means the sealer does not run: it seals every minute.
_WIDE = timedelta(minutes=10)


def href(work: Work) -> str:
    """Return the address of a verification."""
    return reverse("admin_ledger_check", args=[work.id])


@page(permit=permits.LEDGER)
def state(request: HttpRequest) -> Page:
    """Show how far the ledger is sealed, under which key, and what was verified."""
    actor, found = actor_of(request), selectors.state()
    panels: list[Panel] = [*_warning(found), _figures(found), _facts(found), _checks()]
    roots = Action(title=_("Signed roots"), href=reverse("admin_ledger_roots"), icon="download")
    check = Action(title=_("Verify"), href=reverse("admin_ledger_verify"), icon="shield", primary=True)
    return Page(
        title=_("Ledger"),
        lead=_("Everything that happened, sealed so that nobody can change it unseen."),
        panels=[*panels, *_linked(actor)],
        side=[_how()],
        actions=[check, roots],
    )


def _warning(found: State) -> list[Panel]:
    if found.window <= _WIDE:
        return []
    words = _("The oldest unsealed entry is from %(at)s: the sealer does not run.")
    return [
        Alert(
            id="late",
            tone="bad",
            text=words % {"at": fmt.moment(found.unsealed_since)},
            details=[_("Entries are written all the same. See whether the job workers run: bihuan doctor.")],
        )
    ]


def _figures(found: State) -> Figures:
    wide = found.window > _WIDE
    return Figures(
        id="sizes",
        figures=[
            Figure(title=_("Entries"), value=found.entries),
            Figure(title=_("Sealed"), part=found.sealed, whole=found.entries),
            Figure(title=_("Not sealed yet"), value=found.unsealed, light="late" if wide else ""),
            Figure(
                title=_("Unsealed window"),
                value=int(found.window.total_seconds()),
                unit=_("seconds"),
                light="late" if wide else "",
                definition=_("The age of the oldest entry that is not sealed: only that long could"
                             " somebody with the database in hands rewrite unnoticed."),
            ),
        ],
    )  # fmt: skip


def _facts(found: State) -> Facts:
    items: list[tuple[str, Any]] = [
        (_("Last signed"), found.at or cells.Quiet(_("nothing is sealed yet"))),
        (_("Day of the root"), found.day),
        (_("Days with signed roots"), found.heads),
        (_("Key"), found.key or None),
        (_("Root"), found.root or None),
        (_("Signature"), found.signature or None),
        (_("Public key"), found.public_key or cells.Tag(_("no signing key is set"), "bad")),
    ]
    return Facts(id="facts", title=_("Last root"), columns=1, items=items)


def _how() -> Prose:
    return Prose(
        id="how",
        title=_("What to do with it"),
        paragraphs=[
            _(
                "Download the signed roots once a month, print them or send them to another house, and keep them."
            ),
            _("A verification held against roots kept elsewhere finds even a ledger that was cut back."),
            _("Print the public key and hang it up: with it anybody checks a receipt without us."),
        ],
    )


def _checks() -> Table:
    return Table(
        id="checks",
        title=_("Verifications"),
        rows=keeping.latest(checking.KIND),
        row_href=href,
        columns=[
            Column(_("When"), "created_at", head=True, link=href),
            Column(_("Who"), "who"),
            Column(_("Entries"), lambda work: work.result.get("entries"), number=True),
            Column(_("Outcome"), outcome),
        ],
    )


def outcome(work: Work) -> Any:
    """Return what a verification found, as a tag."""
    if work.state == WAITING:
        return cells.Tag(_("under way"), "info")
    if work.state == FAILED:
        return cells.Tag(_("failed"), "bad")
    if work.result["ok"]:
        return cells.Tag(_("nothing was altered"), "good")
    count = work.result["findings_count"]
    return cells.Tag(ngettext("%(n)s finding", "%(n)s findings", count) % {"n": count}, "bad")


def _linked(actor: Actor) -> list[Panel]:
    """Link who read personal data, and the imports lines keep."""
    items = []
    if may(permits.READINGS, actor):
        items.append((_("Readings of personal data"), reverse("admin_readings"), _("who, what, why")))
    for line in lines():
        url = address(f"{line.name}_imports") or address(f"{line.name}_import")
        if url and may(f"{line.name}.import", actor):
            items.append((_("Imports"), url, _(line.title)))
    return [Links(id="linked", title=_("Other logs"), items=items)] if items else []


@page(permit=permits.LEDGER)
def roots(request: HttpRequest) -> HttpResponseBase:
    """Send the signed root of each day as JSON, to be kept elsewhere."""
    text = json.dumps(ledger.export_roots(), ensure_ascii=False, indent=1)
    answer = HttpResponse(text, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="bihuan-roots-{today():%Y-%m-%d}.json"'
    return answer


@page(permit=permits.LEDGER)
def verify(request: HttpRequest) -> Page | HttpResponseBase:
    """Ask for a verification, held against roots kept elsewhere when they are given."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            file = request.FILES.get("anchors")
            anchors = checking.read_anchors(cast("BinaryIO", file)) if file else []
            return done(request, href(checking.ask(actor_of(request), anchors)))
        except BadInput as error:
            errors = {"anchors": error.message}
    back = reverse("admin_ledger")
    form = FormPanel(
        id="verify", form=forms.VERIFY, url=request.path, submit=_("Verify"), errors=errors, in_place=False,
        cancel=back, intro=_("Every entry, leaf and signature is computed anew. It runs in the background."),
    )  # fmt: skip
    crumbs = [Crumb(_("Ledger"), back)]
    status = 422 if errors else 200
    return Page(title=_("Verify the ledger"), kind="form", crumbs=crumbs, panels=[form], status=status)


@page(permit=permits.LEDGER)
def check(request: HttpRequest, work: int) -> Page | HttpResponseBase:
    """Show how far a verification is, or what it found."""
    found = keeping.find(checking.KIND, work)
    if keeping.over(request, found):
        return done(request, href(found))
    crumbs = [Crumb(_("Ledger"), reverse("admin_ledger"))]
    panels = [_progress(found)] if found.state == WAITING else _report(found)
    lead = f"{found.who} · {fmt.moment(found.created_at)}"
    return Page(title=_("Verification"), lead=lead, crumbs=crumbs, panels=panels)


def _progress(work: Work) -> Progress:
    return Progress(
        id=keeping.PANEL, url=href(work), text=_("Computing anew …"), part=work.part, whole=work.whole
    )


def _report(work: Work) -> list[Panel]:
    if work.state != DONE:
        return [
            Alert(
                id="failed", tone="bad", title=_("The verification did not come to its end"), text=work.error
            )
        ]
    told = work.result
    good = _("Every sealed entry stands as it was sealed, in its place.")
    bad = _("Something is not as it was sealed. Keep the database as it is and tell whoever is responsible.")
    anchors = len(work.asked["anchors"])
    items: list[tuple[str, Any]] = [
        (_("Entries"), told["entries"]),
        (_("Sealed"), told["sealed"]),
        (_("Signed roots"), told["heads"]),
        (_("Not sealed yet"), told["unsealed"]),
        (_("Held against roots kept elsewhere"), anchors or _("none were given")),
        (_("Root"), told["root"]),
    ]
    panels: list[Panel] = [
        Alert(id="outcome", tone="good" if told["ok"] else "bad", text=good if told["ok"] else bad),
        Facts(id="facts", title=_("What was found"), columns=1, items=items),
    ]
    return panels if told["ok"] else [*panels, _findings(told)]


def _findings(told: dict[str, Any]) -> Table:
    return Table(
        id="findings",
        title=_("Findings: %(n)s") % {"n": told["findings_count"]},
        rows=told["findings"][:200],
        columns=[
            Column(_("What"), "message", head=True),
            Column(_("Where (chain/entry)"), "where"),
        ],
    )
