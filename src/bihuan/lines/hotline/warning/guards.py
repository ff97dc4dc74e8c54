"""Guards and effects of hotspots. A changed meaning is a new revision, never an edit."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.flow.registry import Context, effect, guard
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.duties import actions as duties
from bihuan.lines.hotline.registers import KNOWLEDGE
from bihuan.lines.hotline.warning import selectors

_RAISE = """INSERT INTO hotline_hotspot (matter, cell, since, raised, events, expected, surprise, threshold, untrue)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, false)"""


@effect("hotline.spotted@1")
def spotted(context: Context) -> None:
    """Write down why it was raised; the database refuses a second one for the cell while one is open."""
    said: dict[str, Any] = context.values
    run(_RAISE, (
        context.row.id, said["cell"], date.fromisoformat(str(said["since"])), today(), said["events"],
        float(said["expected"]), float(said["surprise"]), float(said["threshold"]),
    ))  # fmt: skip


@guard("hotline.dated@1")
def dated(context: Context) -> str | None:
    """An answer is reviewed after today and no later than it expires."""
    review, expires = (date.fromisoformat(str(context.values[name])) for name in ("review_on", "expires_on"))
    return None if today() < review <= expires else _("The review comes after today and before it expires.")


_PROPOSE = """INSERT INTO hotline_reply (hotspot, version, state, name, answer, basis, review_on, expires_on, unit,
    proposed, knowledge) VALUES (%s, (SELECT coalesce(max(version), 0) + 1 FROM hotline_reply WHERE hotspot = %s),
    'proposed', %s, %s, %s, %s, %s, %s, %s,
    coalesce((SELECT max(knowledge) FROM hotline_reply WHERE hotspot = %s), 0))"""


@effect("hotline.proposed@1")
def proposed(context: Context) -> None:
    """Keep the proposal as the next version; one that waited for approval is replaced."""
    key, said = context.row.id, context.values
    _decide(key, "proposed", "replaced")
    run(_PROPOSE, (
        key, key, str(said["name"]).strip(), str(said["answer"]).strip(), str(said["basis"]).strip(),
        date.fromisoformat(str(said["review_on"])), date.fromisoformat(str(said["expires_on"])),
        context.row.lead_unit, now(), key,
    ))  # fmt: skip


def _decide(hotspot: int, state: str, into: str, knowledge: int | None = None) -> None:
    sql = """UPDATE hotline_reply SET state = %s, decided = %s, knowledge = coalesce(%s::bigint, knowledge)
             WHERE hotspot = %s AND state = %s"""
    run(sql, (into, now(), knowledge, hotspot, state))


@guard("hotline.answer_proposed@1", early=True)
def answer_proposed(context: Context) -> str | None:
    """There is a proposal to decide on."""
    found = selectors.answer_in(context.row.id, "proposed")
    return None if found else _("No answer waits for approval.")


@effect("hotline.answer_approved@1")
def approved(context: Context) -> None:
    """Let the proposal stand: it replaces the version before, here and in the knowledge base."""
    row, found = context.row, selectors.answer_in(context.row.id, "proposed")
    assert found is not None
    said = {
        "name": found.name, "answer": found.answer, "unit": str(found.unit), "basis": found.basis,
        "review_on": found.review_on.isoformat(), "expires_on": found.expires_on.isoformat(),
    }  # fmt: skip
    place = row.county or row.park or row.division
    kept = duties.keep(
        context.actor, KNOWLEDGE, found.knowledge or None, said, cause=f"{row.code} v{found.version}", division=place
    )  # fmt: skip
    _decide(row.id, "approved", "replaced")
    _decide(row.id, "proposed", "approved", kept)


@effect("hotline.answer_refused@1")
def refused(context: Context) -> None:
    """The proposal is not given; what stood before stands on."""
    _decide(context.row.id, "proposed", "refused")


@guard("hotline.answer_stands@1", early=True)
def answer_stands(context: Context) -> str | None:
    """A hotspot is lifted once everyone who asks is told the same."""
    found = selectors.answer_in(context.row.id, "approved")
    return None if found else _("A hotspot is lifted once its standard answer is approved.")


@effect("hotline.lifted@1")
def lifted(context: Context) -> None:
    """Let its cell be watched again."""
    _end(context, untrue=False)


@effect("hotline.untrue@1")
def untrue(context: Context) -> None:
    """Count it as a false alarm."""
    _end(context, untrue=True)


def _end(context: Context, *, untrue: bool) -> None:
    sql = "UPDATE hotline_hotspot SET ended = %s, untrue = %s WHERE matter = %s AND ended IS NULL"
    run(sql, (today(), untrue, context.row.id))
