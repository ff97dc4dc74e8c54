"""What every panel is: frozen data, one template, a stable id that htmx can aim at."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A part of a page. ``id`` is unique on the page and stays the same between answers."""

    template: ClassVar[str] = ""

    id: str = ""
    title: str = ""

    def panels(self) -> tuple["Panel", ...]:
        """Return the panels inside this one."""
        return ()

    def find(self, wanted: str) -> "Panel | None":
        """Return this panel or the one inside it that bears the id."""
        if wanted and self.id == wanted:
            return self
        return next((hit for inner in self.panels() if (hit := inner.find(wanted))), None)

    def render(self, request: Any = None) -> SafeString:
        """Return the panel's markup."""
        return render_to_string(self.template, {"panel": self}, request=request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something to do: a link, or with ``post`` a button that sends a form.

    ``into`` is the id of a panel the answer replaces in place; ``key`` the key that triggers it.
    """

    title: str
    href: str
    icon: str = ""
    primary: bool = False
    post: bool = False
    confirm: str = ""
    into: str = ""
    key: str = ""
    danger: bool = False
    count: int | None = None
