"""A form of the kernel as a panel: what was typed stays, each error stands at its field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bihuan.kernel.forms.fields import Field, Form
from bihuan.ui.panels.base import Action, Panel

Choices = Sequence[tuple[str, str]]
Options = Callable[[Field], Choices]

_INPUT_TYPES = {
    "int": "text", "decimal": "text", "money_wan": "text", "area_mu": "text", "phone": "tel", "date": "date",
    "datetime": "datetime-local",
}  # fmt: skip
_MODES = {
    "int": "numeric",
    "decimal": "decimal",
    "money_wan": "decimal",
    "area_mu": "decimal",
    "phone": "tel",
}
_WIDGETS = {"long": "textarea", "bool": "check", "choices": "checks", "file": "file", "files": "file"}
_PICKED = {"unit", "units", "post", "posts", "division", "rows"}
_SEVERAL = {"units", "posts", "choices", "rows"}
#: Up to so many choices are all shown at once; more go into a menu.
_SHOWN_AT_ONCE = 5
#: More than so many can't be found in a menu: they get a list one can search.
_MENU = 12


def worded(text: "str | Promise") -> str:
    """Return a declared title in the reader's language."""
    return _(str(text)) if text else ""


@dataclass(frozen=True, slots=True)
class BoundField:
    """A field with what was typed into it."""

    field: Field
    prefix: str
    raw: Any = None
    error: str = ""
    options: Choices = ()
    kept: Choices = ()
    #: Words of the button beneath it that asks for more fields.
    more: str = ""
    #: Whether the device may be asked where it is, once somebody taps.
    place: bool = False

    @property
    def id(self) -> str:
        """The id of its input; the panel's own heading is called ``<panel>-title``, and a field may be too."""
        return f"{self.prefix}-field-{self.field.name}"

    @property
    def title(self) -> str:
        """Its label."""
        return worded(self.field.title)

    @property
    def help(self) -> str:
        """The line beneath it."""
        return worded(self.field.help)

    @property
    def widget(self) -> str:
        """Which input it is: input, textarea, check, checks, radios, select, picker or file."""
        if self.field.kind in _PICKED | {"choice", "choices"} and len(self.choices()) > _MENU:
            return "picker"
        if self.field.kind in _WIDGETS:
            return _WIDGETS[self.field.kind]
        if self.field.kind in _PICKED:
            return "checks" if self.several else "select"
        if self.field.kind == "choice":
            return "radios" if len(self.field.choices) <= _SHOWN_AT_ONCE else "select"
        return "input"

    @property
    def type(self) -> str:
        """The input's type; what is called a password is typed unseen."""
        if self.field.name == "password":
            return "password"
        return _INPUT_TYPES.get(self.field.kind, "text")

    @property
    def mode(self) -> str:
        """Which keyboard a phone shows."""
        return _MODES.get(self.field.kind, "")

    @property
    def suffix(self) -> str:
        """The unit written after the input."""
        if self.field.kind == "money_wan":
            return _("10,000 yuan")
        return _("mu") if self.field.kind == "area_mu" else ""

    @property
    def value(self) -> str:
        """What stands in the input."""
        if self.raw is None:
            return ""
        return str(self.raw)[:16].replace(" ", "T") if self.field.kind == "datetime" else str(self.raw)

    @property
    def checked(self) -> bool:
        """Whether a tick box is ticked."""
        return str(self.raw).lower() in {"1", "true", "on", "yes"}

    @property
    def several(self) -> bool:
        """Whether more than one of the choices may be chosen."""
        return self.field.kind in _SEVERAL

    @property
    def none_chosen(self) -> bool:
        """Whether no choice is chosen yet."""
        return not any(chosen for _value, _words, chosen in self.choices())

    @property
    def many(self) -> bool:
        """Whether several files may be given."""
        return self.field.kind == "files"

    def choices(self) -> list[tuple[str, str, bool]]:
        """Return the choices as (value, words, chosen)."""
        chosen = self.raw if isinstance(self.raw, (list, tuple, set)) else [self.raw]
        marked = {str(one) for one in chosen if one is not None}
        offered = self.options or [(value, worded(title)) for value, title in self.field.choices]
        return [(str(value), title, str(value) in marked) for value, title in offered]

    @property
    def described_by(self) -> str:
        """The ids of its help and error, for screen readers."""
        parts = [f"{self.id}-help" if self.field.help else "", f"{self.id}-error" if self.error else ""]
        return " ".join(filter(None, parts))


@dataclass(frozen=True, kw_only=True)
class Shares:
    """What other programs share with an installed page and where a form takes it in (``ui/static/ui/shares.js``).

    The page's worker keeps it on the device under ``store`` for ``waits`` milliseconds; ``worker`` is where it stands,
    "" when the page starts it otherwise. The text goes into ``text``, its first line into ``title``, at most ``most``
    pictures into ``files`` (none named: this form takes nothing in), ``choices`` are ticked; ``read`` answers a text
    with JSON {field: value}. ``used`` names what was carried out and is forgotten.
    """

    store: str
    waits: int
    worker: str = ""
    title: str = ""
    text: str = ""
    files: str = ""
    most: int = 0
    choices: Mapping[str, str] = field(default_factory=dict)
    read: str = ""
    used: str = ""


@dataclass(frozen=True, kw_only=True)
class FormPanel(Panel):
    """A form to fill in. ``values`` are the raw strings as they came; ``hidden`` travels along (ver, key).

    ``options`` gives the choices of unit(s), post and division fields; ``kept`` the files already stored
    by field (id, name), so that an error elsewhere loses none.
    """

    template: ClassVar[str] = "ui/panels/form.html"

    form: Form
    url: str
    submit: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, Any] = field(default_factory=dict)
    options: Options | None = None
    kept: Mapping[str, Choices] = field(default_factory=dict)
    cancel: str = ""
    intro: str = ""
    in_place: bool = True
    """Whether the answer replaces this panel only (a move's small form) or the whole page."""
    extra: Sequence[Action] = ()
    #: {field: words of a button beneath it}: it sends the form as typed with ``more`` naming the field.
    more: Mapping[str, str] = field(default_factory=dict)
    #: Where what is typed is sent while typing, and the id of the panel the answer replaces: hints, never a write.
    watch: str = ""
    watched: str = ""
    #: The field that takes the position of the device, when somebody taps the button beside it.
    place: str = ""
    shares: Shares | None = None

    def bound(self) -> list[BoundField]:
        """Return the fields with what was typed."""
        return [
            BoundField(
                item,
                self.id,
                self.values.get(item.name),
                self.errors.get(item.name, ""),
                self._options(item),
                self.kept.get(item.name, ()),
                self.more.get(item.name, ""),
                item.name == self.place,
            )
            for item in self.form.fields
        ]

    def _options(self, item: Field) -> Choices:
        if item.kind in _PICKED and self.options:
            return self.options(item)
        return ()

    def heading(self) -> str:
        """Return its title."""
        return self.title or worded(self.form.title)

    def summary(self) -> list[tuple[str, str, str]]:
        """Return the errors as (input id, label, message), those of no field with an empty id."""
        known = {item.name: item for item in self.form.fields}
        return [
            (
                f"{self.id}-field-{name}" if name in known else "",
                worded(known[name].title) if name in known else "",
                message,
            )
            for name, message in self.errors.items()
        ]

    def tapped(self) -> BoundField | None:
        """Return the field whose choices are the buttons that send the form, if there is one."""
        return next((one for one in self.bound() if one.field.tap), None)

    @property
    def has_files(self) -> bool:
        """Whether it carries files."""
        return any(item.kind in {"file", "files"} for item in self.form.fields)

    @property
    def submit_text(self) -> str:
        """The words on its button."""
        return self.submit or _("Save")
