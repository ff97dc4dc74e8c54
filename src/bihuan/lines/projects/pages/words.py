"""What stands in the cells of a project, and the words for its codes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.intake.columns import AMOUNTS, Column
from bihuan.lines.projects.contracts import StageClass
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.selectors import ProjectRow
from bihuan.logic.cells import Amount
from bihuan.logic.days import Day
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.page import may

#: Code → words, in the order lists offer them.
CLASSES = {
    "building": said("Under construction"),
    "land_idle": said("Land acquired, not begun"),
    "no_land": said("Land not acquired"),
    "finished": said("Completed and producing"),
}
KINDS = {"land": said("Own land"), "lease": said("Lease"), "purchase": said("Purchase")}
STATES = {
    "normal": said("Going on"),
    "paused": said("Paused"),
    "ended": said("Terminated"),
    "withdrawn": said("Withdrawn from the park"),
}
CHOICES = {"stage_class": CLASSES, "kind": KINDS, "state": STATES}


def sees_projects(actor: Actor) -> bool:
    """Whether somebody may open pages of projects at all; which ones, the selectors say."""
    return may("projects", actor) or actor.kind is Kind.PARTY


def chosen(name: str, code: str | None) -> str:
    """Return the words for a code of a choice."""
    words = CHOICES[name].get(code or ("normal" if name == "state" else ""), "")
    return _(words) if words else ""


def cell(project: ProjectRow, name: str) -> Any:
    """Return one value of a project: as it is, with how it was written on hover, marked when it was inferred."""
    column, held = PROJECTS.columns[name], project["cells"].get(name) or {}
    shown = of_code(column, column.load(project.values), held)
    written = str(held.get("written", ""))
    return (
        cells.Hint(shown, _("as written: %(text)s") % {"text": written}) if written and shown != "" else shown
    )


def of_code(column: Column, code: str | None, held: Mapping[str, Any] | None = None) -> Any:
    """Return a code of the register as a cell; ``held`` says what is known of how it came."""
    if code is None:
        return ""
    if column.name in CHOICES:
        return chosen(column.name, code)
    if column.kind == "day":
        day = Day.decode(code)
        note = _("inferred") if (held or {}).get("note") == "inferred_year" else ""
        return cells.Day(day.first, day.precision, note)
    if column.kind in AMOUNTS:
        return _amount(column, Amount.decode(code))
    return code


def _amount(column: Column, amount: Amount) -> Any:
    units = {"money": "", "area": _("mu"), "count": _("people") if column.name.endswith("jobs") else ""}
    shown: Any = cells.Num(Decimal(amount.value), units[column.kind])
    if column.kind == "money":
        shown = cells.Money(amount.value, "wan")
    return (
        cells.Row([cells.Quiet(pgettext("before a number", "about")), shown]) if amount.approximate else shown
    )


def class_cell(project: ProjectRow) -> Any:
    """Return the class a project counts in, marked where the facts don't show it (缺佐证)."""
    stated, derived = project["stage_class"], project["class_derived"]
    words = chosen("stage_class", stated or derived)
    if not stated:
        return cells.Hint(cells.Quiet(words), _("No class is stated; this is what the facts show."))
    if not project.lacks_evidence:
        return words
    hint = _("The facts show: %(words)s.") % {"words": chosen("stage_class", derived)}
    return cells.Row([words, cells.Hint(cells.Tag(_("no evidence"), "warn"), hint)])


def order_of(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the number of projects by class, in the order of the office's workbook."""
    return [(str(name), counts.get(str(name), 0)) for name in StageClass]


_WORK_STATES: dict[str, tuple[str, cells.Tone]] = {
    "waiting": (said("Being read"), "info"),
    "ready": (said("Preview"), "info"),
    "applying": (said("Being written"), "info"),
    "done": (said("Imported"), "good"),
    "undone": (said("Undone"), "warn"),
    "failed": (said("Failed"), "bad"),
}


def chosen_state(state: str) -> tuple[str, cells.Tone]:
    """Return the words for the state of an import, and their tone."""
    words, tone = _WORK_STATES[state]
    return _(words), tone
