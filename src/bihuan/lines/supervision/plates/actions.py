"""Hang plates and take them down: the public page follows the matter."""

import secrets
from collections.abc import Mapping
from typing import Any

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.models import Plate
from bihuan.lines.supervision.scoring.naming import project_names


def put_up(actor: Actor, data: Mapping[str, Any], *, project: int = 0, key: str = "") -> Receipt:
    """Hang a plate over the actor's place, for a project or a duty of another kind."""
    return flow.open(
        actor, "supervision.plate", data, scope=scope_of(actor.division), subject=project, key=key
    )


def hang(row: MatterRow, values: Mapping[str, Any]) -> None:
    """Let the public find the plate under a token nobody can guess: the effect of hanging."""
    name = project_names([row.subject]).get(row.subject, "") if row.subject else ""
    Plate.objects.create(
        id=row.id, token=secrets.token_hex(12), project=name, hung_at=now(),
        shows_names=bool(values.get("shows_names")),
    )  # fmt: skip


def take_down(row: MatterRow) -> None:
    """Take it down: the effect of being done, or void."""
    run("UPDATE supervision_plate SET down_at = %s WHERE id = %s AND down_at IS NULL", (now(), row.id))
