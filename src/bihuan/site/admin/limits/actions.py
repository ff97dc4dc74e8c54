"""Setting time limits and reminders as a form or call says: rows are added, never changed."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock import actions
from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.site.admin import permits
from bihuan.site.admin.limits import selectors
from bihuan.site.admin.places import read_place

Values = dict[str, Any]


def read_limit(actor: Actor, values: Values) -> dict[str, Any]:
    """Return the row a form means; a row that stands so already is a conflict."""
    place = read_place(values.get("division", ""))
    permits.need(actor, permits.LIMITS, place)
    since, checked_on = date.fromisoformat(values["valid_from"]), values.get("verified_on")
    verified = date.fromisoformat(checked_on) if checked_on else None
    if verified and verified > today():
        raise BadInput(_("A source can't be checked in the future."), where="verified_on")
    if values["value"] < 1:
        raise BadInput(_("A limit is at least one."), where="value")
    row = {
        "rule": values["rule"].strip(), "title": values.get("title", ""), "value": values["value"],
        "unit": values["unit"], "roll": bool(values.get("roll")), "source": values["source"],
        "verified_on": verified, "division": place, "valid_from": since,
    }  # fmt: skip
    before = [one for one in selectors.rows(today(), rule=row["rule"]) if one.division == place]
    last = next((one for one in before if one.valid_from == since), None)
    if last and all(
        getattr(last, name) == row[name] for name in ("value", "unit", "roll", "source", "verified_on")
    ):
        raise Conflict(_("Nothing is changed: this row stands so already."), where="value")
    return row


def set_limit(actor: Actor, values: Values) -> int:
    """Add the row a form means and return its id."""
    row = read_limit(actor, values)
    return actions.set_limit(
        actor, row.pop("rule"), row.pop("value"), row.pop("unit"), row.pop("source"), **row
    )


def set_reminder(actor: Actor, values: Values) -> int:
    """Add the reminder a form means and return the new version; one that stands so already is a conflict."""
    permits.need(actor, permits.LIMITS)
    row = {
        "value": values.get("value", 0), "unit": values["unit"], "upto_days": values.get("upto_days", 0),
        "over_days": values.get("over_days", 0), "digest": bool(values.get("digest")),
        "active": bool(values.get("active")),
    }  # fmt: skip
    for name in ("value", "upto_days", "over_days"):
        if not 0 <= row[name] <= 1000:
            raise BadInput(_("Please enter a number from 0 to 1000."), where=name)
    if row["upto_days"] and row["over_days"]:
        raise BadInput(_("Either at most or more than: not both."), where="over_days")
    given = {**row, "kind": values["kind"], "side": values["side"], "source": values["source"]}
    held = [one for one in selectors.reminders() if one.state == "holds"]
    if any(all(getattr(one, name) == value for name, value in given.items()) for one in held):
        raise Conflict(_("Nothing is changed: this reminder stands so already."), where="kind")
    return actions.set_reminder(actor, values["kind"], values["side"], values["source"], **row)
