"""Work with no signal: a list kept on the device, forms whose entries wait there until they can be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.templatetags.static import static

from bihuan.ui.panels.base import Panel
from bihuan.ui.panels.forms import FormPanel

#: What the page needs when there is no network: the same files its head names, and its own script.
FILES = (
    "vendor/tabler.min.css", "ui/bihuan.css", "ui/media.css", "ui/mark.svg", "ui/theme.js", "vendor/htmx.min.js",
    "ui/bihuan.js", "ui/offline.js", "ui/shares.js",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Offline(Panel):
    """Cases restored from the device and forms that queue what is entered (``ui/static/ui/offline.js``).

    ``cases`` answers JSON ``{who, csrf, cases}``; ``send`` takes one queued entry and answers ``{state, words}``:
    done, conflict or refused. ``who`` names the post on whose behalf the device keeps things. ``case`` is the form
    of one case, ``entry`` a form without a case. Without script or storage both are sent as any other form.
    """

    template: ClassVar[str] = "ui/panels/offline.html"

    who: str
    cases: str
    send: str
    worker: str
    case: FormPanel
    entry: FormPanel
    comment: str
    """The move under which the words of a second one are kept who closed the same case."""
    place: str = "point"
    """The field of ``entry`` that takes the place, if somebody wants to give it."""

    def panels(self) -> tuple[Panel, ...]:
        """Return the forms inside."""
        return (self.case, self.entry)


def kept_files() -> Sequence[str]:
    """Return the addresses of the files a device keeps."""
    return [static(name) for name in FILES]
