"""A paper with everything filled in: the one thing both DOCX and PDF are made from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from bihuan.kernel.papers import kinds, numbering, selectors
from bihuan.kernel.papers.models import ON_PAPER
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.papers.templates import (
    Block,
    Facts,
    Head,
    Items,
    Picture,
    Rows,
    Template,
    Text,
    fill,
    written,
)

#: Not words of a page but of the document itself: a paper is the same paper in every language.
UNSIGNED = "（签发时编号）"
MARKS = {"draft": "草稿　未签发", "reviewed": "草稿　未签发", "void": "作废"}
SEAL = "（印章处　本系统签发　非法定签章）"
PAPER_SEAL = "（线下签批　以原件签章为准）"
CHECK = "扫码或输入查验码可核对文号、发文机关、日期和效力，不显示正文。"
FONTS = "字体：未安装方正小标宋、仿宋_GB2312、楷体_GB2312 的，以 Noto CJK 代替。"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the page, top to bottom. ``blocks`` are plain: {"kind": …, what the block shows}."""

    layout: str
    head: str
    number: str
    signer: str
    title: str
    to: str
    blocks: tuple[dict[str, Any], ...]
    attachments: tuple[str, ...]
    note: str
    copies: str
    issuer: str
    date: str
    seal: str
    mark: str
    code: str
    check_url: str
    hash: str
    corrects: str
    #: How it stands to the paper it names: 更正, or 代替 where a matter moved on.
    verb: str
    check: str = CHECK
    fonts: str = FONTS
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def head_size(self) -> int:
        """Return how large the red head is set, in points: one line of 156 mm, 20 to 40 pt."""
        largest = 26 if self.layout == "slip" else 40
        return max(20, min(largest, 400 // max(len(self.head), 1)))

    def dumps(self) -> str:
        """Return the sheet as JSON, without what only own templates ask for."""
        names = [name for name in self.__dataclass_fields__ if name != "context"]
        shown = {name: getattr(self, name) for name in names}
        return json.dumps({**shown, "head_size": self.head_size}, ensure_ascii=False)


def check_url(code: str) -> str:
    """Return the address of the check page: absolute where the installation says its own."""
    return f"{getattr(settings, 'PUBLIC_URL', '')}/check/{code}/"


def sheet(paper_id: int) -> Sheet:
    """Return the sheet of a paper; raise NotFound when there is none or its content is gone."""
    return sheets([paper_id])[paper_id]


def sheets(paper_ids: list[int]) -> dict[int, Sheet]:
    """Return the sheets of many papers."""
    rows = selectors.by_ids(paper_ids)
    if missing := [key for key in paper_ids if key not in rows]:
        selectors.paper(missing[0])  # says that there is none
    found = selectors.data_of(list(rows.values()))
    layouts = {
        row.template: selectors.template(row) for row in {r.template: r for r in rows.values()}.values()
    }
    old = selectors.by_ids({row.corrects for row in rows.values() if row.corrects})
    return {
        key: make(row, layouts[row.template], found[key], old.get(row.corrects)) for key, row in rows.items()
    }


def make(row: PaperRow, template: Template, data: Mapping[str, Any], old: PaperRow | None) -> Sheet:
    """Return the sheet of a row, its layout and data; ``old`` is the paper it corrects."""
    issuer = row.issuer or numbering.issuer(row.unit, row.created.date()).name
    day = row.signed_on
    own = {
        "number": row.number or UNSIGNED,
        "issuer": issuer,
        "signer": row.signer_name,
        "date": f"{day.year}年{day.month}月{day.day}日" if day else "",
        "code": row.code,
        "check_url": check_url(row.code),
        "hash": row.hash.hex(),
        "corrects": old.number if old else "",
        "valid_until": row.valid_until.isoformat() if row.valid_until else "",
    }
    values = {**data, **own}
    return Sheet(
        layout=template.layout,
        head=issuer if template.layout in {"letter", "slip"} else f"{issuer}文件",
        title=row.title,
        to=fill(template.to, values),
        blocks=_kept([shown for block in template.body if (shown := _show(block, values))]),
        attachments=tuple(data.get(template.attachments, ())) if template.attachments else (),
        note=fill(template.note, values),
        copies=fill(template.copies, values),
        verb="代替" if kinds.known(row.kind) and kinds.get(row.kind).replaces else "更正",
        seal=PAPER_SEAL if row.form == ON_PAPER else SEAL,
        mark=MARKS.get(row.state, ""),
        context={**values, "title": row.title},
        **{name: own[name] for name in
           ("number", "signer", "issuer", "date", "code", "check_url", "hash", "corrects")},
    )  # fmt: skip


#: Characters in a line of the body.
_PER_LINE = 28
#: So many lines of text, or rows of a table, stand on the page of the signature at least.
_LEAST = 2


def _kept(blocks: list[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Say of the last blocks how many of their paragraphs or rows stay with the signature (``keep``).

    A last page with nothing but the signature could be put behind any text.
    """
    wanted, made = _LEAST, list(blocks)
    for place in range(len(made) - 1, -1, -1):
        block = made[place]
        many = block.get("lines") or block.get("items") or block.get("rows") or [""]
        kept = 0
        for words in reversed(many):
            if wanted <= 0:
                break
            kept += 1
            is_text = block["kind"] in {"text", "items", "head"}
            wanted -= -(-(len(words) + 2) // _PER_LINE) if is_text else 1
        made[place] = {**block, "keep": kept}
        if wanted <= 0:
            break
    return tuple(made)


def _show(block: Block, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a block with its fields filled in, None when there is nothing to show."""
    if isinstance(block, Text | Head | Facts):
        return _worded(block, values)
    value = values.get(block.field)
    if not value:
        return None
    if isinstance(block, Items):
        return {"kind": "items", "items": [written(one) for one in value]}
    if isinstance(block, Picture):
        return {"kind": "picture", "svg": value, "caption": block.caption}
    return _rows(block, value)


def _worded(block: Text | Head | Facts, values: Mapping[str, Any]) -> dict[str, Any] | None:
    if isinstance(block, Facts):
        rows = [[label, text] for label, words in block.rows if (text := fill(words, values))]
        return {"kind": "facts", "rows": rows} if rows else None
    text = fill(block.text, values)
    if isinstance(block, Head):
        return {"kind": "head", "text": text, "level": block.level} if text else None
    lines = [line for line in text.splitlines() if line.strip()]
    return {"kind": "text", "lines": lines} if lines else None


def _rows(block: Rows, value: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "kind": "rows",
        "caption": block.caption,
        "heads": [title for _name, title, _width in block.columns],
        "widths": [width for _name, _title, width in block.columns],
        "rows": [[row.get(name, "") for name, _title, _width in block.columns] for row in value],
    }
