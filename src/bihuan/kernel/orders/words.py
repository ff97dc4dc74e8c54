"""What orders are called and who signs them: choices that forms, papers, pages and figures share."""

from bihuan.logic.mechanism import said as _

ORDER = "orders.order"
SUPPORT = "orders.support"

#: By which move an order is signed in each stage where it waits for a signature.
SIGNING = {"signing": "sign", "handing_over": "sign_over"}

#: Which limit is the signer's own in each stage where an order waits for one; the answer's runs beside it.
OWED = {"signing": "sign", "handing_over": "sign", "returning": "decide", "recognised": "see"}

#: Roles with the right of signing, the nearest first; over a matter's place.
SIGNERS = ("leader", "principal")

SOURCES = (
    ("problem", _("A problem")),
    ("meeting", _("A meeting")),
    ("site", _("A meeting on site")),
    ("instruction", _("A leader's instruction")),
    ("other", _("Other")),
)
#: 办理情况: how far the unit is (已办结、序时推进、未达序时、长期坚持).
STATES = (
    ("done", _("Dealt with")),
    ("on_course", _("On course")),
    ("behind", _("Behind course")),
    ("lasting", _("Kept up for the long term")),
)
CLOSINGS = (
    ("solved", _("Solved")),
    ("partly", _("Partly solved")),
    ("explained", _("Explained")),
    ("policy", _("Policy does not allow it")),
    ("longterm", _("Taken on for the long term")),
)
#: How the issuer stands to the addressee; only what goes to one's own units is scored.
OWN, EQUAL, UP, OUTSIDE = "own", "equal", "up", "outside"
RELATIONS = (
    (OWN, _("A unit of one's own")),
    (EQUAL, _("An equal")),
    (UP, _("A superior")),
    (OUTSIDE, _("An outside body")),
)
PAPERS = (
    ("order", _("Order")),
    ("letter", _("Letter of request")),
    ("request", _("Request for instructions")),
    ("report", _("Report to superiors")),
)
#: Which paper goes out by relation; upward it is a request unless the drafter says it is a report.
PAPER_OF = {OWN: "order", EQUAL: "letter", UP: "request", OUTSIDE: "letter"}
#: Habits of an office, as dated rows.
PRACTICES = (
    ("second_reader", _("Somebody else than the drafter reviews an order")),
    ("unit_review", _("The unit reviews an answer before it goes out")),
)
INSTRUCTION_KINDS = (
    ("act", _("To be acted on")),
    ("read", _("For information")),
)
#: Limits that are no clock of a matter, for the table of limits.
LIMIT_TITLES = (_("Time to return"),)
