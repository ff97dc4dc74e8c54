"""Long work as it is kept: begun, told how far it is, ended one way or another."""

import gzip
import json
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BihuanError, NotFound
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.identity.selectors.posts import actor_of
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic
from bihuan.site.admin.models import APPLYING, FAILED, WAITING, Work
from bihuan.ui.page import target_of

#: The id of the panel that shows how far work is.
PANEL = "work"


def begin(
    actor: Actor,
    kind: str,
    name: str,
    *,
    asked: dict[str, Any] | None = None,
    data: bytes = b"",
    whole: int = 0,
) -> Work:
    """Write down what is asked for."""
    moment = now()
    return Work.objects.create(
        kind=kind, name=name[:255], user=actor.user, post=actor.post, who=actor.title[:120], asked=asked or {},
        data=data, whole=whole, created_at=moment, changed_at=moment,
    )  # fmt: skip


def change(work: Work, **columns: Any) -> Work:
    """Write columns of a piece of work."""
    for name, value in columns.items():
        setattr(work, name, value)
    work.changed_at = now()
    work.save(update_fields=[*columns, "changed_at"])
    return work


def find(kind: str, work_id: int) -> Work:
    """Return a piece of work without its packed data; NotFound when there is none."""
    found = Work.objects.defer("data").filter(id=work_id, kind=kind).first()
    if found is None:
        raise NotFound(_("There is no such work."), where="work")
    return found


def latest(kind: str, limit: int = 10) -> list[Work]:
    """Return what was asked for last, newest first, without packed data and bulky asks."""
    return list(Work.objects.defer("data", "asked").filter(kind=kind).order_by("-id")[:limit])


def passes(work_id: int, before: str, after: str) -> bool:
    """Take a piece of work from one state to another; False when somebody else has done so."""
    with atomic():
        found = Work.objects.filter(id=work_id, state=before)
        return bool(found.update(state=after, changed_at=now()))


def acting(work: Work) -> Actor:
    """Return who asked, as they may act now: a post that has ended meanwhile is refused."""
    return actor_of(work.user, work.post or None) if work.user else SYSTEM


def attempt(work: Work, act: Callable[[Work], Work]) -> Work:
    """Do the work; what is wrong with it is written down for whoever asked, not tried again."""
    try:
        return act(work)
    except BihuanError as error:
        return change(work, state=FAILED, error=error.message)


def pack(rows: Iterable[tuple[str, str]]) -> bytes:
    """Pack rows to be kept until they are applied."""
    return gzip.compress(json.dumps(list(rows), ensure_ascii=False).encode(), 6)


def unpack(data: bytes | memoryview) -> list[tuple[str, str]]:
    """Return packed rows."""
    return [(one, other) for one, other in json.loads(gzip.decompress(bytes(data)))]


def waits(work: Work) -> bool:
    """Whether somebody still has to wait for it."""
    return work.state in {WAITING, APPLYING}


def over(request: HttpRequest, work: Work) -> bool:
    """Whether it is the progress panel that asks, and the work has ended: then the whole page is due."""
    return target_of(request) == PANEL and not waits(work)
