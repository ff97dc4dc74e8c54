"""Kinds of papers, declared by rooms and lines: what one holds, who signs it, how it is numbered and laid out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, FieldErrors
from bihuan.kernel.papers import templates
from bihuan.kernel.papers.templates import Template

FieldKind = Literal["line", "text", "date", "number", "list", "rows", "picture"]


@dataclass(frozen=True, slots=True)
class PaperField:
    """A field of a paper: a line, a text of paragraphs, a day (ISO), a number as text, a list, rows, an SVG.

    ``columns`` names the columns of rows; a row holds texts under these names and nothing else.
    """

    name: str
    title: str
    kind: FieldKind = "line"
    required: bool = False
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper.

    ``prefix`` follows the issuing body's own word in the number: 云高 + 交办〔2026〕3号. ``signers``
    are the roles that may sign, ``drafters`` those that may draft (none given: every post).
    ``reviewed`` asks for a review by somebody else than the drafter before it is signed.
    ``to_party`` lets the enterprise or person of the matter read it once signed. ``valid_days``:
    how long the check page calls it valid (0 = until it is void). ``by_matter``: only moves of the matter it
    belongs to draft, sign or void it (``standing.moved_by_matter``), so that neither goes without the other.
    ``signed`` names the task queued with each signature; it is given the ``paper``.
    """

    name: str
    title: str
    prefix: str
    template: Template
    fields: tuple[PaperField, ...]
    signers: tuple[str, ...]
    drafters: tuple[str, ...] = ()
    reviewed: bool = False
    to_party: bool = False
    valid_days: int = 0
    by_matter: bool = False
    signed: str = ""

    @property
    def replaces(self) -> bool:
        """Whether a later paper about the same matter takes the place of an older one, instead of correcting it."""
        return self.by_matter

    def parse(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the data as canonical values; raise FieldErrors for what is missing, unknown or misshapen."""
        known = {item.name for item in self.fields}
        errors = {name: _("There is no such field here.") for name in data if name not in known}
        values: dict[str, Any] = {}
        for item in self.fields:
            raw = data.get(item.name)
            if raw is None or raw in ("", [], ()):
                if item.required:
                    errors[item.name] = _("Please fill in “%(title)s”.") % {"title": _(item.title)}
                continue
            try:
                values[item.name] = _READ[item.kind](item, raw)
            except (ValueError, TypeError, AttributeError):
                errors[item.name] = _("“%(title)s” can't be read.") % {"title": _(item.title)}
        if errors:
            raise FieldErrors(errors)
        return values


def _line(_item: PaperField, raw: Any) -> str:
    return " ".join(str(raw).split())


def _text(_item: PaperField, raw: Any) -> str:
    return "\n".join(line.strip() for line in str(raw).strip().splitlines() if line.strip())


def _day(_item: PaperField, raw: Any) -> str:
    return raw.isoformat()[:10] if isinstance(raw, date) else date.fromisoformat(str(raw)).isoformat()


def _list(_item: PaperField, raw: Any) -> list[str]:
    lines = raw.splitlines() if isinstance(raw, str) else raw
    return [text for one in lines if (text := " ".join(str(one).split()))]


def _rows(item: PaperField, raw: Any) -> list[dict[str, str]]:
    found = []
    for row in raw:
        if set(row) - set(item.columns):
            raise ValueError(item.name)
        found.append({name: str(row.get(name) or "").strip() for name in item.columns})
    return found


def _picture(_item: PaperField, raw: Any) -> str:
    text = str(raw).strip()
    if not text.startswith("<svg"):
        raise ValueError("not a drawing")
    return text


_READ = {
    "line": _line, "text": _text, "date": _day, "number": _line, "list": _list, "rows": _rows, "picture": _picture,
}  # fmt: skip

_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known. Raise ValueError for a second one of its name, or a template that names unknown fields."""
    unknown = set(templates.named(kind.template)) - {item.name for item in kind.fields} - templates.OWN
    if unknown:
        raise ValueError(f"{kind.name}: the template names unknown fields: {', '.join(sorted(unknown))}")
    if not kind.signers:
        raise ValueError(f"{kind.name}: nobody may sign it")
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"two kinds of papers named {kind.name}")
    return kind


def get(name: str) -> Kind:
    """Return the kind of that name; raise BadInput when there is none."""
    if name not in _kinds:
        raise BadInput(_("There is no such kind of paper."), where=name)
    return _kinds[name]


def known(name: str) -> bool:
    """Whether a kind of that name is declared at present."""
    return name in _kinds


def all_kinds() -> tuple[Kind, ...]:
    """Return every declared kind, by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))
