"""An office's own DOCX template for a kind of paper: checked before it is taken, dated, and taken back."""

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.files.actions import Stream, upload
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now
from bihuan.kernel.papers import kinds
from bihuan.kernel.store.sql import run

#: A template is a page or two: more is a mistake.
LARGEST = 5 * 1024 * 1024


def own_template(kind: str, unit: int, at: Any) -> int:
    """Return the file of the office's own template at a moment, 0 for the built-in layout.

    One of the issuing unit's own goes before one for the whole house.
    """
    rows = run(
        """SELECT DISTINCT ON (unit) unit, file FROM papers_owntemplate
           WHERE kind = %s AND unit = ANY(%s::bigint[]) AND at <= %s ORDER BY unit DESC, id DESC""",
        (kind, [0, unit], at),
    )
    return next((file for _unit, file in rows if file), 0)


def take(actor: Actor, kind: str, stream: Stream, name: str, unit: int = 0) -> int:
    """Take an own template for papers signed from now on; return its file.

    ``unit`` narrows it to one issuing body. Raises BadInput for what is no template of this kind,
    naming the fields it does not know; nothing changes then.
    """
    from bihuan.kernel.papers.rendering import office  # brings docxtpl, which is heavy

    declared = kinds.get(kind)
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadInput(_("A template of more than 5 MB is a mistake."), where="template")
    office.check(data, declared)
    stored = upload(actor, BytesIO(data), name)
    if not stored.ok:
        raise BadInput(stored.message, where="template")
    _write(actor, kind, unit, stored.id)
    return stored.id


def drop(actor: Actor, kind: str, unit: int = 0) -> None:
    """Let the built-in layout hold again for papers signed from now on."""
    _write(actor, kinds.get(kind).name, unit, 0)


def _write(actor: Actor, kind: str, unit: int, file: int) -> None:
    run(
        'INSERT INTO papers_owntemplate (kind, unit, file, at, "user", post) VALUES (%s, %s, %s, %s, %s, %s)',
        (kind, unit, file, now(), actor.user, actor.post),
    )
