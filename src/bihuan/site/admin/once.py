"""A form sent twice, a call tried again: carried out once, answered the same."""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from bihuan.kernel.errors import Conflict
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run

#: How long an answer is kept: longer than anybody leaves a form open.
KEPT = timedelta(days=7)

Answer = dict[str, Any]
_CLAIM = """
INSERT INTO administration_carried ("user", post, key, digest, answer, at)
VALUES (%s, %s, %s, %s, '{}', %s) ON CONFLICT ("user", post, key) DO NOTHING RETURNING id"""
_FIND = 'SELECT digest, answer::text FROM administration_carried WHERE "user" = %s AND post = %s AND key = %s'


def once(
    actor: Actor, key: str, payload: Any, act: Callable[[], Answer], *, kept: tuple[str, ...] | None = None
) -> tuple[Answer, bool]:
    """Carry ``act`` out under a key and return (its answer, False); the same again returns (answer, True).

    Only the parts of the answer named in ``kept`` are kept for a second time (all, when None): a
    secret shown once is not among them. Another payload under the same key raises
    :class:`Conflict`. Without a key it is simply carried out. A failure leaves the key free.
    """
    if not key:
        return act(), False
    digest = sha256(json.dumps(payload, sort_keys=True, default=str).encode()).hexdigest()
    who = (actor.user, actor.post, key[:100])
    with atomic():
        claimed = run(_CLAIM, (*who, digest, now()))
        if not claimed:
            before, answer = run(_FIND, who)[0]
            if before != digest:
                text = _("This form was sent before with other contents. Open it anew to send these.")
                raise Conflict(text, where="key")
            return json.loads(answer), True
        answer = act()
        stored = answer if kept is None else {name: answer[name] for name in kept}
        run("UPDATE administration_carried SET answer = %s WHERE id = %s", (Jsonb(stored), claimed[0][0]))
    return answer, False


def forget_old() -> int:
    """Drop answers nobody will ask for again; return how many."""
    return len(run("DELETE FROM administration_carried WHERE at < %s RETURNING id", (now() - KEPT,)))
