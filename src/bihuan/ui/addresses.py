"""Addresses of pages: Django's ``reverse`` asked once for each name; a list needs hundreds."""

from functools import cache
from urllib.parse import quote

from django.urls import get_script_prefix, reverse

#: Stands for the key while an address is taken apart; a number, because most routes take one.
_KEY = 987654321012345678


def address(name: str) -> str:
    """Return the address of a page without a key; raises NoReverseMatch as ``reverse`` does."""
    return _whole(name, get_script_prefix())


def address_of(name: str, key: int | str) -> str:
    """Return the address of the one thing a page is about."""
    head, tail = _around(name, get_script_prefix())
    return f"{head}{quote(str(key), safe='')}{tail}"


@cache
def _whole(name: str, _prefix: str) -> str:
    return reverse(name)


@cache
def _around(name: str, _prefix: str) -> tuple[str, str]:
    head, _key, tail = reverse(name, args=[_KEY]).partition(str(_KEY))
    return head, tail
