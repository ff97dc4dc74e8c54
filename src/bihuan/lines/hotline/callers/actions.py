"""Write down who asked, and show it in clear with a reason that is kept."""

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, NotFound
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now
from bihuan.kernel.people import actions as people
from bihuan.kernel.people import selectors as persons
from bihuan.kernel.people.actions import NewPerson
from bihuan.kernel.people.selectors import Clear
from bihuan.kernel.people.values import mask_name
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.callers import selectors
from bihuan.lines.hotline.contracts import ANONYMOUS, OPEN

#: For what a caller's name and phone are kept, and on what ground (duty: 个人信息保护法 13(3)).
PURPOSE, BASIS = "12345 诉求办理与回访", "duty"


def keep(actor: Actor, matter: int, name: str, phone: str, secrecy: str = OPEN, against: int = 0) -> None:
    """Write down who asked in an order, once. Of an anonymous caller nothing is kept but that there was one."""
    person = 0
    if secrecy != ANONYMOUS and (name or phone):
        called = name or _("Caller")
        person = selectors.same_person(phone, mask_name(called)) if phone else 0
        person = person or people.add_person(actor, NewPerson(called, phone, purpose=PURPOSE, basis=BASIS))
    run(
        "INSERT INTO hotline_caller (matter, person, secrecy, against, created_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (matter) DO NOTHING",
        (matter, person, secrecy, against, now()),
    )


def reveal(actor: Actor, matter: int, why: str) -> Clear:
    """Return the caller in clear; who read it, when and why is written down. NotFound for whoever may not."""
    row = flow.matter(actor, matter)
    asked = selectors.caller(row.id)
    if asked is None or not asked.person or not selectors.may_know(actor, row, asked):
        raise NotFound(_("There is no caller here whom you may know."), where=row.code)
    if not why.strip():
        raise BadInput(_("Please say what you need it for."), where="why")
    return persons.read_person(asked.person, actor, f"{row.code}: {why.strip()}")
