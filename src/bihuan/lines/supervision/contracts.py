"""What others may know of supervision; pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.logic.mechanism import said as _

#: Who is scored.
SUBJECTS = {"unit": _("Departments"), "post": _("Posts"), "project": _("Each project")}
CRITERIA = {
    "response": _("Response speed"),
    "resolution": _("Resolution"),
    "satisfaction": _("Satisfaction"),
    "promises": _("Promises kept"),
    "coordination": _("Coordination"),
}
#: Why a case is left out of a fraction.
REASONS = {
    "open": _("Still within the limit"),
    "stopped": _("Clock stopped or being verified"),
    "void": _("Withdrawn or waived"),
    "policy": _("Policy does not allow it, or for the long term"),
    "side": _("Not the government's side of the delay"),
    "mistake": _("Counted by mistake"),
    "unrated": _("Not rated"),
    "unsettled": _("Whose delay it was isn't settled"),
}
#: What an appeal may turn a case into.
CORRECTED_TO = {"good": _("Counts as done well"), "side": REASONS["side"], "mistake": REASONS["mistake"]}
#: Whose delay it was.
SIDES = {
    "government": _("Government"),
    "enterprise": _("Enterprise"),
    "supply": _("Land, utilities and other supply"),
    "third": _("Third party"),
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of a published ranking: for bulletins. ``place`` None: too few cases, shown without a place."""

    subject: int
    name: str
    total: Decimal | None
    place: int | None


@dataclass(frozen=True, slots=True)
class Published:
    """A published assessment: over which days, under which rules, and its lines in order."""

    id: int
    code: str
    subjects: str
    since: date
    until: date
    revision: int
    rules_hash: str
    lines: tuple[Ranked, ...]
