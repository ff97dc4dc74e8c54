"""The papers of orders: drafted when put up, numbered when signed, void when the order is, never numbered twice."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import current, ground, place_of
from bihuan.kernel.files.actions import upload
from bihuan.kernel.files.selectors import open_file, stored
from bihuan.kernel.flow.registry import Context, effect
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.identity.selectors.posts import post
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.now import today
from bihuan.kernel.orders import signing
from bihuan.kernel.orders.standing import relation_of
from bihuan.kernel.orders.texts import texts_of
from bihuan.kernel.orders.words import PAPER_OF, SIGNERS, SOURCES
from bihuan.kernel.papers import actions, kinds, selectors, standing
from bihuan.kernel.papers.kinds import Kind, PaperField
from bihuan.kernel.papers.models import DRAFT, REVIEWED, SIGNED
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.papers.templates import Block, Facts, Layout, Template, Text
from bihuan.logic.mechanism import said

_FIELDS = (
    PaperField("title", said("Matter in one sentence"), required=True),
    PaperField("to", said("Lead unit"), required=True),
    PaperField("supports", said("Supporting units"), "list"),
    PaperField("demand", said("What is to be done"), "text", required=True),
    PaperField("due", said("To be answered by")),
    PaperField("basis", said("Basis")),
    PaperField("source", said("Comes from")),
    PaperField("copies", said("Copies to"), "list"),
)
#: How units of time stand in a paper: a paper is Chinese in every language.
_SPANS = {"h": "小时", "wh": "个工作小时", "d": "日", "wd": "个工作日", "m": "个月"}


def _kind(name: str, title: str, prefix: str, template: Template) -> Kind:
    return Kind(f"orders.{name}", title, prefix, template, _FIELDS, signers=SIGNERS, by_matter=True)


def _letter(title: str, *body: Block, closing: str, layout: Layout = "letter") -> Template:
    return Template(
        title=title,
        to="{to}",
        body=(Text("{basis}"), Text("{demand}"), *body, Text(closing)),
        copies="{copies}",
        layout=layout,
    )


KINDS = (
    _kind("order", said("Order"), "交办", Template(
        title="交　办　单",
        body=(Facts((
            ("交办事项", "{title}"), ("事项来源", "{source}"), ("交办依据", "{basis}"), ("主办单位", "{to}"),
            ("协办单位", "{supports}"), ("办理要求", "{demand}"), ("反馈时限", "{due}"),
        )),),
        copies="{copies}",
        note="请于收件后在规定时限内签收，按期反馈办理结果；协办单位对各自事项负责。",
        layout="slip",
    )),
    _kind("letter", said("Letter of request"), "函", _letter(
        "关于商请{title}的函", Text("请于{due}函复。"), closing="感谢支持。")),
    _kind("request", said("Request for instructions"), "请", _letter(
        "关于{title}的请示", closing="妥否，请批示。", layout="upward")),
    _kind("report", said("Report to superiors"), "报", _letter(
        "关于{title}的报告", closing="特此报告。", layout="upward")),
)  # fmt: skip


def register() -> None:
    """Make the kinds of papers of this room known."""
    for kind in KINDS:
        kinds.register(kind)


def content(row: MatterRow, facts: dict[str, Any]) -> dict[str, Any]:
    """Return what the paper of an order says; ``facts`` are what the move adds to what is known."""
    said_ = {**row.data, **facts}
    texts = texts_of(row.id)
    lead, supports = (
        int(said_["unit"]),
        [unit for unit in said_.get("supports") or () if unit != said_["unit"]],
    )
    names = names_of([lead, *supports])
    return {
        "title": row.title,
        "to": names.get(lead, ""),
        "supports": [names.get(unit, "") for unit in supports],
        "demand": texts.demand or row.title,
        "due": _until(row, said_.get("due")),
        "basis": texts.basis,
        "source": _source(said_.get("source", "")),
        "copies": ["督查室"],
    }


def _source(name: str) -> str:
    known = {"problem": "问题闭环", "meeting": "会议议定", "site": "现场办公会", "instruction": "领导批示"}
    return known.get(name, "") if name in dict(SOURCES) else ""


def _until(row: MatterRow, due: str | None) -> str:
    if due:
        day = date.fromisoformat(due)
        return f"{day.year}年{day.month}月{day.day}日前"
    limit = current().limit("orders.answer", place_of(signing.place_of(row)), today())
    return f"自签发之日起{limit.value}{_SPANS[limit.unit]}内"


def papers_of(order: int) -> list[PaperRow]:
    """Return the papers of an order, oldest first."""
    return [row for row in selectors.of(order) if row.kind in {kind.name for kind in KINDS}]


def _open(rows: Sequence[PaperRow]) -> PaperRow | None:
    return next((row for row in reversed(rows) if row.state in {DRAFT, REVIEWED}), None)


def _frame(context: Context) -> tuple[str, int]:
    """Return the kind of the paper, and the body that issues it: the signer's."""
    said_ = {**context.row.data, **context.values, **context.facts}
    body = post(int(said_["signer"])).unit
    relation = said_.get("relation") or relation_of(body, int(said_["unit"]))
    return f"orders.{said_.get('paper') or PAPER_OF[relation]}", body


@effect("orders.paper@1")
@standing.moved_by_matter()
def drafted(context: Context) -> None:
    """What is put up can be looked at as the paper it will be."""
    _fresh(SYSTEM, context)


def _fresh(actor: Actor, context: Context) -> int:
    """Draft the paper anew and make an older draft void."""
    ground()
    row = context.row
    papers = papers_of(row.id)
    if old := _open(papers):
        actions.void(SYSTEM, old.id, _("Replaced by a newer draft"))
    kind, body = _frame(context)
    data = content(row, {**context.values, **context.facts})
    return actions.draft(
        actor, kind, data, scope=signing.place_of(row), about=row.id, unit=body, title="", party=0,
        corrects=_replaced(papers, body),
    )  # fmt: skip


def _replaced(papers: Sequence[PaperRow], body: int) -> int:
    """Return the signed paper in force that a new one of the same body takes the place of; 0 when there is none."""
    return next((row.id for row in reversed(papers) if row.state == SIGNED and row.unit == body), 0)


@effect("orders.number@1")
@standing.moved_by_matter()
def numbered(context: Context) -> None:
    """On screen: the paper that was looked at is signed, unless the signer changed it by signing."""
    rows = papers_of(context.row.id)
    found = _open(rows)
    kind, body = _frame(context)
    changed = found is None or (found.kind, found.unit) != (kind, body)
    if not changed and found is not None:
        changed = selectors.data(found) != kinds.get(kind).parse(content(context.row, _given(context)))
    paper = _fresh(SYSTEM, context) if changed or found is None else found.id
    actions.sign(context.actor, paper, key=f"order:{context.row.id}:{context.row.seq}")


@effect("orders.number_on_paper@1")
@standing.moved_by_matter()
def numbered_on_paper(context: Context) -> None:
    """On paper: who enters the signature drafts the paper it stands on, and the scan goes with it."""
    paper = _fresh(context.actor, context)
    # The scan lies with the order, and a copy of it with the paper it signs.
    handed_in = stored(int(context.values["evidence"][0]))
    scan = upload(context.actor, BytesIO(open_file(handed_in.id, context.actor)), handed_in.name).id
    actions.sign(
        context.actor,
        paper,
        form="paper",
        scan=scan,
        signer_post=int(context.values["signer"]),
        signed_on=date.fromisoformat(context.values["signed_on"]),
        key=f"order:{context.row.id}:{context.row.seq}",
    )


def _given(context: Context) -> dict[str, Any]:
    return {**context.values, **context.facts}


@effect("orders.void_paper@1")
@standing.moved_by_matter()
def voided(context: Context) -> None:
    """With an order its papers are void; their numbers stay theirs."""
    reason = str(
        context.values.get("reason") or context.values.get("note") or _("The order was given to another unit")
    )
    for row in papers_of(context.row.id):
        if row.state == SIGNED:
            actions.void(context.actor, row.id, reason)
        elif not row.is_void:
            actions.void(SYSTEM, row.id, reason)


@effect("orders.renumber@1")
@standing.moved_by_matter()
def renumbered(context: Context) -> None:
    """Given to another unit by its signer: the old paper is void, a new one is signed in the same move."""
    voided(context)
    paper = _fresh(SYSTEM, context)
    actions.sign(context.actor, paper, key=f"order:{context.row.id}:{context.row.seq}")
