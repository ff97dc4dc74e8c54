"""Files handed in: seen by whoever sees the matter, opened in place where that is safe."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.files import selectors
from bihuan.kernel.files.selectors import Stored
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.ui.page import actor_of, page

#: What a browser shows in place; everything else is downloaded.
INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})


@page(permit="signed_in", writes_on_get=True)  # opening a personal file is written down
def file(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """Send a file, or with ``size=small`` its thumbnail."""
    actor = actor_of(request)
    found = visible(actor, file_id)
    small = request.GET.get("size") == "small"
    data = selectors.open_file(file_id, actor, part="thumb" if small else "file")
    kind = "image/webp" if small else found.mime
    answer = HttpResponse(data, content_type=kind)
    inline = kind in INLINE
    header = content_disposition_header(not inline, found.name)
    if header:
        answer["Content-Disposition"] = header
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["Cache-Control"] = "private, max-age=300"
    return answer


def visible(actor: Actor, file_id: int) -> Stored:
    """Return the file if the actor sees its matter, or handed it in; NotFound otherwise."""
    found = selectors.stored(file_id)
    if found.matter:
        flow.matter(actor, found.matter)
    elif not found.user or found.user != actor.user:
        raise NotFound(_("There is no such file."), where=str(file_id))
    return found
