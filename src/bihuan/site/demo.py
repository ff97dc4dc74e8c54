"""Demonstration data: every line shows itself in a fictitious park, marked 演示数据.

A line's manifest names a function ``() -> Iterable[Login]`` as ``demo``. It may be called again on
the same database: then it adds nothing and returns the same logins.
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string

from bihuan.site.discovery import lines
from bihuan.ui.line import Login


def load() -> list[Login]:
    """Load every line's demonstration data, each once, and return who may sign in.

    The park is Chinese, whoever starts it: titles that the program makes are stored in that language.
    """
    logins: dict[str, Login] = {}
    with translation.override(settings.LANGUAGE_CODE):
        for line in lines():
            if line.demo:
                hook: Callable[[], Iterable[Login]] = import_string(line.demo)
                for found in hook():
                    logins.setdefault(found.name, Login(found.name, found.password, str(found.title)))
    return list(logins.values())
