"""What a list of matters shows, as a table to take along: written while it is sent, so its length costs no memory."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.flow import registry, selectors
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter as What
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import local
from bihuan.kernel.store.reading import reading
from bihuan.logic.cells import inert
from bihuan.logic.pictures import Light
from bihuan.site.pages.lists import may_take, what_of
from bihuan.ui.cards import light
from bihuan.ui.lights import WORDS
from bihuan.ui.naming import Names, names_for
from bihuan.ui.page import actor_of, page

#: So many rows are read with one statement and sent together.
_ROWS = 2000

_Columns = tuple[tuple[str, Callable[[MatterRow, Names], str]], ...]


@page(permit=may_take)
def matters(request: HttpRequest) -> HttpResponseBase:
    """Send exactly the matters the list shows under the same address, newest first, as CSV that Excel opens."""
    rows = written(actor_of(request), what_of(request.GET))
    name = quote(f"{_('Matters')}_{local():%Y%m%d_%H%M}.csv")
    disposition = f"attachment; filename*=UTF-8''{name}"
    return StreamingHttpResponse(
        rows, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
    )


def written(actor: Actor, what: What) -> Iterator[str]:
    """Return an iterator over the pieces of the table; each piece is read when it is asked for."""
    language = translation.get_language()
    columns = _columns()
    return _pieces(actor, what, columns, language)


def _pieces(actor: Actor, what: What, columns: _Columns, language: str | None) -> Iterator[str]:
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    yield "\ufeff" + _lines([[title for title, _read in columns]])
    before, more = 0, True
    while more:
        # The request's own language and its ban on writing end before the first piece is asked for.
        with translation.override(language), reading():
            rows, before = selectors.listed(actor, what, before=before, limit=_ROWS)
            names = names_for(rows)
            piece = _lines([read(row, names) for _title, read in columns] for row in rows)
        more = bool(before)
        yield piece


def _lines(rows: Iterable[Iterable[str]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows([inert(cell) for cell in row] for row in rows)
    return file.getvalue()


def _columns() -> _Columns:
    return (
        (pgettext("of a matter", "Code"), lambda row, _names: row.code),
        (_("Title"), lambda row, _names: row.title or _("(erased)")),
        (_("Kind"), lambda row, _names: _(registry.worded(row.rules).title)),
        (_("Stage"), lambda row, _names: _(registry.worded(row.rules).stage(row.stage).title)),
        (_("Light"), lambda row, _names: str(WORDS[Light(light(row))])),
        (_("Registered on"), lambda row, _names: _moment(row.created)),
        (_("Due"), lambda row, _names: _moment(row.due)),
        (_("Closed"), lambda row, _names: _moment(row.closed)),
        (_("Lead unit"), lambda row, names: names.unit(row.lead_unit)),
        (_("Supporting units"), lambda row, names: "、".join(names.unit(unit) for unit in row.supports)),
        (_("Waits for"), lambda row, names: names.holder(row) if row.open else ""),
        (_("First receiver"), lambda row, names: names.unit(row.first_unit)),
    )


def _moment(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""
