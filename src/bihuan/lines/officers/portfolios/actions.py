"""Set the numbers of the line that are no time limits: the quiet quota, what load, place and industry weigh."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run

RULES = "officers.rules"
NAMES = ("quiet.visits", "portfolio.load", "portfolio.distance", "portfolio.industry")


def set_rule(actor: Actor, name: str, value: Decimal, source: str, since: date) -> None:
    """Set a rule for the actor's own place from a day on; the same day again corrects it, earlier days stay."""
    rights.need(actor, RULES, actor.division)
    if name not in NAMES:
        raise BadInput(_("Please choose one from the list."), where="name")
    if not 0 <= value < 1000 or (name == "quiet.visits" and value != int(value)):
        raise BadInput(_("Please enter a whole number."), where="value")
    run(
        """INSERT INTO officers_rule (name, value, source, division, since, entered) VALUES (%s, %s, %s, %s, %s, %s)
           ON CONFLICT (name, division, since) DO UPDATE SET value = excluded.value, source = excluded.source,
             entered = excluded.entered""",
        (name, value, source[:300], actor.division, since, now()),
    )
