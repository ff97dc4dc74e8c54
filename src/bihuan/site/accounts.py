"""Sign-in: accounts are made by an administrator, never by a stranger."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from bihuan.kernel.identity.backends import LoginLog
from bihuan.site.entrance.pages import way_out


class Adapter(LoginLog, DefaultAccountAdapter):  # type: ignore[misc]
    """allauth with the door for newcomers shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: rights belong to posts, and posts are given by the office."""
        return False

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Lead on to the system the session came from, so that leaving means leaving there, too."""
        return way_out(request) or str(super().get_logout_redirect_url(request))
