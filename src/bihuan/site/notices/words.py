"""Titles of what the tables of notices hold."""

from bihuan.logic.mechanism import said as _

SHAPES: dict[str, str] = {
    "wecom": _("WeCom group robot"),
    "dingtalk": _("DingTalk group robot"),
    "sms": _("SMS gateway, fixed phones"),
    "wecom_app": _("WeCom application message"),
    "dingtalk_work": _("DingTalk work notice"),
    "sms_person": _("SMS to single people"),
}
