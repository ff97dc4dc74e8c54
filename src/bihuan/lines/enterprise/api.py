"""The enterprise's own account over the API, under ``/api/v1/enterprise``: its needs and the answers to them.

Confirming, sending back and rating are moves of the contact: ``/api/v1/matters/{code}/moves/rate``.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import selectors as flow
from bihuan.lines.enterprise import actions, selectors
from bihuan.lines.enterprise.selectors import Asked
from bihuan.ui.api import Before, Cursor, Limit, operation
from bihuan.ui.cards import light
from bihuan.ui.page import actor_of

PERMIT = "enterprise.home"
router = Router(tags=["enterprise"])


class NeedIn(Schema):
    """A need in one sentence, its class, and if one is meant the project."""

    title: str
    need_class: str
    detail: str = ""
    project: int = 0
    key: str = ""


class NeedOut(Schema):
    """A need: who has it, by when, what was answered; ``contact`` is the code of the rating that is asked for."""

    code: str
    kind: str
    title: str
    stage: str
    open: bool
    light: str
    due: datetime | None
    unit: str
    answer: str
    contact: str = ""


class RaisedOut(Schema):
    """What came of raising a need; ``again``: the same key had raised it before."""

    code: str
    stage: str
    again: bool


def _out(one: Asked, contacts: dict[int, Any]) -> NeedOut:
    row = one.row
    contact = contacts.get(row.id)
    return NeedOut(
        code=row.code, kind=row.kind, title=row.title, stage=row.stage, open=row.open, light=light(row), due=row.due,
        unit=one.unit, answer=one.answer, contact=contact.code if contact else "",
    )  # fmt: skip


@router.get("/needs", response=Cursor[NeedOut], operation_id="enterprise_needs")
@operation(permit=PERMIT)
def needs(request: HttpRequest, before: Before = 0, limit: Limit = 50) -> Any:
    """List what one's enterprise asked for, newest first, with the answers."""
    actor = actor_of(request)
    rows, more = selectors.asked(actor, before=before, limit=limit)
    contacts = selectors.contacts_of(actor)
    return {"rows": [_out(row, contacts) for row in rows], "before": more}


@router.get("/needs/{code}", response=NeedOut, operation_id="enterprise_need")
@operation(permit=PERMIT)
def need(request: HttpRequest, code: str) -> Any:
    """Return one need of one's enterprise with its answer."""
    actor = actor_of(request)
    row = flow.matter(actor, code)
    if row.kind not in selectors.KINDS or row.party != actor.party:
        raise NotFound(_("There is no such matter, or you may not see it."), where=code)
    return _out(selectors.answered([row])[0], selectors.contacts_of(actor))


@router.post("/needs", response=RaisedOut, operation_id="enterprise_raise")
@operation(permit=PERMIT)
def raise_need(request: HttpRequest, given: NeedIn) -> Any:
    """Say what is needed; the same ``key`` says it once."""
    data: dict[str, Any] = {"title": given.title, "class": given.need_class, "detail": given.detail}
    if given.project:
        data |= {"project": [given.project]}
    found = {name: value for name, value in data.items() if value}
    made = actions.raise_need(actor_of(request), found, given.key)
    return {"code": made.code, "stage": made.stage, "again": made.again}
