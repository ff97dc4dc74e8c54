"""Words others may know of this line."""

from bihuan.logic.mechanism import said as _

ORDER, PART, HOTSPOT = "hotline.order", "hotline.part", "hotline.hotspot"
#: Doubtful orders that wait for one person to look at together (存疑批次).
HEAP = "hotline.heap"
#: Where an order lies that nobody has taken in yet, and all stages that count for nothing.
ASIDE = "aside"
UNCOUNTED = ("withdrawn", "refused", ASIDE)
#: A whistle (吹哨), and what each department called owes to it (报到).
WHISTLE, CALLOUT = "hotline.whistle", "hotline.callout"
#: What was found on patrol and put right at once (未诉先办).
FOUND = "hotline.found"
#: Many complaints, one task: what keeps coming back is put right at its root (根治任务).
CAUSE = "hotline.cause"
#: Visits to somebody a grid looks after (走访).
VISIT = "hotline.visit"

#: What a caller comes with; 举报 is read by few.
CONSULT, HELP, SUGGEST, COMPLAIN, REPORT, PRAISE = (
    "consult",
    "help",
    "suggest",
    "complain",
    "report",
    "praise",
)
TYPES = (
    (CONSULT, _("Enquiry")),
    (HELP, _("Request for help")),
    (SUGGEST, _("Suggestion")),
    (COMPLAIN, _("Complaint")),
    (REPORT, _("Report of wrongdoing")),
    (PRAISE, _("Praise")),
)

#: Whether the caller may be known: to whoever handles it, to the desk only, or to nobody.
OPEN, CONFIDENTIAL, ANONYMOUS = "open", "confidential", "anonymous"
SECRECY = (
    (OPEN, _("May be passed on to who handles it")),
    (CONFIDENTIAL, _("Confidential: the desk only")),
    (ANONYMOUS, _("Anonymous")),
)

CHANNELS = (
    ("phone", _("Phone call")),
    ("city", _("City platform")),
    ("page", _("Web form")),
    ("chat", _("Chat group")),
    ("visit", _("Came in person")),
    ("patrol", _("Found on patrol")),
    ("box", _("Suggestion box")),
    ("open311", _("Another system (GeoReport)")),
    ("file", _("Workbook")),
    ("program", _("Another program")),
)
#: Doors by which things come that nobody of the desk has seen while they are only registered.
UNSEEN = ("open311", "page", "program")

#: How long an order may take: limit rows the desk chooses from; the city's own day comes first.
URGENT = "hotline.urgent"
TIERS = (
    (URGENT, _("Urgent: life or property in danger")),
    ("hotline.utility", _("Water, power, gas, heating")),
    ("hotline.general", _("General")),
    ("hotline.complex", _("Complex")),
    ("hotline.consult", _("Question or request, in working days")),
    ("hotline.complaint", _("Suggestion or complaint, in working days")),
    ("hotline.signed", _("Five working days")),
    ("hotline.signed_complex", _("Ten working days")),
)

#: Which limits a house works by: for each type of order the tier, under a name one chooses.
SCHEMES = {
    "tiers": (
        _("Two hours, 24 hours, seven and fifteen days"),
        dict.fromkeys((CONSULT, HELP, SUGGEST, COMPLAIN, REPORT, PRAISE), "hotline.general"),
    ),
    "kinds": (
        _("Three and thirteen working days"),
        {
            CONSULT: "hotline.consult", HELP: "hotline.consult", SUGGEST: "hotline.complaint",
            COMPLAIN: "hotline.complaint", REPORT: "hotline.complaint", PRAISE: "hotline.complaint",
        },
    ),
    "signed": (
        _("Five and ten working days"),
        {
            CONSULT: "hotline.signed", HELP: "hotline.signed", SUGGEST: "hotline.signed_complex",
            COMPLAIN: "hotline.signed_complex", REPORT: "hotline.signed_complex", PRAISE: "hotline.signed",
        },
    ),
}  # fmt: skip

#: Who may stand beside the head of a grid (N 支力量).
FORCES = (
    ("officer", _("Grid officer")), ("volunteer", _("Volunteers")), ("property", _("Property management")),
    ("police", _("Community police")), ("other", _("Others")),
)  # fmt: skip

#: For what a household file may be used; what is kept for one is not shown for another.
PURPOSES = (
    ("care", _("Visits and care")), ("rescue", _("Evacuation and rescue")), ("relief", _("Social relief")),
)  # fmt: skip
#: Why a grid looks after somebody. Which a house keeps, it decides; the rest stays unused.
TAGS = (
    ("alone", _("Old and living alone")), ("disabled", _("Disabled")), ("chronic", _("Seriously ill")),
    ("child", _("Child left behind")), ("poor", _("Receives relief")), ("dialysis", _("Depends on equipment or drugs")),
)  # fmt: skip
#: How often somebody is visited: limit rows.
EVERY = (
    ("hotline.visit_week", _("Every week")), ("hotline.visit_month", _("Every month")),
    ("hotline.visit_quarter", _("Every quarter")),
)  # fmt: skip
FOUND_WELL = (
    ("well", _("All is well")), ("needs", _("Needs something")), ("absent", _("Nobody was at home")),
)  # fmt: skip
