"""People, limits and planted matters of an installation under test: ``python -m bench.faults.furnish N SECONDS``.

The park works day and night, so that reminders may come at any hour; its problems have a limit of one hour.
Planted matters were opened almost an hour ago: their limits end one after another during the run.
"""

import json
import sys
from datetime import time, timedelta
from typing import Any

_RULES = ("projects.problem.assign", "projects.problem.handle", "projects.problem.verify")
_ALL_DAY = ((time(0, 0), time(23, 59)),)


def furnish(planted: int, spread: float) -> dict[str, Any]:
    """Make what the clients need and return it; the planted matters with the moment their limit ends."""
    from bihuan.kernel.clock import actions as clock
    from bihuan.kernel.clock.actions.tables import DayChange
    from bihuan.kernel.flow.bulk import New, open_many
    from bihuan.kernel.identity import actions as people
    from bihuan.kernel.identity import selectors as identity
    from bihuan.kernel.identity.actors import SYSTEM
    from bihuan.kernel.jobs import run_due
    from bihuan.kernel.now import now, today

    park = people.add_division(SYSTEM, "试伤园区", "park", 0)
    long_ago = today() - timedelta(days=60)
    clock.set_hours(SYSTEM, long_ago, _ALL_DAY, "试伤：昼夜上班", division=park)
    days = [DayChange(long_ago + timedelta(days=n), True, "试伤：无休") for n in range(150)]
    clock.set_days(SYSTEM, days, division=park)
    for rule in _RULES:
        clock.set_limit(SYSTEM, rule, 1, "h", "试伤：一小时", division=park, valid_from=long_ago)
    known: dict[str, Any] = {"posts": []}
    for who, role in (("desk", "coordinator"), ("chief", "coordinator"), ("officer", "officer"),
                      ("clerk", "department")):  # fmt: skip
        unit = people.create_organisation(SYSTEM, f"试伤单位{who}", "government", division=park)
        user = people.create_user(SYSTEM, f"faults_{who}", "试伤", password=None)
        post = people.appoint(SYSTEM, user, unit, role, park)
        known[who] = people.issue_token(SYSTEM, post, "faults", ["projects:write"])[1]
        known["unit"] = unit
        if role == "coordinator":
            known["posts"].append(post)
    known["party"] = people.create_organisation(SYSTEM, "试伤企业", "enterprise", division=park)
    begun = now()
    moments = [
        begun - timedelta(hours=1) + timedelta(seconds=spread * n / max(1, planted)) for n in range(planted)
    ]
    news = [
        New({"title": f"planted-{n}", "category": "other"}, identity.scope_of(park), at=at)
        for n, at in enumerate(moments)
    ]
    outcomes = open_many(SYSTEM, "projects.problem", news) if news else []
    run_due()
    known["planted"] = {
        str(one.receipt.matter): at.timestamp() + 3600
        for one, at in zip(outcomes, moments, strict=True)
        if one.receipt
    }
    return known


def inside(work: Any) -> None:
    """Call ``work`` in the installation the environment names, and print what it returns."""
    from bihuan.site import boot

    with boot.surroundings():
        import django

        django.setup()
        from django.db import connections

        said = work()
        connections.close_all()
    sys.stdout.write(json.dumps(said, ensure_ascii=False))


if __name__ == "__main__":
    inside(lambda: furnish(int(sys.argv[1]), float(sys.argv[2])))
