"""Minutes: one form for all items, one step to all orders; and the meeting on site, on a phone."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.kernel.errors import BadInput
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.meetings import actions, selectors
from bihuan.kernel.meetings.actions import Decision, Minuted
from bihuan.kernel.meetings.selectors.agenda import ItemRow
from bihuan.logic.mechanism import said
from bihuan.site.admin.doors import MORE, Ask, Told, Values, ask
from bihuan.site.meetings import permits, words
from bihuan.ui.doors import options_for
from bihuan.ui.page import Page, actor_of, page

_OUTCOMES = (
    ("decide", said("Settled in a meeting")),
    ("retable", said("Put off to another meeting")),
    ("raise", said("Take it to the next chair")),
    ("return", said("Return")),
)
#: Decisions about what stood on no item: so many lines are offered.
_OTHERS = 2
_MOST = 5


_NAMED = said("Named, an order is drafted and put up for signing.")


def _order_fields(key: str, *, supports: bool = True) -> list[Field]:
    found = [
        Field(
            f"unit_{key}",
            said("Lead unit"),
            "unit",
            help=said("Named, an order is drafted and put up for signing."),
        ),
        Field(f"supports_{key}", said("Supporting units"), "units"),
        Field(f"due_{key}", said("To be done by"), "date"),
    ]
    return found if supports else [one for one in found if one.kind != "units"]


def _form(on: Sequence[ItemRow], slots: Mapping[str, int]) -> Form:
    fields: list[Field] = []
    for number, row in enumerate(on, 1):
        key = str(row.item.id)
        fields += [
            Field(
                f"outcome_{key}", f"{number}. {row.item.title}", "choice", required=True, choices=_OUTCOMES
            ),
            Field(f"text_{key}", said("Decision, or the reason"), "long", required=True),
            *_order_fields(key),
        ]
        for slot in range(2, slots[key] + 1):
            fields += [
                Field(f"demand_{key}_{slot}", said("Another order: what has to be done"), "long"),
                *_order_fields(f"{key}_{slot}"),
            ]
    for number in range(1, _OTHERS + 1):
        fields += [
            Field(f"text_other{number}", said("Decided beside the agenda"), "long"),
            *_order_fields(f"other{number}"),
        ]
    fields.append(Field("summary", said("What was said"), "long"))
    return Form("meetings.page.minutes", said("Write the minutes"), tuple(fields))


def _slots(request: HttpRequest, on: Sequence[ItemRow]) -> dict[str, int]:
    """Return how many orders each item has room for; the button beneath an item gives it one more."""
    pressed = request.POST.get(MORE, "")
    found = {}
    for row in on:
        key = str(row.item.id)
        asked = request.POST.get(f"slots_{key}", "1")
        count = max(int(asked), 1) if asked.isdigit() and len(asked) < 3 else 1
        found[key] = min(count + (pressed == _last(key, count)), _MOST)
    return found


def _last(key: str, slots: int) -> str:
    """Return the last field of an item's orders."""
    return f"due_{key}" if slots == 1 else f"due_{key}_{slots}"


def _decisions(values: Values, on: Sequence[ItemRow], slots: Mapping[str, int]) -> list[Decision]:
    found = []
    for row in on:
        key = str(row.item.id)
        orders = [_order(values, key)]
        orders += [_order(values, f"{key}_{slot}") for slot in range(2, slots[key] + 1)]
        text = values[f"text_{key}"]
        found.append(Decision(row.item.id, values[f"outcome_{key}"], text, [one for one in orders if one]))
    return found + _others(values)


def _others(values: Values, lines: int = _OTHERS) -> list[Decision]:
    found = []
    for number in range(1, lines + 1):
        key = f"other{number}"
        order = _order(values, key)
        if order and not values.get(f"text_{key}"):
            raise BadInput(_("Write down the decision, or the reason."), where=f"text_{key}")
        if values.get(f"text_{key}"):
            found.append(Decision(0, "decide", values[f"text_{key}"], [order] if order else []))
    return found


def _order(values: Values, key: str) -> dict[str, Any]:
    """Return the order beside a decision, {} when no unit is named."""
    if not values.get(f"unit_{key}"):
        if values.get(f"due_{key}") or values.get(f"supports_{key}") or values.get(f"demand_{key}"):
            raise BadInput(_("Name the lead unit of this order."), where=f"unit_{key}")
        return {}
    names = ("unit", "supports", "due", "demand")
    return {name: values[f"{name}_{key}"] for name in names if values.get(f"{name}_{key}")}


def _told(url: str, made: Minuted) -> Told:
    count = len(made.orders)
    text = ngettext("%(n)s order is drafted.", "%(n)s orders are drafted.", count) % {"n": count}
    return Told(url=url, message=" ".join([_("The minutes are drafted as a paper to be signed."), text]))


@page(permit=permits.SITE)
def minutes(request: HttpRequest, meeting: int) -> Page | HttpResponseBase:
    """Write down every decision; one submit carries all of it out, or nothing."""
    actor = actor_of(request)
    row, _matter = selectors.meeting(actor, meeting)
    on = [one for one in selectors.agenda(row.id) if one.on]
    slots = _slots(request, on)
    url = reverse("meeting", args=[row.id])

    def act(values: Values) -> Told:
        decided = _decisions(values, on, slots)
        return _told(url, actions.minute(actor, row.id, decided, values.get("summary", "")))

    return ask(
        request,
        Ask(
            form=_form(on, slots),
            act=act,
            back=url,
            crumbs=words.crumbs((row.title, url)),
            submit=_("Issue the minutes"),
            intro=_(
                "One step: every decision is written down, every order drafted, the minutes drafted as a paper."
            ),
            start={f"outcome_{one.item.id}": "decide" for one in on},
            more={_last(key, n): _("Add another order") for key, n in slots.items() if n < _MOST},
            hidden={f"slots_{key}": n for key, n in slots.items()},
            title=_("Minutes: %(title)s") % {"title": row.title},
            options=options_for(actor),
        ),
    )


def _site_form() -> Form:
    fields = [
        Field("title", said("What it was about"), required=True, max_length=200),
        Field("room", said("Where it is held"), required=True, max_length=200),
        Field("posts", said("Who was there"), "posts"),
    ]
    for number in range(1, _OTHERS + 2):
        key = f"other{number}"
        fields += [
            Field(f"text_{key}", said("What was decided"), "long", required=number == 1),
            *_order_fields(key, supports=False),
        ]
    return Form("meetings.page.site", said("Meeting on site"), tuple(fields))


@page(permit=permits.SITE)
def on_site(request: HttpRequest) -> Page | HttpResponseBase:
    """Hold a meeting on site: who, where, what was decided; its orders come with it."""
    actor = actor_of(request)

    def act(values: Values) -> Told:
        data: dict[str, Any] = {name: values[name] for name in ("title", "room", "posts") if name in values}
        made = actions.on_site(actor, data, _others(values, _OTHERS + 1), scope=scope_of(actor.division))
        return _told(reverse("meeting", args=[made.receipt.matter]), made)

    return ask(
        request,
        Ask(
            form=_site_form(),
            act=act,
            back=reverse("meetings"),
            crumbs=words.crumbs(),
            submit=_("Write it down"),
            intro=_("Who was there, where, what was decided. Orders go up for signing by themselves."),
            options=options_for(actor),
        ),
    )
