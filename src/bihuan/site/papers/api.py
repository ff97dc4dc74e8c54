"""Papers over the API."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from bihuan.kernel.papers import actions, selectors
from bihuan.kernel.papers.selectors import Sought
from bihuan.site.papers import register, seeing
from bihuan.ui.api import Before, Cursor, Limit, operation
from bihuan.ui.page import actor_of

router = Router(tags=["papers"])
Words = Annotated[str, Query(max_length=64)]


class PaperOut(Schema):
    """A paper without its content."""

    id: int
    kind: str
    title: str
    state: str
    number: str
    about: int
    corrects: int
    issuer: str
    signer_name: str
    form: str
    created: datetime
    signed_on: date | None
    valid_until: date | None
    hash: str

    @staticmethod
    def resolve_hash(row: Any) -> str:
        """Return the fingerprint as hex."""
        return bytes(row.hash).hex()


class SignIn(Schema):
    """A signature: ``seen`` is the fingerprint of what was looked at."""

    seen: str = Field(min_length=64, max_length=64)
    key: str = Field("", max_length=100)


class VoidIn(Schema):
    """Why a paper is made void."""

    reason: str = Field(min_length=1, max_length=2000)


class Signed(Schema):
    """The number a paper got."""

    number: str


@router.get("/papers", response=Cursor[PaperOut], operation_id="papers_list")
@operation(permit="post")
def papers_list(
    request: HttpRequest,
    kind: Words = "",
    state: Words = "",
    q: Words = "",
    before: Before = 0,
    limit: Limit = 50,
) -> Any:
    """List papers of the register, newest first; only issued ones unless a state is asked for."""
    actor = actor_of(request)
    asked = Sought(kind=kind, state=state, q=q)
    rows, more = selectors.listed(seeing.ways(actor), asked, before=before, limit=limit)
    return {"rows": [r for r in rows if r.number or register.may_see_draft(actor, r)], "before": more}


@router.get("/papers/{paper}", response=PaperOut, operation_id="paper_read")
@operation(permit="signed_in")
def paper_read(request: HttpRequest, paper: int) -> Any:
    """Return one paper."""
    return seeing.visible(actor_of(request), paper)


@router.get("/papers/{paper}/data", response=dict[str, Any], operation_id="paper_data")
@operation(permit="signed_in")
def paper_data(request: HttpRequest, paper: int) -> Any:
    """Return the frozen content of one paper, field by field."""
    return selectors.data(seeing.visible(actor_of(request), paper))


@router.post("/papers/{paper}/sign", response=Signed, operation_id="paper_sign")
@operation(permit="post")
def paper_sign(request: HttpRequest, paper: int, given: SignIn) -> Any:
    """Sign a paper on screen and get its number."""
    actor = actor_of(request)
    return {"number": actions.sign(actor, seeing.visible(actor, paper).id, seen=given.seen, key=given.key)}


@router.post("/papers/{paper}/void", response=PaperOut, operation_id="paper_void")
@operation(permit="post")
def paper_void(request: HttpRequest, paper: int, given: VoidIn) -> Any:
    """Make a paper void; its number is never given again."""
    actor = actor_of(request)
    row = seeing.visible(actor, paper)
    actions.void(actor, row.id, given.reason)
    return selectors.paper(row.id)
