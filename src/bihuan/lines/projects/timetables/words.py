"""What the timetable's parts are called: phases, sides, causes of lateness, states. Pure."""

from bihuan.logic.mechanism import said as _

PHASES = {
    "sign": _("Negotiation and signing"),
    "land": _("Land"),
    "supply": _("Site and utilities"),
    "permits": _("Permits"),
    "construction": _("Construction"),
    "acceptance": _("Acceptance"),
    "production": _("Production"),
}
SIDES = {
    "enterprise": _("Enterprise"),
    "government": _("Government approval"),
    "supply": _("Land, utilities and other supply"),
    "third": _("Third party"),
}
CAUSES = {
    "papers": _("Papers incomplete or late"),
    "approval": _("Approval took longer"),
    "land": _("Land not handed over"),
    "utilities": _("Utilities not connected"),
    "finance": _("Financing"),
    "design": _("Design changed"),
    "builder": _("Builder or supplier late"),
    "dispute": _("Dispute in the surroundings"),
    "force": _("Weather or force majeure"),
    "choice": _("The enterprise chose to wait"),
    "other": _("Other"),
}
#: Why a node's clock may stand still; each needs evidence.
STOP_CAUSES = {
    "supplement": _("Applicant supplements papers"),
    "publicity": _("Public notice"),
    "review": _("Expert review"),
    "test": _("Inspection, test or appraisal"),
    "force": _("Force majeure"),
    "enterprise": _("The enterprise asked to wait"),
}
STATES = {
    "draft": _("Draft"),
    "approved": _("Approved baseline"),
    "replaced": _("Replaced"),
}
STANDINGS = {
    "proposed": _("Proposed, not yet agreed"),
    "agreed": _("Agreed"),
    "ruled": _("Ruled"),
}
BASES = {
    "law": _("Set by law or rule"),
    "practice": _("Local practice"),
    "default": _("Default, not law"),
}
UNITS = {"wd": _("working days"), "d": _("calendar days")}
KINDS = {
    "land": _("Land of its own"),
    "lease": _("Leased premises"),
    "purchase": _("Bought premises"),
}
#: Metrics of the lights.
METRICS = {
    "behind_pp": _("Percentage points behind the plan to date"),
    "share": _("Share of the plan to date that is done"),
    "late_wd": _("Working days late against the approved timetable"),
}
