"""Sign-in: accounts are made by an administrator, never by a stranger."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from bihuan.kernel.identity.backends import LoginLog


class Adapter(LoginLog, DefaultAccountAdapter):  # type: ignore[misc]
    """allauth with the door for newcomers shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: rights belong to posts, and posts are given by the office."""
        return False
