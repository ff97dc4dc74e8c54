"""The wall of the demonstration: what the projects' one built, counted."""

from typing import Any

from bihuan.lines.projects import contracts as projects
from bihuan.lines.wall import actions


def load() -> list[Any]:
    """Count what the wall shows; nobody signs in for the wall alone."""
    projects.RESTAND()
    actions.refresh_loads()
    actions.refresh_ranks()
    return []
