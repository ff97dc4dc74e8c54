"""The receipt of a matter's latest entry: proof, QR and how to check it without us."""

import json

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.ledger.selectors import NotSealed
from bihuan.ui import cells
from bihuan.ui.cards import href
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Facts, Picture, Prose


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
        answer = HttpResponse(
            json.dumps(document, ensure_ascii=False, indent=1), content_type="application/json"
        )
        answer["Content-Disposition"] = f'attachment; filename="{row.code}-{seq}.json"'
        return answer
    facts = Facts(
        id="facts",
        title=_("What it proves"),
        items=[
            (_("Matter"), cells.To(row.code, href(row))),
            (_("Entry"), seq),
            (_("Place in the sealed tree"), document["position"]),
        ],
    )
    how = Prose(
        id="how",
        title=_("How to check it"),
        paragraphs=[
            _(
                "Download the receipt and check it on any computer with the published public key;"
                " no connection to us is needed."
            ),
            "python -m bihuan.logic.receipt FILE --key KEY",
        ],
    )
    download = Action(
        title=_("Download"), href=f"{reverse('receipt', args=[row.code])}?seq={seq}&as=json", icon="download"
    )
    qr = Picture(id="qr", title=_("QR code"), svg=ledger.receipt_qr(document))
    return Page(
        title=_("Receipt"),
        code=row.code,
        crumbs=crumbs,
        panels=[facts, qr, how],
        actions=[download],
        kind="detail",
    )
