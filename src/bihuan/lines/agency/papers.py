"""The five papers of agency (受理单、委托书、中止单、续办委托书、办结/终止单).

The set follows DB3205/T 1077—2023 as cited elsewhere (待核实); the wording is our own.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.now import today
from bihuan.kernel.papers import kinds
from bihuan.kernel.papers.kinds import Kind, PaperField
from bihuan.kernel.papers.templates import Facts, Template
from bihuan.lines.agency import selectors
from bihuan.logic.mechanism import said

RECEIPT, MANDATE, SUSPENSION, RENEWAL, CLOSING = (
    "agency.receipt",
    "agency.mandate",
    "agency.suspension",
    "agency.renewal",
    "agency.closing",
)
#: Who numbers these slips: the agents themselves, and the centre they belong to.
SIGNERS = ("agent", "coordinator")
FREE = "本服务全程无偿，任何环节不收取费用。"
OWN_HAND = "法定声明、承诺须由委托人本人签署，代办员不得代签。"

_FIELDS = (
    PaperField("title", said("What is to be obtained"), required=True),
    PaperField("client", said("The client")),
    PaperField("project", said("Project")),
    PaperField("items", said("Approval items"), "list"),
    PaperField("case", said("Agency case")),
    PaperField("agent", said("Agent in charge")),
    PaperField("day", said("Date")),
    PaperField("since", said("Valid from")),
    PaperField("until", said("Valid until")),
    PaperField("reason", said("Reason"), "text"),
    PaperField("result", said("Result")),
    PaperField("licence", said("Number of the licence or filing")),
)
_HEAD = (
    ("代办件号", "{case}"),
    ("委托人", "{client}"),
    ("项目", "{project}"),
    ("代办事由", "{title}"),
    ("事项", "{items}"),
)


def _kind(name: str, title: str, prefix: str, heading: str, note: str, *rows: tuple[str, str]) -> Kind:
    template = Template(title=heading, body=(Facts((*_HEAD, *rows)),), note=note, layout="slip")
    return Kind(name, title, prefix, template, _FIELDS, SIGNERS, SIGNERS, to_party=True)


#: A mandate is the client's own act: he signs, the agents take it on.
_BY_HAND = "（签名、盖章）　　　　　　　年　　月　　日"
_TERM = (
    ("委托期限", "{since}至{until}"),
    ("代办员", "{agent}"),
    ("签订日期", "{day}"),
    ("委托人签章", _BY_HAND),
    ("代办员签名", _BY_HAND),
)
KINDS = (
    _kind(RECEIPT, said("Receipt of agency"), "代受", "代办帮办受理单", FREE + "签订委托书之前不代办任何事项。",
          ("代办员", "{agent}"), ("受理日期", "{day}")),
    _kind(MANDATE, said("Mandate"), "代委", "代办委托书", FREE + OWN_HAND + "委托人可随时撤销委托。", *_TERM),
    _kind(SUSPENSION, said("Slip of suspension"), "代中", "代办中止单", FREE,
          ("中止原因", "{reason}"), ("中止日期", "{day}"), ("代办员", "{agent}")),
    _kind(RENEWAL, said("Renewed mandate"), "代续", "续办委托书", FREE + OWN_HAND + "委托人可随时撤销委托。", *_TERM),
    _kind(CLOSING, said("Slip of closing"), "代结", "代办办结（终止）单", FREE,
          ("办理结果", "{result}"), ("证照编号", "{licence}"), ("终止原因", "{reason}"), ("日期", "{day}"),
          ("代办员", "{agent}")),
)  # fmt: skip
for _one in KINDS:
    kinds.register(_one)

_HEADINGS = {one.name: one.template.title for one in KINDS}


def heading(kind: str) -> str:
    """Return what a kind of paper is called on paper."""
    return _HEADINGS[kind]


_RESULTS = {"granted": "准予许可", "filed": "已备案", "refused": "不予许可"}


def content(row: MatterRow, values: Mapping[str, Any], agent: str) -> dict[str, Any]:
    """Return what a paper of a case says, from the case and what the move adds."""
    project = selectors.subjects([row.subject]).get(row.subject) if row.subject else None
    made = {
        "title": row.title,
        "case": row.code,
        "client": (names_of([row.party]).get(row.party, "") if row.party else "")
        or selectors.owner(row.subject),
        "project": project[0] if project else "",
        "items": [one["name"] for one in selectors.items(selectors.item_ids(row))],
        "agent": agent,
        "day": _said(today().isoformat()),
        "since": _said(values.get("valid_from")),
        "until": _said(values.get("valid_until")),
        "reason": values.get("reason", ""),
        "result": _RESULTS.get(values.get("result", ""), "" if values.get("result") else "终止"),
        "licence": values.get("licence", ""),
    }
    return {name: value for name, value in made.items() if value}


def _said(code: str | None) -> str:
    if not code:
        return ""
    day = date.fromisoformat(code)
    return f"{day.year}年{day.month}月{day.day}日"
