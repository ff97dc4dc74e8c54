"""The words of a contact: its kinds, its grades, and which of them call for a call-back."""

from bihuan.logic.mechanism import said as _

CONTACT, RECALL, RECTIFY = "callbacks.contact", "callbacks.recall", "callbacks.rectify"
#: The five grades of 政务服务好差评; adding one of one's own is forbidden there.
GRADES = (
    ("very", _("Very satisfied")),
    ("satisfied", _("Satisfied")),
    ("basically", _("Basically satisfied")),
    ("unsatisfied", _("Not satisfied")),
    ("very_unsatisfied", _("Very unsatisfied")),
)
#: 差评: called back within a working day, rectified within fifteen.
BAD = frozenset({"unsatisfied", "very_unsatisfied"})
CONTENT = tuple(name for name, _title in GRADES if name not in BAD)
#: Moves by which a contact is answered, and what says that it was recorded on the phone.
OWN, PHONE = "rate", "phone"
ANSWERS = (OWN, PHONE)
#: How often somebody is reminded before silence counts as not rated; when, are limit rows ``callbacks.remind.N``.
REMINDERS = 3
