"""Take in what comes by the public form or an Open311 client."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, FieldErrors, Refused
from bihuan.kernel.files import actions as files
from bihuan.kernel.files.kinds import PICTURES
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.identity.rights import reaches
from bihuan.kernel.store.sql import atomic
from bihuan.lines.hotline import actions
from bihuan.lines.hotline.aside import actions as aside
from bihuan.lines.hotline.aside.reasons import network
from bihuan.lines.hotline.callers.selectors import DESK
from bihuan.lines.hotline.doors import knocks, nearby, selectors
from bihuan.lines.hotline.doors.suspecting import Traits, doubt, traits
from bihuan.lines.hotline.grids import points

#: From one address so many orders are doubtful (``aside``); from so many on in so long more wait, and are told so.
BOUND, MOST_PHOTOS, WITHIN = 30, 30, timedelta(minutes=10)
#: A program that tells more than this in that time is flooded itself, and is told to wait.
MOST_TOLD = 6000
#: What one report may bring: so many photos of so many bytes; the house draws each anew, without its place and camera.
PHOTOS, PHOTO_BYTES = 6, 15 * 1024 * 1024
#: A photo handed in waits an hour for its report.
_WAITS = 3600
_SALT = "hotline-photo"


def send_in(
    place: int, data: Mapping[str, Any], address: str | None, key: str = "", photos: Sequence[str] = (),
    same: str = "",
) -> Receipt:  # fmt: skip
    """Open what somebody without an account sends in; what is doubtful is set aside, a flood waits (TooManyTries).

    ``photos`` are tokens of :func:`keep_photos`. ``same`` names what somebody chose to follow (``nearby``): theirs
    is an order of its own all the same, with its own caller, code, clock and answer, handled with the other.
    """
    by, name = _by(place), f"page:{place}:{key}" if key else ""
    where = network(address)
    sender = knocks.mark("sender", where)
    _wait(by, name, sender, BOUND)
    said = {name: value for name, value in data.items() if name not in {"point", "address"}}
    if address_said := address_of(data):
        said["address"] = address_said
    follows = nearby.chosen(same, place) if same else ""
    with atomic():
        made = actions.take(by, {**said, "channel": "page"}, name)
        if made.again:
            return made
        if photos:
            flow.move(by, made.matter, "evidence", {"evidence": _photos(photos)})
        of = traits(place, said, sender if where else b"")
        if not _doubted(made.matter, place, of, follows) and follows:
            flow.move(by, made.matter, "join", {"code": follows})
    return made


def keep_photos(place: int, given: Sequence[Any], address: str | None) -> list[tuple[str, str]]:
    """Take photos in ahead of the report they belong to; return (token, name) of each.

    A fault elsewhere in the form loses none. Only pictures are taken, checked and drawn anew by the kernel.
    """
    if not given:
        return []
    sender = knocks.mark("photo", network(address))
    knocks.too_many(sender, MOST_PHOTOS, WITHIN)
    if len(given) > PHOTOS:
        raise FieldErrors({"evidence": _("At most %(n)d photos, please.") % {"n": PHOTOS}})
    kept = []
    for one in given:
        name = str(one.name or "photo.jpg")
        if name.rpartition(".")[2].lower() not in PICTURES:
            raise FieldErrors(
                {"evidence": _("Only photos are taken here: %(name)s is none.") % {"name": name}}
            )
        if int(one.size or 0) > PHOTO_BYTES:
            raise FieldErrors({"evidence": _("%(name)s is too large.") % {"name": name}})
        try:
            stored = files.upload(_by(place), one, name, waits=True)
        except BadInput as error:
            raise FieldErrors({"evidence": f"{name}：{error.message}"}) from error
        if not stored.ok:
            raise FieldErrors({"evidence": stored.message})
        knocks.note([sender])
        kept.append((signing.dumps(stored.id, salt=_SALT), stored.name))
    return kept


def _photos(tokens: Sequence[str]) -> list[str]:
    """Return the ids behind tokens: only what was handed in at this very door can be named."""
    try:
        return [str(signing.loads(one, salt=_SALT, max_age=_WAITS)) for one in tokens[:PHOTOS]]
    except signing.BadSignature as error:
        raise FieldErrors({"evidence": _("Please choose the photos again.")}) from error


def _by(place: int) -> Actor:
    district = selectors.place(place)
    return replace(SYSTEM, level=district.level, division=district.id)


def _wait(by: Actor, name: str, sender: bytes, most: int) -> None:
    """Let a flood wait before anything is opened; what was taken in already under its name is answered all the same."""
    if not (name and flow.used(by, name)):
        knocks.too_many(sender, most, WITHIN)


def _doubted(order: int, place: int, of: Traits, follows: str = "") -> bool:
    """Set an order aside where it is doubtful, and count it; whether it was."""
    why, mark = doubt(of)
    knocks.note(of.marks.values())
    if why:
        aside.set_aside(order, place, why, mark, follows)
    return bool(why)


def address_of(data: Mapping[str, Any]) -> str:
    """Return the address somebody gave with its place on the map; a fault at that field for what is none."""
    address, said = str(data.get("address", "")), str(data.get("point", ""))
    point = points.typed(said)
    if said and not point:
        raise FieldErrors({"point": _("There is no such place on earth.")})
    return points.beside(address, point) if point else address


#: What another program may tell of an order, by the names of the console's form.
TOLD = frozenset({"title", "detail", "address", "type", "secrecy", "caller", "phone"})


def tell(place: int, name: str, told: Mapping[str, str]) -> Receipt:
    """Open an order another program of a place tells under its own ``name`` for it; the same name does so once."""
    by, own = _by(place), f"told:{place}:{name}"
    program = knocks.mark("told", str(place))
    _wait(by, own, program, MOST_TOLD)
    said = {field: value for field, value in told.items() if value.strip()}
    with atomic():
        made = actions.take(by, {"type": "help", **said, "channel": "program"}, own)
        if not made.again:
            knocks.note([program])
            _doubted(made.matter, place, traits(place, said))
    return made


def report(actor: Actor, place: int, given: Mapping[str, str]) -> Receipt:
    """Open an order as an Open311 client says it; the client acts as the post its key was issued for."""
    named = {ability.partition(":")[0] for ability in actor.abilities}
    if actor.role not in DESK or "hotline" not in named or not reaches(actor, place):
        raise Refused(_("This key may not report."), where="api_key")
    code, said = given.get("service_code", ""), given.get("description", "").strip()
    known = {row["service_code"]: row["service_name"] for row in selectors.services(place)}
    if code not in known:
        raise BadInput(_("There is no service with this code."), where="service_code")
    place_said = _said_where(given)
    if not place_said:
        raise BadInput(_("Please say where: address_string, or lat and long."), where="address_string")
    name = f"{given.get('last_name', '')}{given.get('first_name', '')}".strip()[:60]
    data = {
        "title": said.split("\n")[0][:80] or known[code], "detail": said[:20_000], "address": place_said,
        "type": "help", "about": [int(code)], "phone": given.get("phone", ""), "caller": name, "channel": "open311",
    }  # fmt: skip
    with atomic():
        made = actions.take(actor, {key: value for key, value in data.items() if value})
        _doubted(made.matter, place, traits(place, data))
    return made


def _said_where(given: Mapping[str, str]) -> str:
    """Return the address with its point, which Open311 says in WGS-84; a point that is none spoils no address."""
    address = given.get("address_string", "").strip()
    try:
        point = points.of(given.get("lat", ""), given.get("long", ""))
    except ValueError as error:
        if not address:
            raise BadInput(_("There is no such place on earth."), where="lat") from error
        point = ""
    return points.beside(address, point) if point else address[:200]
