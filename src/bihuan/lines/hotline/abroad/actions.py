"""Keep foreign GeoReport v2 systems, and take in what is asked for there: each number once, nothing lost."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.content.keys import wrap
from bihuan.kernel.errors import BadInput, BihuanError, Conflict, NotFound
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import need
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.notices.outbound import NotCarried, resolve
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline import actions as orders
from bihuan.lines.hotline.abroad import asking, handing, reading, selectors
from bihuan.lines.hotline.abroad.asking import Line, TooMuch
from bihuan.lines.hotline.abroad.models import Endpoint
from bihuan.lines.hotline.abroad.reading import Asked
from bihuan.lines.hotline.duties import selectors as duties

#: What whoever enters foreign systems must hold, as for every address this house calls.
RIGHT = "admin.house"
#: How far each pass looks back behind what was taken in: what is published late, and clocks that differ.
OVERLAP = timedelta(days=1)
#: Numbers asked about anew in one pass.
_AGAIN = 500


# Keeping ----------------------------------------------------------------------------------------------


def put(actor: Actor, values: Mapping[str, Any], key: int = 0) -> int:
    """Enter a system or change one; return its id. An empty key keeps what stood there."""
    place = int(values["place"])
    need(actor, RIGHT, place)
    row = _find(actor, key) if key else Endpoint(place=place)
    url = str(values["url"]).strip().rstrip("/")
    _check(url)
    if Endpoint.objects.filter(place=place, name=values["name"]).exclude(id=row.id or 0).exists():
        raise Conflict(_("There is a system of this name already."), where="name")
    since, until = _day(values["since"]), _day(values.get("until"))
    if since is None or (until and until < since):
        raise BadInput(_("The last day lies before the first."), where="until")
    with atomic():
        row.place, row.name, row.url, row.since, row.until = place, str(values["name"]), url, since, until
        row.jurisdiction = str(values.get("jurisdiction", ""))
        row.classes = _classes(str(values.get("classes", "")), place)
        row.posts, row.names, row.only_out = (
            values.get(name) is True for name in ("posts", "names", "only_out")
        )
        row.service = str(values.get("service", "")).strip()
        row.next_try = None
        row.save()
        if secret := str(values.get("api_key", "")).strip():
            row.kek, row.wrapped = wrap(secret.encode(), handing.about(row.id))
            row.save(update_fields=["kek", "wrapped"])
        record(actor, "endpoint.put", {"endpoint": row.id, "division": place, "since": since.isoformat()})
    return int(row.id)


def set_active(actor: Actor, key: int, active: bool) -> None:
    """Stop asking a system, or go on where it stopped."""
    row = _find(actor, key)
    with atomic():
        Endpoint.objects.filter(id=row.id).update(active=active, next_try=None)
        record(actor, "endpoint.state", {"endpoint": row.id, "active": active})


def _find(actor: Actor, key: int) -> Endpoint:
    row = Endpoint.objects.filter(id=key).first()
    if row is None:
        raise NotFound(_("There is no such system, or you may not see it."), where="endpoint")
    need(actor, RIGHT, row.place)
    return row


def _check(url: str) -> None:
    if "?" in url or "#" in url:
        raise BadInput(_("Only the address before requests.json: nothing after a ? or #."), where="url")
    try:
        resolve(url)
    except NotCarried as why:
        if not why.down:
            text = _(
                "This address may not be called: only https to a public address, or what the settings allow."
            )
            raise BadInput(text, where="url") from why


def _day(value: Any) -> Any:
    return datetime.fromisoformat(str(value)).date() if value else None


def _classes(text: str, place: int) -> dict[str, int]:
    """Return service code and class; BadInput names a line that is none or a class the catalogue lacks."""
    try:
        named = reading.mapping(text)
    except ValueError as error:
        fault = _("Please write each line as code = class: %(line)s") % {"line": error}
        raise BadInput(fault, where="classes") from error
    known = {one.name: one.id for one in duties.duties(scope_of(place))}
    for name in named.values():
        if name not in known:
            raise BadInput(_("The catalogue has no class “%(name)s”.") % {"name": name}, where="classes")
    return {code: known[name] for code, name in named.items()}


# Pulling ----------------------------------------------------------------------------------------------


def pull_all() -> int:
    """Ask every system whose time has come; return how many answered. What fails is tried again later."""
    day, moment = today(), now()
    due = Endpoint.objects.filter(active=True, since__lte=day).order_by("id")
    return sum(
        pull(row)
        for row in due
        if (row.until is None or row.until >= day) and (row.next_try is None or row.next_try <= moment)
    )


def pull(row: Endpoint) -> bool:
    """Take in what is new and what changed; tell whether the system answered to the end.

    What was taken in before a fault stays; the next pass begins before it again.
    """
    try:
        to = handing.line_to(row)
        row.faulty = 0 if row.only_out else _windows(row, to)
        _changes(row, to)
    except (NotCarried, BihuanError) as why:
        row.fails += 1
        row.error, row.next_try = (str(why) or type(why).__name__)[:200], now() + handing.pause(row.fails)
        row.save(update_fields=["fails", "error", "next_try"])
        return False
    row.fails, row.error, row.next_try, row.succeeded_at = 0, "", None, now()
    row.save(update_fields=["fails", "error", "next_try", "succeeded_at", "faulty"])
    return True


def _windows(row: Endpoint, to: Line) -> int:
    """Go through the time since the last pass, span by span; return how many entries bore no number."""
    first = datetime.combine(row.since, time(), LOCAL)
    start, faulty = max((row.mark or first) - OVERLAP, first), 0
    for end, found, bad in asking.spans(to, start, now()):
        for asked in found:
            take_in(row, asked)
        faulty += bad
        row.mark = max(row.mark or end, end)
        row.save(update_fields=["mark"])
    return faulty


def _changes(row: Endpoint, to: Line) -> None:
    """Ask again about what is open there or could not be opened here."""
    numbers = selectors.to_ask(row.id, _AGAIN)
    waiting = [numbers[at : at + asking.AT_ONCE] for at in range(0, len(numbers), asking.AT_ONCE)]
    while waiting:
        some = waiting.pop(0)
        try:
            found = asking.by_numbers(to, some)
        except TooMuch as why:
            if len(some) == 1:
                raise NotCarried("answer is too large") from why
            waiting = [some[: len(some) // 2], some[len(some) // 2 :], *waiting]
            continue
        for asked in found:
            take_in(row, asked)
        # What the system no longer tells goes to the end of the queue like the rest.
        sql = "UPDATE hotline_foreign SET seen_at = %s WHERE endpoint = %s AND number = ANY(%s)"
        run(sql, (now(), row.id, some))


def take_in(row: Endpoint, asked: Asked) -> None:
    """Open the order of a number once, or note what changed there; a fault stays with the number and is shown."""
    try:
        with atomic():
            _taken(row, asked)
    except BihuanError as error:
        sql = """INSERT INTO hotline_foreign (endpoint, number, matter, status, digest, seen_at, error)
                 VALUES (%s, %s, 0, %s, '', %s, %s)
                 ON CONFLICT (endpoint, number) DO UPDATE SET error = excluded.error, seen_at = excluded.seen_at"""
        run(sql, (row.id, asked.number, asked.status, now(), error.message[:200]))


_LOCK = """SELECT matter, digest FROM hotline_foreign WHERE endpoint = %s AND number = %s FOR UPDATE"""
_NEW = """INSERT INTO hotline_foreign (endpoint, number, matter, status, digest, seen_at, error)
          VALUES (%s, %s, 0, %s, '', %s, '') ON CONFLICT DO NOTHING"""
_KEPT = """UPDATE hotline_foreign SET matter = %s, status = %s, digest = %s, seen_at = %s, error = ''
           WHERE endpoint = %s AND number = %s"""


def _taken(row: Endpoint, asked: Asked) -> None:
    held = run(_LOCK, (row.id, asked.number))
    if not held:
        if not handing.own(row, asked):
            if asked.closed:
                return  # Over there before it was heard of here: there is nothing left to do.
            run(_NEW, (row.id, asked.number, asked.status, now()))
        held = run(_LOCK, (row.id, asked.number))
    matter, digest = int(held[0][0]), bytes(held[0][1])
    if matter and digest == asked.digest:
        return
    if matter:
        _note(row, matter, asked)
        if asked.closed:
            handing.closed_there(row, asked)
    elif not asked.closed:
        matter = _open(row, asked)
    run(_KEPT, (matter, asked.status, asked.digest, now(), row.id, asked.number))


def _open(row: Endpoint, asked: Asked) -> int:
    where = _("From %(system)s, number there: %(number)s") % {"system": row.name, "number": asked.number}
    duty = int(row.classes.get(asked.code, 0))
    told = [asked.description, where, asked.service and f"{asked.service} ({asked.code})"]
    said = {
        "title": asked.title, "detail": "\n".join(filter(None, told)), "address": asked.address,
        "type": "help", "channel": "open311", "about": [duty] if duty and duties.live(duty) else [],
    }  # fmt: skip
    given = {name: value for name, value in said.items() if value}
    return orders.take(handing.by(row.place), given, f"open311:{row.id}:{asked.number}").matter


def _note(row: Endpoint, matter: int, asked: Asked) -> None:
    """Write what changed there into the thread; nothing here closes by it."""
    state = _("closed there") if asked.closed else _("open there")
    text = _("%(system)s, %(number)s: %(state)s") % {
        "system": row.name, "number": asked.number, "state": state,
    }  # fmt: skip
    try:
        with atomic():
            flow.move(
                handing.by(row.place), matter, "note", {"note": "\n".join(filter(None, [text, asked.notes]))}
            )
    except BihuanError:
        return  # An order that is over takes no notes; its state there stands on its page all the same.
