"""Keep household files: whom a grid looks after, for what, until when; every look at them is written down."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, NotFound
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.people import actions as people
from bihuan.kernel.people import selectors as persons
from bihuan.kernel.people.actions import NewPerson
from bihuan.kernel.people.selectors import Clear
from bihuan.kernel.people.values import mask_name
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline.actions import place_of as scope_of_address
from bihuan.lines.hotline.contracts import PURPOSES, VISIT
from bihuan.lines.hotline.households import selectors
from bihuan.lines.hotline.households.asking import RESIDENT
from bihuan.lines.hotline.households.selectors import ResidentRow


def look_after(actor: Actor, data: Mapping[str, Any], key: str = "") -> int:
    """Keep somebody for a purpose until a day, and plan the visits; return the resident's id. Once a ``key``.

    The building has to lie in a grid the actor sees. Consent is the ground (个人信息保护法 13(1)); the source says
    how it was given.
    """
    said = RESIDENT.parse(data)
    until = date.fromisoformat(said["until"])
    if until <= today():
        raise BadInput(_("A day in the future: after it nothing of this is shown any more."), where="until")
    (key_of_building,) = said["building"]
    name = dict(selectors.building_options(actor)).get(str(key_of_building), "")
    if not name:
        raise BadInput(_("This building lies in none of your grids."), where="building")
    ends = datetime.combine(until, time(23, 59, 59), LOCAL)
    title = _("Visit %(who)s (%(where)s)") % {"who": mask_name(said["name"]), "where": name}
    with atomic():
        visit = {"title": title, "every": said["every"]}
        made = flow.open(actor, VISIT, visit, scope=scope_of_address(actor, name), key=key)
        if made.again:
            return _of(made.matter)
        purpose = str(dict(PURPOSES)[said["purpose"]])
        person = people.add_person(
            actor,
            NewPerson(said["name"], said.get("phone", ""), purpose=purpose, basis="consent", until=ends),
        )
        return _keep(int(key_of_building), person, made.matter, said, until)


def _keep(building_id: int, person: int, visit: int, said: Mapping[str, Any], until: date) -> int:
    moment = now()
    sql = """INSERT INTO hotline_resident (building_id, door, person, visit, created_at) VALUES (%s, %s, %s, %s, %s)
             RETURNING id"""
    ((resident,),) = run(sql, (building_id, said["door"], person, visit, moment))
    _tag(resident, said["tag"], said["purpose"], said["source"], until)
    return int(resident)


def _of(visit: int) -> int:
    return int(run("SELECT id FROM hotline_resident WHERE visit = %s", (visit,))[0][0])


def _tag(resident: int, tag: str, purpose: str, source: str, until: date) -> None:
    sql = """INSERT INTO hotline_tag (resident_id, tag, purpose, source, until, created_at)
             VALUES (%s, %s, %s, %s, %s, %s)"""
    try:
        with atomic():
            run(sql, (resident, tag, purpose, source, until, now()))
    except IntegrityError as error:
        raise Conflict(_("This is on file already.")) from error


def look(actor: Actor, purpose: str, why: str) -> list[ResidentRow]:
    """Return those looked after for a purpose, masked; who looked, for what and at how many is written down."""
    if not why.strip():
        raise BadInput(_("Please say what you need it for."), where="why")
    rows = selectors.residents(actor, purpose)
    run(
        'INSERT INTO hotline_looked ("user", post, place, purpose, why, count, at) VALUES (%s, %s, %s, %s, %s, %s, %s)',
        (actor.user, actor.post, actor.division, purpose, why.strip()[:200], len(rows), now()),
    )
    return rows


def reveal(actor: Actor, resident: int, purpose: str, why: str) -> Clear:
    """Return one person in clear for the purpose it is kept for; NotFound for another purpose. The reading is kept."""
    found = selectors.residents(actor, purpose, resident)
    if not found:
        raise NotFound(_("Nothing of this person is kept for that purpose."), where="purpose")
    title = str(dict(PURPOSES)[purpose])
    return persons.read_person(found[0].person, actor, f"{_(title)}：{why.strip()}")
