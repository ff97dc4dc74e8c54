"""A leader's home: what waits for a signature, for another decision, and what is red. Nothing else."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.orders import selectors
from bihuan.kernel.orders.words import OWED
from bihuan.site.orders.permits import SIGNS
from bihuan.ui.cards import cards, pressing
from bihuan.ui.naming import Names, names_for
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Action, MatterCard, Matters


@page(permit=SIGNS)
def desk(request: HttpRequest) -> Page:
    """Show a leader's desk; a card's button opens the order, the next tap signs it."""
    return desk_page(actor_of(request))


def desk_page(actor: Actor) -> Page:
    """Return the desk; it is also the first page of whoever signs."""
    found = selectors.desk(actor)
    names = names_for([*found.to_sign, *found.to_decide, *found.red])
    return Page(
        title=_("My desk"),
        kind="list",
        panels=[
            Matters(
                id="to-sign",
                title=_("To be signed"),
                cards=_to_sign(found.to_sign, names),
                count=len(found.to_sign),
                empty=_("Nothing waits for your signature."),
            ),
            Matters(
                id="to-decide",
                title=_("To be decided"),
                cards=pressing(found.to_decide, names, OWED),
                count=len(found.to_decide),
                empty=_("Nothing waits for your decision."),
            ),
            Matters(
                id="red",
                title=_("Red"),
                cards=cards(found.red, names),
                empty=_("Nothing is overdue."),
                more=Action(title=_("All of them"), href=f"{reverse('matters')}?state=late")
                if found.more_red
                else None,
            ),
        ],
    )


def _to_sign(rows: Sequence[MatterRow], names: Names) -> list[MatterCard]:
    made = pressing(rows, names, OWED)
    return [
        replace(
            card,
            href=reverse("order_sign", args=[row.code]),
            holder="",
            waits_for=names.unit(int(row.value("unit", 0))),
            move=Action(title=_("Read and sign"), href=reverse("order_sign", args=[row.code]), primary=True),
        )
        for row, card in zip(rows, made, strict=True)
    ]
