"""An office that is told things: one unit with a head and a clerk, and a stranger without mail."""

from datetime import datetime
from typing import Any

import pytest

from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.models import Division, Organisation, Post, Role, User
from bihuan.kernel.notices import kinds, selectors
from bihuan.kernel.now import LOCAL

#: Thursday 16 October 2025 was a working day, Saturday the 18th was not.
WORKING = datetime(2025, 10, 16, 10, tzinfo=LOCAL)
REST = datetime(2025, 10, 18, 10, tzinfo=LOCAL)
kinds.register(kinds.Kind("test.plain", "%(code)s waits for you"))
kinds.register(kinds.Kind("test.urgent", "%(code)s can't wait", urgent=True))
kinds.register(kinds.Kind("test.later", "%(code)s will be due", digest=True))


@pytest.fixture
def office() -> dict[str, Any]:
    """One unit with a head and a clerk, both with mail, and a stranger without."""
    division = Division.objects.create(name="衡东县", short_name="衡东", full_name="衡东县", level="county")
    unit = Organisation.objects.create(name="住建局", kind="government", division=division)
    roles = {n: Role.objects.create(name=n, title=n, sees="unit") for n in ("head", "clerk")}
    since = datetime(2025, 1, 1, tzinfo=LOCAL)
    people, posts = {}, {}
    for name, role in (("head", "head"), ("clerk", "clerk")):
        people[name] = User.objects.create(
            username=name, name=name, email=f"{name}@example.org", language="en"
        )
        posts[name] = Post.objects.create(
            user=people[name], organisation=unit, role=roles[role], division=division, valid_from=since
        )
    people["other"] = User.objects.create(username="other", name="other", language="en")
    return {"unit": unit, "people": people, "posts": posts}


def actor(office: dict[str, Any], name: str) -> Actor:
    post = office["posts"][name]
    return Actor(Kind.POST, user=post.user_id, post=post.id, role=post.role_id, unit=post.organisation_id)


def texts(who: Actor, **given: Any) -> list[str]:
    return [row.text for row in selectors.unread(who, language="en", **given)]
