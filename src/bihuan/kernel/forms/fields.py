"""A move's fields, declared once: they serve the page, the API schema and the Excel columns."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import phonenumbers
from django.utils.translation import gettext as _
from stdnum.cn import uscc

from bihuan.kernel.errors import FieldErrors
from bihuan.kernel.now import LOCAL
from bihuan.logic.masking import masked
from bihuan.logic.mechanism import said

#: Kinds whose values are structure (they may stand in a ledger entry); the rest is content.
FACT_KINDS = frozenset(
    {"int", "decimal", "money_wan", "area_mu", "date", "datetime", "bool", "choice", "choices", "unit", "post",
     "posts", "units", "division", "file", "files", "rows"}
)  # fmt: skip
TEXT_KINDS = frozenset({"text", "long", "phone", "uscc"})
CLASSES = ("open", "personal", "sensitive", "sealed")


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``cls`` says who may read it; ``choices`` pairs a stored value with its title.

    ``rows`` are ids of things the line keeps; which may be chosen, the line's ``options`` say. ``roles`` offers,
    in a field of posts, those in these roles over the place instead of one's own unit's.
    """

    name: str
    title: str
    kind: str = "text"
    required: bool = False
    cls: str = "open"
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    max_length: int = 2000
    #: Its choices are the buttons that send the form: one tap answers.
    tap: bool = False
    roles: tuple[str, ...] = ()
    #: The fact of the matter its form begins with, such as the unit somebody proposed.
    begins: str = ""

    def __post_init__(self) -> None:
        if self.kind not in FACT_KINDS | TEXT_KINDS:
            raise ValueError(f"{self.name}: unknown kind {self.kind}")
        if self.cls not in CLASSES:
            raise ValueError(f"{self.name}: unknown class {self.cls}")

    @property
    def is_fact(self) -> bool:
        """Whether the value is structure rather than content under its own key."""
        return self.kind in FACT_KINDS and self.cls == "open"

    def clean(self, raw: Any) -> Any:
        """Return the value as JSON-able data; ValueError (worded) when it can't be read."""
        return _CLEANERS[self.kind](self, raw)


#: Keeps words of people as they were said, for who handles the matter; nobody fills it in, and its reading is logged.
ORIGINAL = Field("original", said("As it was said"), "long", cls="sensitive", max_length=20_000)


@dataclass(frozen=True, slots=True)
class AsSaid:
    """Words of people among a form's fields: names and numbers in them are hidden from those who need not read them.

    ``of`` are those fields; where hiding changed one, ``field`` keeps all of them as they were said. ``only`` is a fact
    of the matter and the value without which nothing is kept: whoever asked to stay unknown is in no other text either.
    """

    of: tuple[str, ...]
    only: tuple[str, str] | None = None
    field: Field = ORIGINAL

    def hidden(self, values: dict[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a matter with these facts keeps of the values of a move."""
        shown = {name: masked(values[name]) for name in self.of if name in values}
        kept = values.get(self.field.name, "")
        if any(text != values[name] for name, text in shown.items()):
            kept = "\n".join(values[name] for name in shown)[: self.field.max_length]
        if self.only and values.get(self.only[0], facts.get(self.only[0])) != self.only[1]:
            kept = ""
        rest = {name: value for name, value in values.items() if name != self.field.name}
        return {**rest, **shown, **({self.field.name: kept} if kept else {})}


@dataclass(frozen=True, slots=True)
class Form:
    """Fields under one name. ``parse`` reads what a page, an API call or a row of a workbook sent.

    ``as_said`` names those that hold words of people: ``flow`` masks them on every move, whichever door it came by.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    as_said: AsSaid | None = None

    def __post_init__(self) -> None:
        if self.as_said and not set(self.as_said.of) <= {f.name for f in self.fields if f.kind in TEXT_KINDS}:
            raise ValueError(f"{self.name}: words of people in a field that is no text of it")

    @property
    def kept(self) -> tuple[Field, ...]:
        """All that a move by this form may write: what is filled in, and what keeps words as they were said."""
        return (*self.fields, self.as_said.field) if self.as_said else self.fields

    def field(self, name: str) -> Field:
        """Return the field of that name; KeyError when there is none."""
        return {f.name: f for f in self.fields}[name]

    def parse(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the cleaned values of the fields that were filled; raise :class:`FieldErrors`."""
        known = {f.name for f in self.kept}
        errors = {name: _("There is no such field here.") for name in data if name not in known}
        values: dict[str, Any] = {}
        for item in self.kept:
            raw = data.get(item.name)
            if raw is None or raw in ("", [], ()):
                if item.required:
                    errors[item.name] = _("Please fill in “%(title)s”.") % {"title": _(item.title)}
                continue
            try:
                values[item.name] = item.clean(raw)
            except ValueError as error:
                errors[item.name] = str(error)
        if errors:
            raise FieldErrors(errors)
        return values

    def schema(self) -> dict[str, Any]:
        """Return the form as a JSON Schema object for the API."""
        return {
            "type": "object",
            "additionalProperties": False,
            "required": [f.name for f in self.fields if f.required],
            "properties": {f.name: {**_schema(f), "title": str(_(f.title))} for f in self.fields},
        }

    def columns(self) -> list[str]:
        """Return the translated titles, as headers of a workbook."""
        return [str(_(f.title)) for f in self.fields]


_JSON_TYPES: dict[str, dict[str, Any]] = {
    "int": {"type": "integer"},
    "unit": {"type": "integer"},
    "post": {"type": "integer"},
    "division": {"type": "integer"},
    "file": {"type": "integer"},
    "files": {"type": "array", "items": {"type": "integer"}},
    "posts": {"type": "array", "items": {"type": "integer"}},
    "units": {"type": "array", "items": {"type": "integer"}},
    "rows": {"type": "array", "items": {"type": "integer"}},
    "bool": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}


def _schema(item: Field) -> dict[str, Any]:
    if item.kind == "choice":
        return {"type": "string", "enum": [value for value, _title in item.choices]}
    if item.kind == "choices":
        return {"type": "array", "items": {"type": "string", "enum": [v for v, _title in item.choices]}}
    return dict(_JSON_TYPES.get(item.kind, {"type": "string"}))


def _clean_text(item: Field, raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError(_("Please enter text."))
    text = raw.replace("\x00", "").strip()
    if len(text) > item.max_length:
        raise ValueError(
            _("At most %(n)s characters; this has %(m)s.") % {"n": item.max_length, "m": len(text)}
        )
    return text if item.kind == "long" else re.sub(r"\s+", " ", text)


def _clean_int(item: Field, raw: Any) -> int:
    try:
        if isinstance(raw, bool):
            raise ValueError
        value = int(str(raw).strip())
    except ValueError:
        raise ValueError(_("Please enter a whole number.")) from None
    if not -(2**53) < value < 2**53:
        raise ValueError(_("This number is too large."))
    return value


def _clean_id(item: Field, raw: Any) -> int:
    value = _clean_int(item, raw)
    if value <= 0:
        raise ValueError(_("Please choose one from the list."))
    return value


def _clean_decimal(item: Field, raw: Any) -> str:
    try:
        value = Decimal(str(raw).strip().replace(",", ""))
    except InvalidOperation:
        raise ValueError(_("Please enter a number, for example 1200.5.")) from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 14:
        raise ValueError(_("This number is too large."))
    if item.kind in {"money_wan", "area_mu"} and value < 0:
        raise ValueError(_("This can't be less than zero."))
    return format(value.normalize(), "f")


def _clean_date(item: Field, raw: Any) -> str:
    try:
        value = date.fromisoformat(str(raw).strip())
    except ValueError:
        raise ValueError(_("Please enter a day as 2026-10-31.")) from None
    if not 1949 <= value.year <= 2099:
        raise ValueError(_("Please check the year."))
    return value.isoformat()


def _clean_datetime(item: Field, raw: Any) -> str:
    try:
        value = datetime.fromisoformat(str(raw).strip())
    except ValueError:
        raise ValueError(_("Please enter a moment as 2026-10-31 09:30.")) from None
    if not 1949 <= value.year <= 2099:
        raise ValueError(_("Please check the year."))
    return (value if value.tzinfo else value.replace(tzinfo=LOCAL)).isoformat()


def _clean_bool(item: Field, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().lower()
    if text in {"1", "true", "on", "yes", "是"}:
        return True
    if text in {"0", "false", "off", "no", "否"}:
        return False
    raise ValueError(_("Please answer yes or no."))


def _clean_choice(item: Field, raw: Any) -> str:
    if str(raw) not in {value for value, _title in item.choices}:
        raise ValueError(_("Please choose one from the list."))
    return str(raw)


def _as_list(raw: Any) -> list[Any]:
    return list(raw) if isinstance(raw, (list, tuple)) else [raw]


def _clean_choices(item: Field, raw: Any) -> list[str]:
    return sorted({_clean_choice(item, one) for one in _as_list(raw)})


def _clean_ids(item: Field, raw: Any) -> list[int]:
    return sorted({_clean_id(item, one) for one in _as_list(raw)})


def _clean_phone(item: Field, raw: Any) -> str:
    try:
        number = phonenumbers.parse(_clean_text(item, raw), "CN")
    except phonenumbers.NumberParseException:
        raise ValueError(_("This is not a phone number.")) from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError(_("This is not a phone number."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _clean_uscc(item: Field, raw: Any) -> str:
    text = _clean_text(item, raw).upper().replace(" ", "")
    if not uscc.is_valid(text):
        raise ValueError(
            _("This unified social credit code fails its check digit; please compare it with the licence.")
        )
    return text


_CLEANERS: dict[str, Callable[[Field, Any], Any]] = {
    "text": _clean_text,
    "long": _clean_text,
    "int": _clean_int,
    "decimal": _clean_decimal,
    "money_wan": _clean_decimal,
    "area_mu": _clean_decimal,
    "date": _clean_date,
    "datetime": _clean_datetime,
    "bool": _clean_bool,
    "choice": _clean_choice,
    "choices": _clean_choices,
    "unit": _clean_id,
    "post": _clean_id,
    "division": _clean_id,
    "file": _clean_id,
    "files": _clean_ids,
    "posts": _clean_ids,
    "units": _clean_ids,
    "rows": _clean_ids,
    "phone": _clean_phone,
    "uscc": _clean_uscc,
}

_registry: dict[str, Form] = {}


def register(form: Form) -> Form:
    """Make a form known by its name; a second, different one of that name is refused."""
    if _registry.setdefault(form.name, form) != form:
        raise ValueError(f"two forms named {form.name}")
    return form


def get(name: str) -> Form:
    """Return the registered form; KeyError when there is none."""
    return _registry[name]


#: The form of moves that ask for nothing.
EMPTY = register(Form("", "", ()))
