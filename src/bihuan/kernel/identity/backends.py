"""How a session finds its user: together with the posts, in one statement."""

from typing import Any, cast

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from bihuan.kernel.identity import selectors
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
