"""The town of this line's tests."""

from tests.lines.officers.town import town

__all__ = ["town"]
