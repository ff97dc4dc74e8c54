"""The office of agents for every test of this line."""

from tests.lines.agency.office import office

__all__ = ["office"]
