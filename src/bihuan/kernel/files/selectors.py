"""Read files: what is known of them, and their bytes for whoever the floor above permits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.kernel.content.actions import log_readings
from bihuan.kernel.content.classes import LOGGED
from bihuan.kernel.content.keys import decrypt, unwrap
from bihuan.kernel.content.values import SALT_BYTES, Ref
from bihuan.kernel.errors import NotFound, Refused
from bihuan.kernel.files.models import HELD, OK, PURGED, REFUSED
from bihuan.kernel.files.store import store
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.store.sql import run

_COLUMNS = "id, name, ext, mime, size, state, why, matter, \"user\", at, cls, thumb <> ''"


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a file. ``state`` is ok, held, refused or purged; ``why`` the mark that stopped it."""

    id: int
    name: str
    ext: str
    mime: str
    size: int
    state: str
    why: str
    matter: int
    user: int
    at: datetime
    cls: str
    has_thumb: bool

    @property
    def ok(self) -> bool:
        """Tell whether the file can be opened."""
        return self.state == OK

    @property
    def message(self) -> str:
        """Return why the file can't be opened, in the reader's language; "" when it can."""
        return {
            OK: "",
            HELD: _("Held back: the file bears the mark “%(mark)s”. A reviewer has to release it first."),
            REFUSED: _(
                "Not taken: the file bears the mark “%(mark)s”. State secrets must not be on this system; "
                "nothing of the file was kept. Tell your secrecy officer."
            ),
            PURGED: _("Purged: the file can't be read any more."),
        }[self.state] % {"mark": self.why}


def by_ids(ids: Iterable[int], using: str = "default") -> dict[int, Stored]:
    """Return files by id; an id that is none is missing."""
    rows = run(f"SELECT {_COLUMNS} FROM files_file WHERE id = ANY(%s::bigint[])", (list(ids),), using)  # noqa: S608
    return {row[0]: Stored(*row) for row in rows}


def of_matter(matter: int, using: str = "default") -> list[Stored]:
    """Return the files handed in for a matter, oldest first."""
    rows = run(f"SELECT {_COLUMNS} FROM files_file WHERE matter = %s ORDER BY id", (matter,), using)  # noqa: S608
    return [Stored(*row) for row in rows]


def stored(file_id: int, using: str = "default") -> Stored:
    """Return one file; raise NotFound."""
    found = by_ids([file_id], using)
    if file_id not in found:
        raise NotFound(_("There is no such file."), str(file_id))
    return found[file_id]


def open_file(file_id: int, actor: Actor, why: str = "", part: str = "file") -> bytes:
    """Return the bytes of a file, or of its thumbnail (``part`` "thumb").

    Whether the actor may is asked of the permits room first. Opening a file of a
    personal class is written down and needs ``why``. Raises NotFound, Refused (held,
    refused, purged) and Unavailable (the store or its keys).
    """
    file = stored(file_id)
    if not file.ok:
        raise Refused(file.message, str(file_id))
    column = {"file": "blob", "thumb": "thumb"}[part]
    rows = run(
        f"SELECT f.{column}, k.kek, k.wrapped, k.withheld FROM files_file f JOIN content_key k"  # noqa: S608
        " ON k.chain_id = f.id AND k.seq = 0 AND k.field = %s WHERE f.id = %s",
        (part, file_id),
    )
    if not rows:
        raise NotFound(_("There is no such file."), str(file_id))
    address, kek, wrapped, withheld = rows[0]
    if withheld:
        raise Refused(_("Sealed until: %(until)s") % {"until": withheld}, str(file_id))
    ref = Ref(file_id, 0, part)
    if file.cls in LOGGED and part == "file":
        log_readings([ref], actor, why)
    return decrypt(unwrap(kek, wrapped, ref.about()), store().get(address), ref.about())[SALT_BYTES:]
