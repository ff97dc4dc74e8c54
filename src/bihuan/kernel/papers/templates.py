"""How a paper is laid out, declared as data: a title, whom it goes to, blocks of the body, what stands below.

Texts name fields in braces: ``关于{title}的通知``. A paper keeps the template it was drafted under, by its
hash, so a paper signed today looks the same in ten years, whatever the program has learned meanwhile.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bihuan.logic import canonical

Layout = Literal["official", "letter", "upward", "minutes", "slip"]
_NAMED = re.compile(r"\{(\w+)\}")
#: Fields every template may name: the program fills them when the paper is shown.
OWN = frozenset(
    {"number", "issuer", "signer", "date", "code", "check_url", "hash", "corrects", "valid_until"}
)


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs; each line of a field begins one. Left out when it names fields and all are empty."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Head:
    """A heading: level 1 in 黑体 (一、), 2 in 楷体 (（一）), 3 in 仿宋 (1.); numbers stand in the text."""

    text: str
    level: int = 1
    kind: Literal["head"] = "head"


@dataclass(frozen=True, slots=True)
class Items:
    """A numbered list of the texts in a field of kind ``list``."""

    field: str
    kind: Literal["items"] = "items"


@dataclass(frozen=True, slots=True)
class Facts:
    """A table of two columns: label and text; lines whose fields are empty are left out."""

    rows: tuple[tuple[str, str], ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of a field of kind ``rows``: (column, heading, width in parts of the whole)."""

    field: str
    columns: tuple[tuple[str, str, int], ...]
    caption: str = ""
    kind: Literal["rows"] = "rows"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing (SVG) in a field of kind ``picture``."""

    field: str
    caption: str = ""
    kind: Literal["picture"] = "picture"


Block = Text | Head | Items | Facts | Rows | Picture
_BLOCKS: dict[str, type[Block]] = {
    "text": Text, "head": Head, "items": Items, "facts": Facts, "rows": Rows, "picture": Picture,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Template:
    """A document's layout. ``attachments`` names a field of kind ``list``; ``copies`` is the 抄送 line."""

    title: str
    body: tuple[Block, ...]
    to: str = ""
    attachments: str = ""
    copies: str = ""
    note: str = ""
    layout: Layout = "official"


def named(template: Template) -> Iterator[str]:
    """Yield every field the template names."""
    for text in (template.title, template.to, template.copies, template.note):
        yield from _NAMED.findall(text)
    if template.attachments:
        yield template.attachments
    for block in template.body:
        if isinstance(block, Text | Head):
            yield from _NAMED.findall(block.text)
        elif isinstance(block, Facts):
            for _label, text in block.rows:
                yield from _NAMED.findall(text)
        else:
            yield block.field


def fill(text: str, data: Mapping[str, Any]) -> str:
    """Return the text with its fields filled in; "" when it names fields and none has a value."""
    names = _NAMED.findall(text)
    if names and not any(written(data.get(name)) for name in names):
        return ""
    return _NAMED.sub(lambda match: written(data.get(match[1])), text)


def written(value: Any) -> str:
    """Return a value of a paper as it stands in a text."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "、".join(written(one) for one in value)
    return str(value)


def dumps(template: Template) -> str:
    """Return the template's canonical text."""
    plain = {
        name: getattr(template, name) for name in ("title", "to", "attachments", "copies", "note", "layout")
    }
    return canonical.dumps({**plain, "body": [_plain(block) for block in template.body]})


def _plain(block: Block) -> dict[str, Any]:
    return {name: getattr(block, name) for name in block.__dataclass_fields__}


def loads(value: Mapping[str, Any]) -> Template:
    """Return the template that :func:`dumps` wrote, read back as JSON."""
    plain = {name: part for name, part in value.items() if name != "body"}
    return Template(body=tuple(_block(part) for part in value["body"]), **plain)


def _block(value: Mapping[str, Any]) -> Block:
    given = {name: _tuples(part) for name, part in value.items() if name != "kind"}
    return _BLOCKS[value["kind"]](**given)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value
