"""How a session finds its user together with the posts, and the log of who came in."""

from typing import Any, cast

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from bihuan.kernel.identity import actions, selectors
from bihuan.kernel.identity.models import User


class Backend(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    """allauth's log-in; the user of a session carries ``visitor`` (posts, second factor)."""

    def get_user(self, user_id: int) -> AbstractBaseUser | None:
        """Return the active user of a session, or None."""
        found = selectors.visitor(int(user_id))
        if found is None or not found.user["is_active"]:
            return None
        user = User.from_db("default", list(found.user), list(found.user.values()))
        cast("Any", user).visitor = found
        return user


class LoginLog:
    """Mixed into allauth's account adapter: logs who came in, left or was turned away."""

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Log in and note it."""
        super().login(request, user)  # type: ignore[misc]  # the adapter's
        _note(request, "login", user.get_username(), user.pk)

    def logout(self, request: HttpRequest) -> None:
        """Log out and note it."""
        user = request.user
        if user.is_authenticated:
            _note(request, "logout", user.get_username(), user.pk)
        super().logout(request)  # type: ignore[misc]  # the adapter's

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note who was turned away, by the name as typed; never the password."""
        super().authentication_failed(request, **credentials)  # type: ignore[misc]  # the adapter's
        _note(request, "refused", str(credentials.get("username", "")))


def _note(request: HttpRequest, kind: str, username: str, user: int = 0) -> None:
    address, agent = request.META.get("REMOTE_ADDR") or None, request.headers.get("User-Agent", "")
    actions.note_login(kind, username, user=user, address=address, agent=agent)
