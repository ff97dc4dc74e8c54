"""Who one is, search and notices over the API."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.notices import actions as notices_write
from bihuan.kernel.notices import selectors as notices
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.search import selectors as search
from bihuan.ui.api import Before, Limit, Shape, operation
from bihuan.ui.page import actor_of

Words = Annotated[str, Query(max_length=100)]

router = Router(tags=["house"])


class Me(Shape):
    """Who the caller is and from which post."""

    kind: str
    title: str
    role: str
    unit: int
    level: str
    division: int
    party: int


class Hit(Shape):
    """A matter found."""

    code: str
    title: str
    kind: str
    stage: str
    open: bool
    due: datetime | None
    moved: datetime


class Hits(Shape):
    """Hits, newest first; ``before`` asks for older ones, 0 when there are none."""

    hits: list[Hit]
    before: int


class NoticeOut(Shape):
    """Something the caller was told and has not read."""

    id: int
    kind: str
    text: str
    created: datetime


@router.get("/me", response=Me, operation_id="me")
@operation(permit="signed_in")
def me(request: HttpRequest) -> Any:
    """Tell who the caller is."""
    actor = actor_of(request)
    return {name: getattr(actor, name) for name in Me.model_fields}


@router.get("/search", response=Hits, operation_id="search")
@operation(permit="signed_in")
def find(request: HttpRequest, q: Words, before: Before = 0, limit: Limit = 20) -> Any:
    """Find matters by words or code among those one may see."""
    actor = actor_of(request)
    page = search.search(branches(actor), q, limit=limit, before=before or None)
    opens = flow.openable(actor, {hit.id: hit.kind for hit in page.hits}, "read")
    return {"hits": [hit for hit in page.hits if hit.id in opens], "before": page.before or 0}


@router.get("/notices", response=list[NoticeOut], operation_id="notices_list")
@operation(permit="signed_in")
def notices_list(request: HttpRequest, limit: Limit = 50) -> Any:
    """List unread notices, newest first."""
    return notices.unread(actor_of(request), limit=limit)


@router.post("/notices/read", response={204: None}, operation_id="notices_read")
@operation(permit="signed_in")
def notices_read(request: HttpRequest) -> Any:
    """Mark all notices as read."""
    notices_write.mark_read(actor_of(request))
    return Status(204, None)
