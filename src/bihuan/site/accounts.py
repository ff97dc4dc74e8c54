"""Sign-in: accounts are made by an administrator, never by a stranger."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bihuan.kernel.identity.backends import LoginLog
from bihuan.kernel.identity.models import User
from bihuan.site.entrance.pages import way_out


class Adapter(LoginLog, DefaultAccountAdapter):  # type: ignore[misc]
    """allauth with the door for newcomers shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: rights belong to posts, and posts are given by the office."""
        return False

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Refuse the password that somebody else gave, too."""
        cleaned = str(super().clean_password(password, user=user))
        if user is not None and user.must_change and user.check_password(cleaned):
            raise ValidationError(_("This is the password you were given. Choose one that only you know."))
        return cleaned

    def set_password(self, user: User, password: str) -> None:
        """Keep the password that a user chose."""
        user.set_password(password)
        user.must_change = False
        user.save(update_fields=["password", "must_change"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead on to the first page."""
        return str(settings.LOGIN_REDIRECT_URL)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Lead on to the system the session came from, so that leaving means leaving there, too."""
        return way_out(request) or str(super().get_logout_redirect_url(request))
