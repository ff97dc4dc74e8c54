"""The receipt of a matter's latest entry: proof, QR and how to check it without us."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.ledger.selectors import NotSealed
from bihuan.ui import cells
from bihuan.ui.cards import href
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Facts, Panel, Picture, Prose


@page(permit="signed_in")
def receipt(request: HttpRequest, code: str) -> Page | HttpResponseBase:
    """Show the receipt of an entry (``seq``, default the latest), or send it as JSON."""
    row = flow.matter(actor_of(request), code)
    asked = request.GET.get("seq", "")
    seq = int(asked) if asked.isdigit() else row.seq
    crumbs = [Crumb(row.code, href(row))]
    try:
        document = ledger.receipt(row.id, seq)
    except NotSealed as error:
        return Page(
            title=_("Receipt"), crumbs=crumbs, panels=[Alert(id="wait", tone="info", text=error.message)]
        )
    if request.GET.get("as") == "json":
        text = json.dumps(document, ensure_ascii=False, indent=1)
        answer = HttpResponse(text, content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="{row.code}-{seq}.json"'
        return answer
    address = f"{reverse('receipt', args=[row.code])}?seq={seq}&as=json"
    return Page(
        title=_("Receipt"),
        code=row.code,
        crumbs=crumbs,
        panels=_panels(row, seq, document),
        actions=[Action(title=_("Download"), href=address, icon="download")],
    )


def _panels(row: MatterRow, seq: int, document: dict[str, Any]) -> list[Panel]:
    items = [
        (_("Matter"), cells.To(row.code, href(row))),
        (_("Entry"), seq),
        (_("Place in the sealed tree"), document["position"]),
    ]
    check = _(
        "Download the receipt and check it on any computer with the published public key;"
        " no connection to us is needed."
    )
    command = "python -m bihuan.logic.receipt FILE --key KEY"
    return [
        Facts(id="facts", title=_("What it proves"), items=items),
        Picture(id="qr", title=_("QR code"), svg=ledger.receipt_qr(document)),
        Prose(id="how", title=_("How to check it"), paragraphs=[check, command]),
    ]
