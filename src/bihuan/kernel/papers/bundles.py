"""Many papers as one PDF to print or hand over, written in the background."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from bihuan.kernel.errors import BadInput, BihuanError, NotFound
from bihuan.kernel.files.actions import upload
from bihuan.kernel.files.selectors import open_file
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import actor_of
from bihuan.kernel.jobs import defer
from bihuan.kernel.now import local, now
from bihuan.kernel.papers.rendering.printed import set_pages
from bihuan.kernel.papers.rendering.sheet import sheets
from bihuan.kernel.store.sql import atomic, run

#: Papers of one bundle; more is a job for several.
MOST = 500
_STEP = 20


@dataclass(frozen=True, slots=True)
class BundleRow:
    """A bundle: ``state`` is waiting, done or failed; ``part`` of ``whole`` papers are written."""

    id: int
    user: int
    post: int
    papers: list[int]
    state: str
    part: int
    file: int
    error: str

    @property
    def whole(self) -> int:
        """Return how many papers it holds."""
        return len(self.papers)


def ask(actor: Actor, papers: Sequence[int]) -> int:
    """Ask for papers the actor sees as one PDF; return the bundle's id."""
    if not papers or len(papers) > MOST:
        raise BadInput(_("Ask for 1 to %(most)d papers at a time.") % {"most": MOST}, where="papers")
    with atomic():
        ((bundle,),) = run(
            'INSERT INTO papers_bundle ("user", post, papers, state, part, file, error, at)'
            " VALUES (%s, %s, %s, 'waiting', 0, 0, '', %s) RETURNING id",
            (actor.user, actor.post, Jsonb(list(papers)), now()),
        )
        defer("papers.bundle", bundle=bundle)
    return int(bundle)


def bundle(actor: Actor, bundle_id: int) -> BundleRow:
    """Return a bundle the actor asked for; somebody else's looks like none."""
    found = _find(bundle_id)
    if found is None or not actor.user or found.user != actor.user:
        raise NotFound(_("There is no such file."), where=str(bundle_id))
    return found


def _find(bundle_id: int) -> BundleRow | None:
    sql = 'SELECT id, "user", post, papers::text, state, part, file, error FROM papers_bundle WHERE id = %s'
    for key, user, post, papers, *rest in run(sql, (bundle_id,)):
        return BundleRow(key, user, post, json.loads(papers), *rest)
    return None


def write(bundle_id: int) -> None:
    """Write a waiting bundle; running it twice does no harm."""
    found = _find(bundle_id)
    if found is None or found.state != "waiting":
        return
    from pypdf import PdfWriter  # heavy, and only the worker needs it

    book = PdfWriter()
    try:
        for start in range(0, found.whole, _STEP):
            pages = sheets(found.papers[start : start + _STEP])
            for sheet in pages.values():
                book.append(BytesIO(set_pages(sheet)))
            run("UPDATE papers_bundle SET part = %s WHERE id = %s", (start + len(pages), bundle_id))
        out = BytesIO()
        book.write(out)
        out.seek(0)
        with atomic():
            file = upload(actor_of(found.user, found.post), out, name_now()).id
            run("UPDATE papers_bundle SET state = 'done', file = %s WHERE id = %s", (file, bundle_id))
    except BihuanError as error:
        run("UPDATE papers_bundle SET state = 'failed', error = %s WHERE id = %s", (error.message, bundle_id))


def name_now() -> str:
    """Return the name of a file written now."""
    return f"文书_{local():%Y%m%d_%H%M}.pdf"


def fetch(actor: Actor, bundle_id: int) -> bytes:
    """Return the bytes of a finished bundle to whoever asked for it."""
    found = bundle(actor, bundle_id)
    if found.state != "done":
        raise BadInput(_("The file is not finished yet."), where="bundle")
    return open_file(found.file, actor)
