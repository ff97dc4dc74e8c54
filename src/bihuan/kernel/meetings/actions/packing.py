"""The agenda pack as a paper (DOCX, PDF): drafted from what stands on the agenda, and kept up to it while a draft."""

from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel.content.selectors import open_many
from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.meetings.about import scope_of
from bihuan.kernel.meetings.papers import PACK
from bihuan.kernel.meetings.selectors.agenda import ItemRow, agenda, grouped
from bihuan.kernel.meetings.selectors.register import MeetingRow, guests, meeting
from bihuan.kernel.meetings.words import TERMS
from bihuan.kernel.now import local
from bihuan.kernel.papers import actions as papers
from bihuan.kernel.papers import selectors as stored
from bihuan.kernel.store.sql import atomic

_TEXTS = ("why", "detail", "demand")


def pack(actor: Actor, key: int, about: Mapping[int, str]) -> int:
    """Return the paper of a meeting's agenda pack, drafted or brought up to date; one signed as it stands is kept.

    ``about`` names the subjects of the matters by id. BadInput while the agenda is empty.
    """
    row, matter = meeting(actor, key)
    on = [one for _subject, group in grouped(agenda(row.id)) for one in group]
    if not on:
        raise BadInput(_("Nothing stands on the agenda yet."), where="agenda")
    with translation.override("zh-hans"):  # a paper is Chinese in every language
        data = _data(row, on, about)
    with atomic():
        made = [one for one in stored.of(row.id) if one.kind == PACK and not one.is_void]
        last = made[-1] if made else None
        if last and stored.data(last) == data:
            return last.id
        if last and not last.is_signed:
            papers.revise(actor, last.id, data)
            return last.id
        corrects = last.id if last and last.unit == actor.unit else 0
        return papers.draft(actor, PACK, data, scope=scope_of(matter), about=row.id, corrects=corrects)


def _data(row: MeetingRow, on: list[ItemRow], about: Mapping[int, str]) -> dict[str, Any]:
    begins, ends = local(row.begins), local(row.ends)
    units = names_of([one.matter.lead_unit for one in on if one.matter.lead_unit])
    data = {
        "meeting": row.title,
        "when": f"{begins.year}年{begins.month}月{begins.day}日 {begins:%H:%M}—{ends:%H:%M}",
        "room": row.room,
        "chair": row.chair_name,
        "invited": [f"{one.unit}{one.name}" for one in guests(row.id)],
        "items": [_line(number, one, about, units) for number, one in enumerate(on, 1)],
        "known": _known(on),
    }
    return {name: value for name, value in data.items() if value}


def _line(number: int, one: ItemRow, about: Mapping[int, str], units: Mapping[int, str]) -> dict[str, str]:
    due = local(one.matter.due) if one.matter.due else None
    return {
        "no": str(number),
        "item": one.item.title,
        "about": about.get(one.matter.subject, one.matter.code),
        "unit": units.get(one.matter.lead_unit, ""),
        "due": f"{due.year}年{due.month}月{due.day}日" if due else "",
        "harm": _sum(one),
    }


def _sum(one: ItemRow) -> str:
    parts = [f"{_(TERMS[p.term][0])}{_number(p.counted)}×{_number(p.weight)}" for p in one.harm.parts]
    return f"{'＋'.join(parts)}＝{_number(one.harm.points)}" if parts else ""


def _number(value: Any) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _known(on: list[ItemRow]) -> str:
    """Return what was written into open fields of the items and their matters, item by item."""
    keys = [key for one in on for key in (one.item.id, one.matter.id)]
    texts: dict[int, list[str]] = {}
    for ref, value in sorted(open_many(keys, _TEXTS).items()):
        if value.cls == "open" and value.text:
            texts.setdefault(ref.chain_id, []).append(value.text)
    lines = []
    for number, one in enumerate(on, 1):
        said = [*texts.get(one.item.id, []), *texts.get(one.matter.id, [])]
        lines.append(f"{number}. {one.item.title}：{'；'.join(said)}" if said else "")
    return "\n".join(filter(None, lines))
