"""Why a clock may stand still. A cause not declared does not exist."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Cause:
    """A stated cause. ``evidence`` must be given for it; with ``tell`` the applicant is told in writing."""

    name: str
    title: "Promise | str"
    evidence: bool = True
    tell: bool = True


_causes: dict[str, Cause] = {}


def register(cause: Cause) -> Cause:
    """Make a cause known; a second, different one of that name is refused."""
    if _causes.setdefault(cause.name, cause) != cause:
        raise ValueError(f"two causes named {cause.name}")
    return cause


def get(name: str) -> Cause | None:
    """Return the cause of that name, if it is declared."""
    return _causes.get(name)


def known() -> list[Cause]:
    """Return all declared causes in the order of their declaration."""
    return list(_causes.values())


# Administrative Licensing Law (行政许可法), articles 32 and 45, and what every line needs.
for _cause in (
    Cause("supplement", _("Applicant supplements papers")),
    Cause("publicity", _("Public notice")),
    Cause("review", _("Expert review")),
    Cause("test", _("Inspection, test or appraisal")),
    Cause("hearing", _("Hearing")),
    Cause("tender", _("Tender or auction")),
    Cause("force", _("Force majeure")),
    Cause("enterprise", _("The enterprise asked to wait")),
    Cause("answered", _("Answered, waiting for verification"), evidence=False, tell=False),
):
    register(_cause)
