"""Long work as it is kept: begun once, told how far it is, ended one way or another."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind
from bihuan.kernel.identity.selectors.divisions import division
from bihuan.kernel.identity.selectors.posts import actor_of
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.transfers.models import Work


def begin(
    actor: Actor, kind: str, name: str, asked: Mapping[str, Any], *, file: int = 0, key: str = ""
) -> Work:
    """Write down what is asked for. Inside a transaction that :func:`asked_before` guards."""
    moment = now()
    return Work.objects.create(
        kind=kind,
        name=name[-255:],
        asked=dict(asked),
        file=file,
        key=key,
        created_at=moment,
        changed_at=moment,
        **_owner(actor),
        party=actor.party,
        division=actor.division,
        actor_title=actor.title[:200],
    )


def _owner(actor: Actor) -> dict[str, Any]:
    return {"actor_kind": str(actor.kind), "user": actor.user, "post": actor.post}


def asked_before(actor: Actor, kind: str, key: str) -> Work | None:
    """Return the work this key began, if it did; others with the same key wait until the transaction ends."""
    if not key:
        return None
    said = f"projects.transfers:{actor.kind}:{actor.user}:{actor.post}:{kind}:{key}"
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (said,))
    return Work.objects.filter(kind=kind, key=key, **_owner(actor)).first()


def change(work: Work, **columns: Any) -> Work:
    """Write columns of a piece of work."""
    for name, value in columns.items():
        setattr(work, name, value)
    work.changed_at = now()
    work.save(update_fields=[*columns, "changed_at"])
    return work


def locked(work_id: int) -> Work:
    """Return a piece of work under lock; NotFound when there is none."""
    found = Work.objects.select_for_update().filter(id=work_id).first()
    if found is None:
        raise NotFound(_("There is no such import or export."), where=str(work_id))
    return found


def mine(actor: Actor, kind: str, work_id: int) -> Work:
    """Return what this person asked for; somebody else's looks like none."""
    found = Work.objects.filter(id=work_id, kind=kind).first()
    if found is None or (found.user, found.actor_kind == Kind.SYSTEM) != (
        actor.user,
        actor.kind is Kind.SYSTEM,
    ):
        raise NotFound(_("There is no such import or export."), where=str(work_id))
    return found


def of_place(actor: Actor, kind: str, work_id: int) -> Work:
    """Return what somebody of the actor's own office (the same division) asked for."""
    found = Work.objects.filter(id=work_id, kind=kind).first()
    own = found is not None and (
        actor.kind is Kind.SYSTEM
        or (actor.division and found.division == actor.division)
        or (actor.user and found.user == actor.user)
    )
    if found is None or not own:
        raise NotFound(_("There is no such import or export."), where=str(work_id))
    return found


def listed(actor: Actor, kind: str, *, before: int = 0, limit: int = 50) -> list[Work]:
    """Return what the actor's own office asked for, newest first, without its bulky results."""
    found = Work.objects.filter(kind=kind).defer("result").order_by("-id")
    if actor.kind is not Kind.SYSTEM:
        found = found.filter(division=actor.division) if actor.division else found.filter(user=actor.user)
    if before:
        found = found.filter(id__lt=before)
    return list(found[:limit])


def acting(work: Work) -> Actor:
    """Return who asked last, as they may act now: a post that has ended meanwhile is Refused."""
    user, post = work.asked.get("by") or (work.user, work.post)
    if not user:
        return system_at(work.division)
    return actor_of(user, post or None)


def system_at(division_id: int) -> Actor:
    """Return the system working for a division (0: for all of them)."""
    place = division(division_id) if division_id else None
    return replace(SYSTEM, level=place.level, division=place.id) if place else SYSTEM


__all__ = ["acting", "asked_before", "begin", "change", "listed", "locked", "mine", "of_place", "system_at"]
