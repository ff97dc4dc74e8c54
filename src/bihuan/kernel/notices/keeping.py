"""Keep doors, accounts and quiet hours: every change of a door is an administrative entry."""

from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, NotFound
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import need
from bihuan.kernel.notices import applications, carriers
from bihuan.kernel.notices.applications import App
from bihuan.kernel.notices.carriers import Door
from bihuan.kernel.notices.models import GROUP_SHAPES, PERSON_SHAPES, Account, Hook, Quiet
from bihuan.kernel.notices.outbound import NotCarried, resolve
from bihuan.kernel.store.sql import atomic

#: What whoever keeps doors, accounts and subscriptions must hold.
RIGHT = "admin.house"
_APPS = ("wecom_app", "dingtalk_work")


def find_hook(hook_id: int) -> Hook:
    """Return a door; NotFound when there is none."""
    found = Hook.objects.filter(id=hook_id).first()
    if found is None:
        raise NotFound(_("There is no such door."), where="hook")
    return found


def put_hook(actor: Actor, values: dict[str, Any], hook: Hook | None = None) -> int:
    """Make a door or change one; return its id. BadInput says what its shape lacks."""
    need(actor, RIGHT)
    _check(values)
    taken = Hook.objects.filter(name=values["name"]).exclude(id=hook.id if hook else 0)
    if taken.exists():
        raise Conflict(_("There is a door of this name already."), where="name")
    with atomic():
        row = hook or Hook()
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        record(
            actor, "door.put", {"door": row.id, "shape": row.shape, "unit": row.unit, "active": row.active}
        )
    applications.forget_tokens()
    return int(row.id)


def _check(values: dict[str, Any]) -> None:
    shape = values["shape"]
    if shape not in (*GROUP_SHAPES, *PERSON_SHAPES):
        raise BadInput(_("There is no such kind of door."), where="shape")
    if shape in PERSON_SHAPES and values["unit"]:
        raise BadInput(_("A door to single people belongs to no unit: leave it empty."), where="unit")
    if shape in GROUP_SHAPES and not values["unit"]:
        raise BadInput(_("Say whose notices go out here: name a unit."), where="unit")
    if shape in _APPS and not (values["ident"] and values["agent"]):
        raise BadInput(
            _("Give the identity and the agent number the platform shows for the application."), "ident"
        )
    if shape not in _APPS and not values["url"]:
        raise BadInput(_("Give the address the messages are sent to."), where="url")
    if shape == "sms" and not values["phones"]:
        raise BadInput(_("Give the phones the messages go to."), where="phones")
    if values["url"]:
        try:
            resolve(values["url"])
        except NotCarried as why:
            if not why.down:  # a name not known right now may be known later
                text = _(
                    "This address may not be called: only https to a public address, or what the settings allow."
                )
                raise BadInput(text, where="url") from why


def set_active(actor: Actor, hook: Hook, active: bool) -> None:
    """Take a door out of use or into it again."""
    need(actor, RIGHT)
    with atomic():
        Hook.objects.filter(id=hook.id).update(active=active)
        record(actor, "door.state", {"door": hook.id, "active": active})


def try_door(actor: Actor, hook: Hook, account: str) -> None:
    """Send one line through a door now; BadInput says what the other side said."""
    need(actor, RIGHT)
    text, secret = _("A trial message from Bihuan."), carriers.secret_of(hook.name)
    try:
        if hook.shape in _APPS:
            applications.send(App(hook.shape, hook.url, hook.ident, hook.agent, secret), account, text)
        else:
            phones = (account,) if hook.shape == "sms_person" else tuple(hook.phones)
            shape = "sms" if hook.shape == "sms_person" else hook.shape
            carriers.knock(Door(shape, hook.url, secret, phones), text)
    except NotCarried as why:
        raise BadInput(_("The other side did not take it: %(why)s") % {"why": why}, where="account") from why


def put_account(actor: Actor, hook: Hook, user: int, account: str) -> int:
    """Write down what a door knows a person by, in place of what stood there; return its id."""
    need(actor, RIGHT)
    if hook.shape not in PERSON_SHAPES:
        raise BadInput(_("This door leads to a group: it knows no single people."), where="account")
    with atomic():
        row, _made = Account.objects.update_or_create(hook=hook, user=user, defaults={"account": account})
        record(actor, "door.account", {"door": hook.id, "user": user})
    return int(row.id)


def drop_account(actor: Actor, account: Account) -> None:
    """Forget what a door knows a person by; what still waits for it is given up."""
    need(actor, RIGHT)
    with atomic():
        record(actor, "door.account_dropped", {"door": account.hook_id, "user": account.user})
        account.delete()


def put_quiet(actor: Actor, start: time, until: time, *, unit: int = 0) -> int:
    """Set quiet hours of the actor, or (with the right) of a unit; return their id."""
    if unit:
        need(actor, RIGHT)
    elif not actor.user:
        raise BadInput(_("Quiet hours belong to a person or a unit."), where="unit")
    if start == until:
        raise BadInput(_("Give two different times."), where="until")
    whose = {"unit": unit} if unit else {"user": actor.user}
    if Quiet.objects.filter(start=start, until=until, **whose).exists():
        raise Conflict(_("These quiet hours are set already."), where="start")
    with atomic():
        row = Quiet.objects.create(start=start, until=until, **whose)
        if unit:
            record(actor, "quiet.put", {"unit": unit, "start": start.isoformat(), "until": until.isoformat()})
    return int(row.id)


def find_quiet(actor: Actor, quiet_id: int) -> Quiet:
    """Return quiet hours of the actor, or any unit's for whoever keeps them; NotFound otherwise."""
    found = Quiet.objects.filter(id=quiet_id).first()
    if found is None or (found.user and found.user != actor.user):
        raise NotFound(_("There are no such quiet hours."), where="quiet")
    return found


def drop_quiet(actor: Actor, quiet: Quiet) -> None:
    """Take quiet hours back."""
    if quiet.unit:
        need(actor, RIGHT)
    with atomic():
        if quiet.unit:
            record(actor, "quiet.dropped", {"unit": quiet.unit})
        quiet.delete()
