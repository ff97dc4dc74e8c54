"""What ``bihuan doctor`` says: one thing looked at, how it is and, when it is not well, what that means."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bihuan.site.wording import _


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. A finding has a code that stays the same in every language and version."""

    name: str
    ok: bool
    message: str
    code: str = ""
    means: str = ""
    todo: str = ""

    def document(self) -> dict[str, object]:
        """Return it for ``--json``."""
        said = {"name": self.name, "ok": self.ok, "message": self.message}
        return said if self.ok else {**said, "code": self.code, "means": self.means, "do": self.todo}

    def text(self) -> str:
        """Return it for people."""
        if self.ok:
            return f"✓ {self.name}: {self.message}"
        return "\n".join(
            (
                f"✗ {self.name}: {self.message} [{self.code}]",
                f"    {_('It means:')} {self.means}",
                f"    {_('What to do:')} {self.todo}",
            )
        )


Look = Callable[[], Iterator[Check]]


def good(name: str, message: str) -> Check:
    """Return a check that found nothing wrong."""
    return Check(name, True, message)


def bad(name: str, code: str, message: str, means: str, todo: str) -> Check:
    """Return a finding."""
    return Check(name, False, message, code, means, todo)
