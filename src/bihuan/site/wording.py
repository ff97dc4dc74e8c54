"""Words of the command line: translated without Django, which most of it never starts."""

import gettext
import os
from functools import cache
from pathlib import Path

_LOCALE = Path(__file__).parent / "locale"


def language() -> str:
    """Return this terminal's language: BIHUAN_LANG, else English where the system speaks it, else Chinese."""
    if given := os.environ.get("BIHUAN_LANG"):
        return "en" if given.lower().startswith("en") else "zh-hans"
    spoken = next((os.environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(n)), "")
    return "en" if spoken.lower().startswith("en") else "zh-hans"


@cache
def _catalogue(spoken: str) -> gettext.NullTranslations:
    if spoken == "en":
        return gettext.NullTranslations()
    return gettext.translation("django", _LOCALE, ["zh_Hans"], fallback=True)


@cache
def _rooms(spoken: str) -> gettext.NullTranslations:
    all_words = gettext.NullTranslations()
    for folder in sorted(_LOCALE.parent.parent.glob("**/locale")):
        if gettext.find("django", folder, ["zh_Hans"]) and spoken != "en":
            all_words.add_fallback(gettext.translation("django", folder, ["zh_Hans"]))
    return all_words


def from_rooms(message: str) -> str:
    """Translate a message declared by any room or line, such as the help of its command."""
    return _rooms(language()).gettext(message)


def _(message: str) -> str:
    """Translate a message of the command line."""
    return _catalogue(language()).gettext(message)
