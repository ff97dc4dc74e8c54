"""Begin, change and end campaigns; freeze the draft of a day's report."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.flow.registry import all_declared
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import need
from bihuan.kernel.ledger.actions import NewEntry, append_many, append_to
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import atomic, new_ids, run
from bihuan.lines.supervision.campaigns import selectors
from bihuan.lines.supervision.campaigns.selectors import CampaignRow, Counts
from bihuan.lines.supervision.models import Campaign

RIGHT = "supervision.campaigns"


def begin(
    actor: Actor,
    *,
    name: str,
    first_day: date,
    last_day: date,
    goal: str = "",
    kinds: Sequence[str] = (),
    classes: Sequence[str] = (),
    projects: Sequence[int] = (),
) -> int:
    """Begin a campaign over the actor's place; return its id. BadInput for days or kinds that make no sense."""
    need(actor, RIGHT)
    if last_day < first_day:
        raise BadInput(_("The last day lies before the first."), where="last_day")
    unknown = set(kinds) - {one.name for one in all_declared()}
    if unknown:
        raise BadInput(
            _("There is no kind of matter named “%(name)s”.") % {"name": min(unknown)}, where="kinds"
        )
    with atomic():
        if run(
            "SELECT 1 FROM supervision_campaign WHERE division = %s AND name = %s",
            (actor.division, name.strip()),
        ):
            raise Conflict(_("There is a campaign of this name already."), where="name")
        made = Campaign(
            id=new_ids()[0], name=name.strip(), goal=goal.strip(), division=actor.division, level=actor.level,
            first_day=first_day, last_day=last_day, kinds=list(kinds), classes=list(classes),
            projects=list(projects), created_at=now(), seq=1, ver=1,
        )  # fmt: skip
        facts: dict[str, Any] = {
            "first_day": first_day.isoformat(), "last_day": last_day.isoformat(), "division": actor.division,
            "kinds": list(kinds), "classes": list(classes), "projects": list(projects),
        }  # fmt: skip
        made.head = append_many(
            [NewEntry(made.id, 1, b"", "campaign.begin", made.created_at, actor, facts, {})], made.created_at
        )[0].hash
        made.save(force_insert=True)
    return int(made.id)


def end(actor: Actor, campaign_id: int) -> None:
    """End a campaign before or on its last day; what it showed stays readable."""
    need(actor, RIGHT)
    found = selectors.campaign(actor, campaign_id, "default")
    with atomic():
        sql = "UPDATE supervision_campaign SET ended_at = %s WHERE id = %s AND ended_at IS NULL RETURNING id"
        if run(sql, (now(), found.id)):
            append_to(found.id, "campaign.end", actor, {"day": today().isoformat()})


def report(actor: Actor, campaign_id: int, day: date) -> int:
    """Freeze the draft of a day's report (战报) as counted now; return which draft of that day it is."""
    need(actor, RIGHT)
    found = selectors.campaign(actor, campaign_id, "default")
    if not found.first_day <= day <= min(found.last_day, today()):
        raise BadInput(_("Reports are of days of the campaign that have come."), where="day")
    counted = selectors.counts(found, day)
    with atomic():
        run("SELECT FROM supervision_campaign WHERE id = %s FOR UPDATE", (found.id,))
        sql = "SELECT coalesce(max(draft), 0) + 1 FROM supervision_warreport WHERE campaign_id = %s AND day = %s"
        draft = int(run(sql, (found.id, day))[0][0])
        run(
            "INSERT INTO supervision_warreport (campaign_id, day, draft, facts, text, made_at, paper)"
            " VALUES (%s, %s, %s, %s::jsonb, %s, %s, 0)",
            (found.id, day, draft, json.dumps(asdict(counted)), written(found, day, counted), now()),
        )
        append_to(found.id, "campaign.report", actor, {"day": day.isoformat(), "draft": draft})
    return draft


def written(found: CampaignRow, day: date, counted: Counts) -> str:
    """Return the report's text, Chinese as the office sends it round."""
    number = (day - found.first_day).days + 1
    lines = [
        f"【{found.name}战报】{day.year}年{day.month}月{day.day}日，第{number}天，距收官还有{found.left(day) - 1}天。",
        f"今日新增事项{counted.opened_today}件，办结{counted.closed_today}件。",
        f"行动以来累计新增{counted.opened}件，办结{counted.closed}件，在办{counted.open}件，其中逾期{counted.late}件。",
    ]
    if counted.visited is not None and counted.projects:
        share = counted.visited * 1000 // counted.projects
        lines.append(
            f"走访项目{counted.visited}个，覆盖{counted.projects}个项目的{share // 10}.{share % 10}%。"
        )
    return "\n".join(lines)


def from_form(actor: Actor, told: Mapping[str, Any]) -> int:
    """Begin a campaign from a form's values."""
    return begin(
        actor, name=told["name"], goal=told.get("goal", ""), first_day=date.fromisoformat(told["first_day"]),
        last_day=date.fromisoformat(told["last_day"]), kinds=told.get("kinds", ()), classes=told.get("classes", ()),
    )  # fmt: skip
