"""Find the lines of business: every folder of ``bihuan.lines`` that has a ``line.py``.

Nothing here or anywhere else names a line, so adding one touches one folder.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.module_loading import import_string

import bihuan.lines

if TYPE_CHECKING:
    from bihuan.kernel.commands import Command
    from bihuan.kernel.flow.rows import MatterRow
    from bihuan.kernel.forms.fields import Field
    from bihuan.kernel.identity.actors import Actor
    from bihuan.ui.line import Line
    from bihuan.ui.panels import Panel


@cache
def line_names() -> tuple[str, ...]:
    """Return the folder names of all lines, sorted."""
    roots = [Path(root) for root in bihuan.lines.__path__]
    return tuple(sorted(file.parent.name for root in roots for file in root.glob("*/line.py")))


def line_apps() -> list[str]:
    """Return the Django apps of all lines."""
    return [f"bihuan.lines.{name}" for name in line_names()]


def locale_paths() -> list[Path]:
    """Return the folders of translations of every floor and line.

    Given to Django as a list they go before the translations of the libraries; an app's own would not.
    """
    house = Path(bihuan.lines.__file__).parents[1]
    rooms = [house, house / "kernel", house / "site", *(Path(root) for root in bihuan.lines.__path__)]
    depths = ("*/locale", "*/*/locale")  # a part of a line may bring its own words
    return sorted({folder for room in rooms for depth in depths for folder in room.glob(depth)})


@cache
def lines() -> "tuple[Line, ...]":
    """Import every line's manifest, in the order their dependencies allow."""
    from bihuan.ui.line import arrange  # settings need the names above before Django is there

    return arrange(import_module(f"bihuan.lines.{name}.line").LINE for name in line_names())


def line_commands() -> "list[Command]":
    """Return the commands that lines bring, without setting Django up."""
    return [import_string(path) for line in lines() for path in line.commands]


def subjects(line_name: str, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return {id: (name, address)} of what a line's matters are about.

    A line's matter may be about what another line keeps (a problem of an enterprise): an id names one
    thing in the house, so the other lines are asked for what its own doesn't know.
    """
    found: dict[int, tuple[str, str]] = {}
    for line in sorted(lines(), key=lambda line: line.name != line_name):
        if line.subjects and (rest := [one for one in ids if one not in found]):
            found |= import_string(line.subjects)(rest)
    return found


def panels_of(actor: "Actor", row: "MatterRow") -> "list[Panel]":
    """Return what a matter's line adds to its page."""
    for line in lines():
        if line.name == row.line and line.panels:
            return list(import_string(line.panels)(actor, row))
    return []


def panels_by_link(actor: "Actor", row: "MatterRow", code: str) -> "list[Panel]":
    """Return what lines show to whoever comes by the link of that code to a matter."""
    paths = [line.by_link for line in lines() if line.by_link]
    return [panel for path in paths for panel in import_string(path)(actor, row, code)]


def named_in(row: "MatterRow") -> Mapping[str, Mapping[int, str]]:
    """Return by field how things of the line are called that the matter's entries hold by id."""
    for line in lines():
        if line.name == row.line and line.named:
            found: Mapping[str, Mapping[int, str]] = import_string(line.named)(row)
            return found
    return {}


def options_of(actor: "Actor", row: "MatterRow", item: "Field") -> list[tuple[str, str]] | None:
    """Return what may be chosen in a field of a matter's move as its line says, None when it says nothing."""
    for line in lines():
        if line.name == row.line and line.options:
            found: list[tuple[str, str]] | None = import_string(line.options)(actor, row, item)
            return found
    return None
