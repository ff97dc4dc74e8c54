"""The papers of cards and mentions: numbered when issued, void when withdrawn on appeal, never numbered twice."""

from typing import Any

from bihuan.kernel.content.selectors import open_values
from bihuan.kernel.flow.registry import Context, effect
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import SYSTEM, Scope
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.papers import actions, kinds, selectors
from bihuan.kernel.papers.kinds import Kind, PaperField
from bihuan.kernel.papers.templates import Template, Text
from bihuan.logic.mechanism import said

#: A paper is Chinese in every language.
_COLOURS = {"yellow": "黄牌", "red": "红牌"}
_MENTIONS = {"praise": "表扬", "blame": "批评"}
_FIELDS = (
    PaperField("what", said("What it is")),
    PaperField("subject", said("What it is about"), required=True),
    PaperField("unit", said("Unit"), required=True),
    PaperField("grounds", said("Grounds"), "text", required=True),
    PaperField("basis", said("Rule it rests on"), required=True),
    PaperField("statement", said("Statement of the unit"), "text"),
    PaperField("weighed", said("How the statement was weighed"), "text"),
)

CARD = kinds.register(Kind(
    "supervision.card", said("Card"), "督牌",
    Template(
        title="{what}督办通知书", to="{unit}",
        body=(
            Text("你单位“{subject}”一事，经查：{grounds}"),
            Text("依据{basis}，现予以{what}提醒。"),
            Text("你单位陈述申辩意见：{statement}"),
            Text("采纳情况：{weighed}"),
            Text("如有异议，可在规定期限内提出申诉；申诉期间不停止整改。"),
        ),
        layout="letter",
    ),
    _FIELDS, signers=("supervisor", "leader", "principal"), drafters=("supervisor",),
))  # fmt: skip
MENTION = kinds.register(Kind(
    "supervision.mention", said("Circular"), "督通",
    Template(
        title="关于对{unit}予以通报{what}的通报",
        body=(
            Text("{grounds}"),
            Text("依据{basis}，决定对{unit}予以通报{what}。"),
            Text("单位陈述申辩意见：{statement}"),
        ),
    ),
    _FIELDS, signers=("leader", "principal"), drafters=("supervisor", "leader"),
))  # fmt: skip


def content(row: MatterRow, what: str, weighed: str = "") -> dict[str, Any]:
    """Return what a paper says: the unit's own statement stands in it, before how it was weighed."""
    texts = {
        ref.field: value.text for ref, value in open_values(row.id, ["grounds", "basis", "statement"]).items()
    }
    unit = row.lead_unit or row.value("unit", 0)
    return {
        "what": what, "subject": row.title, "unit": names_of([unit]).get(unit, ""),
        "grounds": texts.get("grounds", row.title), "basis": texts.get("basis", ""),
        "statement": texts.get("statement", ""), "weighed": weighed,
    }  # fmt: skip


@effect("supervision.card_paper@1")
def issue_card(context: Context) -> None:
    """Number and sign the card's paper as whoever issues it."""
    colour = _COLOURS[context.values["colour"]]
    _sign(context, CARD, content(context.row, colour, str(context.values.get("reply", ""))))


@effect("supervision.mention_paper@1")
def issue_mention(context: Context) -> None:
    """Number and sign the circular as whoever approves it."""
    _sign(context, MENTION, content(context.row, _MENTIONS[context.row.value("mention")]))


def _sign(context: Context, kind: Kind, data: dict[str, Any]) -> None:
    row = context.row
    scope = Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__})
    key = f"{row.id}:{row.seq}"
    paper = actions.draft(
        SYSTEM, kind.name, data, scope=scope, about=row.id, unit=context.actor.unit, key=f"{kind.name}:{key}"
    )
    actions.sign(context.actor, paper, key=f"supervision:{key}")


@effect("supervision.card_void@1")
def withdraw(context: Context) -> None:
    """Void the signed paper of what was withdrawn on appeal; its number is never used again."""
    for paper in selectors.of(context.row.id):
        if paper.is_signed and paper.kind in {CARD.name, MENTION.name}:
            actions.void(context.actor, paper.id, "经申诉复核，予以撤销")
