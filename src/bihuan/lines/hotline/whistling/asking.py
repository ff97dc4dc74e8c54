"""What blowing a whistle and answering one ask for."""

from bihuan.kernel.forms.fields import AsSaid, Field, Form
from bihuan.lines.hotline.forms import LONGEST
from bihuan.logic.mechanism import said as _

#: How soon departments have to be there; the emergency is never refused.
GENERAL, EMERGENCY = "general", "emergency"
PACES = ((GENERAL, _("Routine: may be disputed")), (EMERGENCY, _("Emergency: nobody may refuse")))
#: Limit rows of a pace: to answer, to be on the spot, to settle it.
RULES = {
    GENERAL: ("hotline.whistle_respond", "hotline.whistle_arrive", "hotline.whistle_settle"),
    EMERGENCY: ("hotline.whistle_respond_now", "hotline.whistle_arrive_now", "hotline.whistle_settle_now"),
}
_RULE_CHOICES = tuple((rule, words) for pace, words in PACES for rule in RULES[pace])

_TITLE = Field("title", _("What happened, in one sentence"), required=True, max_length=200)
_DETAIL = Field("detail", _("What has to be done together"), "long", max_length=LONGEST)
_ADDRESS = Field("address", _("Where to come"), required=True, max_length=200)
_SETTLE = Field("settle_by", _("Limit for the whole"), "choice", choices=_RULE_CHOICES)
_EVIDENCE = Field(
    "evidence", _("Evidence"), "files", help=_("Photos, documents or sheets. No state or work secrets.")
)
_PACE = Field("pace", _("How soon?"), "choice", required=True, choices=PACES)
_UNITS = Field("units", _("Departments called"), "units", required=True)
#: Who is met there is named in it: the departments that are called may read it, whoever looks on may not.
_WORDS = AsSaid(("title", "address", "detail"))

#: What somebody in the street fills in; the limits follow from the pace.
BLOW = Form("hotline.whistle_blow", _("Blow the whistle"), (_TITLE, _ADDRESS, _PACE, _UNITS, _DETAIL))
ALL = (
    BLOW,
    Form("hotline.whistle", _("Blow the whistle"), (_TITLE, _ADDRESS, _PACE, _UNITS, _DETAIL, _SETTLE, _EVIDENCE),
         _WORDS),
    Form("hotline.whistle_more", _("Call one more department"), (
        Field("units", _("Departments called"), "units", required=True),
        Field("note", _("Why they are needed"), "long", required=True),
    )),
    Form("hotline.whistle_close", _("Everybody did their part"), (
        Field("reply", _("What came of it"), "long", required=True, max_length=LONGEST), _EVIDENCE,
    )),
    Form("hotline.callout", _("Call a department"), (
        _TITLE, _ADDRESS, Field("unit", _("Department"), "unit", required=True), _PACE, _DETAIL,
        Field("respond_by", _("Limit to answer"), "choice", choices=_RULE_CHOICES),
        Field("arrive_by", _("Limit to be on the spot"), "choice", choices=_RULE_CHOICES), _SETTLE,
    ), _WORDS),
    Form("hotline.whistle_arrival", _("We are on the spot"), (
        Field("who", _("Who came"), max_length=120), _EVIDENCE,
        Field("note", _("Note"), "long"),
    )),
    Form("hotline.whistle_part", _("Our part is done"), (
        Field("reply", _("What this department did"), "long", required=True, max_length=LONGEST), _EVIDENCE,
    )),
    Form("hotline.whistle_refusal", _("It is not ours to come"), (
        Field("basis", _("On what basis it is not this unit's"), "long", required=True),
    )),
)  # fmt: skip
