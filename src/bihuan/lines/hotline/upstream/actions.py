"""Take orders of the city in under its own number and deadline, and note what went back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

import xlsxwriter
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, BihuanError, FieldErrors, NotFound
from bihuan.kernel.flow import actions as flow_actions
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.intake.workbook import open_workbook
from bihuan.kernel.now import LOCAL, local, now
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline import actions
from bihuan.lines.hotline.contracts import CONFIDENTIAL
from bihuan.lines.hotline.upstream import selectors
from bihuan.lines.hotline.upstream.reading import City, from_rows
from bihuan.lines.hotline.upstream.selectors import EXTENSION_HEAD, HEAD, Extension, Reply


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one order of the city: our code, or why not.

    ``again`` when its number was here already, ``moved`` when the city put its deadline off.
    """

    number: str
    code: str = ""
    again: bool = False
    fault: str = ""
    moved: bool = False


def receive(actor: Actor, orders: Sequence[City]) -> list[Received]:
    """Open each order once under the city's number; one with a fault is left out and says why."""
    return [_one(actor, order) for order in orders]


def _one(actor: Actor, order: City) -> Received:
    county = selectors.county_of(actor)
    if seen := selectors.matter_of(county, order.number):
        row = flow.by_ids([seen])[seen]
        return Received(order.number, row.code, again=True, moved=_put_off(actor, row, order))
    said = {
        "title": order.title, "detail": order.detail[:20_000], "address": order.address, "type": order.type,
        "caller": order.caller, "phone": order.phone, "channel": "city",
    }  # fmt: skip
    said |= {"secrecy": CONFIDENTIAL} if order.secret else {}
    try:
        return _opened(actor, order, county, {name: value for name, value in said.items() if value})
    except FieldErrors as error:
        if "phone" not in error.errors:
            return Received(order.number, fault="；".join(error.errors.values()))
        # A number the city has written wrong stands in the text; the order is not lost for it.
        said["detail"] = (
            _("Phone as the city wrote it: %(phone)s") % {"phone": said.pop("phone")} + f"\n{said['detail']}"
        )
        return _opened(actor, order, county, {name: value for name, value in said.items() if value})
    except BihuanError as error:
        return Received(order.number, fault=error.message)


def _put_off(actor: Actor, row: MatterRow, order: City) -> bool:
    """Take a later deadline of the city as its answer to more time that was asked for; tell whether it was one."""
    due = order.due.replace(tzinfo=LOCAL) if order.due else None
    asked = {one.matter: one for one in selectors.extensions(actor)}.get(row.id)
    if asked is None or due is None or due <= asked.due:
        return False
    answer(actor, order.number, until=due)
    return True


def answer(actor: Actor, number: str, *, until: datetime | None = None, reason: str = "") -> int:
    """Enter the city's answer to more time asked for: put off to ``until``, or refused; return the order.

    Whoever called is told by the entry and sees the new deadline under the code. NotFound for an unknown number.
    """
    matter = selectors.matter_of(selectors.county_of(actor), number)
    if not matter:
        raise NotFound(_("No order of the city has this number."), where="number")
    if until is None:
        flow_actions.move(
            actor, matter, "city_refuses", {"reason": reason or _("The city refuses more time")}
        )
        return matter
    told = reason or _("The city put the deadline off to %(at)s.") % {"at": f"{local(until):%Y-%m-%d %H:%M}"}
    flow_actions.move(actor, matter, "city_grants", {"until": until.isoformat(), "reason": told})
    return matter


def _opened(actor: Actor, order: City, county: int, said: dict[str, str]) -> Received:
    more: dict[str, str] = {"city_no": order.number}
    due = order.due.replace(tzinfo=LOCAL) if order.due else None
    if due:
        # What the city sent too late to be kept is urgent; its deadline is on record all the same.
        more |= {"city_due": due.isoformat()} if due > now() else {"tier": "hotline.urgent"}
    with atomic():
        made = actions.take(actor, said, f"city:{county}:{order.number}", **more)
        run(
            "INSERT INTO hotline_city (matter, county, number, due, received_at) VALUES (%s, %s, %s, %s, %s)",
            (made.matter, county, order.number, due, now()),
        )
    return Received(order.number, made.code)


def read_book(source: BinaryIO, name: str) -> list[City]:
    """Return the orders of a workbook of the city; BadInput when no row bears a number."""
    book = open_workbook(source, name=name)
    found: list[City] = []
    for sheet in book.sheets:
        rows = [
            [cells[n].value if n in cells else "" for n in range(1, max(cells) + 1)]
            for _row, cells in sheet.rows()
        ]
        found += from_rows(rows)
    if not found:
        raise BadInput(
            _("No row bears a number of the city: the sheet needs a heading such as 工单编号."), where="file"
        )
    return found


def sheet(replies: Sequence[Reply], asked: Sequence[Extension] = ()) -> bytes:
    """Return the batch sheet to be handed in on the city's platform: replies, then more time asked for."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        tables: list[tuple[str, tuple[str, ...], list[tuple[str, ...]]]] = [
            ("批量回复", HEAD, [one.cells() for one in replies])
        ]
        if asked:
            tables.append(("延期申请", EXTENSION_HEAD, [one.cells() for one in asked]))
        bold = book.add_format({"bold": True})
        for name, head, rows in tables:
            page = book.add_worksheet(name)
            for line, row in enumerate((head, *rows)):
                for column, text in enumerate(row):
                    page.write_string(line, column, text, None if line else bold)
            page.set_column(0, len(head) - 1, 18)
    return file.getvalue()


def note_sent(actor: Actor, matters: Sequence[int]) -> int:
    """Note that these replies went to the city; return how many had not gone before."""
    known = {reply.matter for reply in selectors.replies(actor)}
    ids = [one for one in matters if one in known]
    sql = "UPDATE hotline_city SET sent_at = %s WHERE matter = ANY(%s) AND sent_at IS NULL RETURNING matter"
    return len(run(sql, (now(), ids)))
