"""The kinds of notices: what they say, and whether they may wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from bihuan.kernel.now import local


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notice. ``text`` is an English msgid whose ``%(name)s`` places are the notice's params.

    An ``urgent`` one is carried at any hour; a ``digest`` one waits for the morning.
    """

    name: str
    text: str
    urgent: bool = False
    digest: bool = False


#: Params that are moments, written in ISO 8601.
MOMENTS = frozenset({"due", "at"})

_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known; a second, different one of that name is refused."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"two kinds of notice named {kind.name}")
    return kind


def known(name: str) -> bool:
    """Whether some room declares a kind of that name."""
    return name in _kinds


def get(name: str) -> Kind:
    """Return the kind of that name; KeyError when no room declares it."""
    return _kinds[name]


def say(name: str, params: Mapping[str, Any], language: str = "") -> str:
    """Return the sentence in that language (default: the active one).

    A kind no longer declared says its own name rather than hide that something was told.
    """
    kind = _kinds.get(name)
    if kind is None:
        return name
    with translation.override(language or translation.get_language()):
        return gettext(kind.text) % _Shown({key: _shown(key, value) for key, value in params.items()})


def _shown(key: str, value: Any) -> Any:
    """Moments are kept as ISO text and shown as the reader's language writes them."""
    if key not in MOMENTS or not value:
        return value
    return date_format(local(datetime.fromisoformat(value)).replace(tzinfo=None), "DATETIME_FORMAT")


class _Shown(dict[str, Any]):
    """Params in which what is missing reads as a dash: an old notice under a new wording still reads."""

    def __missing__(self, key: str) -> str:
        return "—"


DIGEST = register(Kind("digest", gettext_noop("%(count)s reminders wait for you: %(codes)s")))
YOURS = register(Kind("matter.yours", gettext_noop("%(code)s now waits for you.")))
#: What a reminder of any kind that isn't declared here says.
ALARM = register(Kind("clock.alarm", gettext_noop("Reminder: %(code)s is due on %(due)s.")))
for _name, _text in {
    "early": gettext_noop("%(code)s will be due on %(due)s."),
    "due": gettext_noop("%(code)s is due now (%(due)s)."),
    "urge": gettext_noop("%(code)s was due on %(due)s and is late. Please deal with it."),
    "bulletin": gettext_noop("%(code)s was due on %(due)s and is still open: it goes into the bulletin."),
}.items():
    register(Kind(f"clock.{_name}", _text))
