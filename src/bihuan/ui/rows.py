"""Rows of a table as markup, put together here: a template takes ten times as long over every cell."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


class Line(NamedTuple):
    """One row: the key its tick sends, what Enter opens, and each cell's classes and markup."""

    key: str
    href: str
    cells: Sequence[tuple[str, SafeString]]


def drawn(titles: Iterable[str], lines: Iterable[Line], *, ticks: bool) -> SafeString:
    """Return the rows; ``titles`` are those of the columns, which label the cells of a card on a phone."""
    labels = [escape(title) for title in titles]
    said = escape(_("Tick this row"))
    made = []
    for line in lines:
        opens = f' data-href="{escape(line.href)}" tabindex="-1"' if line.href else ""
        made.append(f'<tr role="row"{opens}>')
        if ticks:
            made.append(
                '<td class="tick" role="cell"><input class="form-check-input" type="checkbox" name="ids"'
                f' value="{escape(line.key)}" aria-label="{said}"></td>'
            )
        made += [
            f'<td class="{css}" role="cell" data-label="{label}">{cell}</td>'
            for label, (css, cell) in zip(labels, line.cells, strict=True)
        ]
        made.append("</tr>")
    return SafeString("".join(made))
