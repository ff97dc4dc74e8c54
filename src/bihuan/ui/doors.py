"""What comes in through a form: its values with the files handed in, and what may be chosen in it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.http import HttpRequest

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors
from bihuan.kernel.files import actions as files
from bihuan.kernel.files import selectors as stored
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.identity.selectors.posts import PostRow, find_posts, posts_in, staff_over
from bihuan.kernel.identity.selectors.units import units_near
from bihuan.ui.page import actor_of

_FILE_KINDS = {"file", "files"}
_MANY = {"files", "units", "posts", "choices", "rows"}


def read_form(
    request: HttpRequest, form: Form, actor: Actor, chain_id: int, faults: dict[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, list[tuple[str, str]]]]:
    """Return (raw values, kept files): uploads are stored first, so that an error elsewhere loses none.

    Without a chain they wait to be tied to what the form opens (``files.actions.attach``; a move of flow does so).
    What is wrong with a file goes into ``faults`` by its field, and the other files stay; with none given it is raised.
    """
    values: dict[str, Any] = {}
    kept: dict[str, list[tuple[str, str]]] = {}
    for item in form.fields:
        sent = [one for one in request.POST.getlist(item.name) if one]
        if item.kind in _FILE_KINDS:
            uploads = request.FILES.getlist(item.name)
            for one in uploads:
                try:
                    sent.append(str(files.upload(actor, one, one.name or "", chain_id, waits=True).id))
                except BadInput as error:
                    if faults is None:
                        raise
                    faults[item.name] = f"{one.name}: {error.message}"
            kept[item.name] = files_named(sent)
        values[item.name] = sent if item.kind in _MANY else (sent[0] if sent else "")
    return values, kept


def filled(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values that were given at all: an empty input says nothing."""
    return {name: value for name, value in values.items() if value not in ("", [])}


@dataclass(frozen=True, slots=True)
class Carried:
    """What came of a form: what stands in it, its faults by field, the page's status, and what was answered.

    ``done`` only once it was carried out; until then the form is shown again with all of it.
    """

    values: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, list[tuple[str, str]]] = field(default_factory=dict)
    status: int = 200
    done: bool = False
    answer: Any = None


def carry(
    request: HttpRequest,
    form: Form,
    act: Callable[[dict[str, Any]], object],
    *,
    start: Mapping[str, Any],
    chain: int = 0,
    sent: bool | None = None,
    parse: bool = True,
) -> Carried:
    """Show a form with what it starts with, or read what was sent and do it.

    A fault stands at its field, one that is about no field of the form above them; nothing typed or handed
    in is lost. ``sent`` says whether it was sent at all where a POST alone does not; without ``parse`` the
    action reads the values itself, as every move of a matter does.
    """
    if not (request.method == "POST" if sent is None else sent):
        return Carried(start)
    faults: dict[str, str] = {}
    values, kept = read_form(request, form, actor_of(request), chain, faults)
    if faults:
        return Carried(values, faults, kept, 422)
    try:
        answer = act(form.parse(filled(values)) if parse else filled(values))
    except FieldErrors as error:
        return Carried(values, error.errors, kept, 422)
    except (BadInput, Conflict) as error:
        where = error.where if any(item.name == error.where for item in form.fields) else ""
        return Carried(values, {where: error.message}, kept, error.status)
    return Carried(values, kept=kept, done=True, answer=answer)


def key_of(request: HttpRequest) -> str:
    """Return the key a form was shown with, or a new one: sent twice, it is carried out once."""
    return request.POST.get("key", "")[:60] or uuid4().hex


def files_named(ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return (id, name) of stored files."""
    found = stored.by_ids({int(one) for one in ids if one.isdigit()})
    return [(str(file.id), file.name) for file in found.values()]


def options_for(actor: Actor) -> Callable[[Field], list[tuple[str, str]]]:
    """Return the function that gives the choices of unit, post and division fields."""

    def options(item: Field) -> list[tuple[str, str]]:
        if item.kind in {"unit", "units"}:
            return [(str(u.id), u.short_name or u.name) for u in units_near(actor.division)]
        if item.roles:
            place = scope_of(actor.division)
            return [_post(p) for role in item.roles for p in find_posts(role, place)]
        if item.kind == "post":
            return [_post(p) for p in posts_in(actor.unit)]
        if item.kind == "posts":
            return [_post(p) for p in staff_over(actor.division)]
        return []

    return options


def _post(row: PostRow) -> tuple[str, str]:
    return str(row.id), f"{row.unit_name} · {row.user_name}"
