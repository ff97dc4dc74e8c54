"""The round (set-based, every quarter of an hour): who is gone, who is missing, which duties begin, which are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.flow.bulk import New, move_many, open_many
from bihuan.kernel.identity.actors import LEVELS, SYSTEM
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.officers import actions, selectors
from bihuan.lines.officers.mechanisms import CONTACT, DUTIES, VISIT
from bihuan.lines.projects import contracts as projects
from bihuan.lines.projects.contracts import ProjectCard

VACANCY = "officers.vacancy"


@dataclass(slots=True)
class Round:
    """What one round did."""

    ended: int = 0
    released: int = 0
    vacancies: int = 0
    begun: int = 0
    kept: int = 0


def go_round() -> Round:
    """Look after every project that goes on; running it twice, or two at once, does everything once."""
    done = Round()
    with atomic():
        run("SELECT pg_advisory_xact_lock(hashtextextended('officers.round', 0))")
        alive = projects.ALIVE(SYSTEM)
        done.ended = _end_what_is_over(alive)
        done.released = actions.release(alive, _("The officer's post has ended."))
        cards = projects.CARDS(alive)
        serving = selectors.posts_serving(alive)
        done.vacancies = _open_vacancies([cards[key] for key in alive if key not in serving])
        done.kept = keep_by_activity()
        done.begun = _begin_duties([cards[key] for key in alive if key in serving])
    return done


def _end_what_is_over(alive: Sequence[int]) -> int:
    """End service, duties and vacancies of projects that are over or in production."""
    note = _("The project is over or in production.")
    sql = """SELECT DISTINCT project FROM officers_assignment WHERE until IS NULL AND withdrawn_at IS NULL
             AND project <> ALL(%s)"""
    over = [row[0] for row in run(sql, (list(alive),))]
    ended = actions.finish_all(over, note) if over else 0
    waiting = """SELECT id, kind FROM flow_matter WHERE kind = ANY(%s) AND open AND subject > 0
                 AND subject <> ALL(%s)"""
    rows = run(waiting, ([*DUTIES, VACANCY], list(alive)))
    if rows:
        move_many(SYSTEM, "drop", [(key, {"note": note}) for key, _kind in rows])
    return ended


_STAFFED = """
SELECT DISTINCT p.division_id FROM identity_post p JOIN identity_user u ON u.id = p.user_id AND u.is_active
WHERE p.role_id = 'officer' AND p.valid_from <= %(at)s AND (p.valid_until IS NULL OR p.valid_until > %(at)s)
"""


def _open_vacancies(missing: Sequence[ProjectCard]) -> int:
    """Ask the centre for an officer, where the place has any officer at all; one open vacancy a project."""
    staffed = {row[0] for row in run(_STAFFED, {"at": now()})}
    asked = selectors.open_vacancies([card.id for card in missing])
    wanted = [
        card
        for card in missing
        if card.id not in asked and staffed & {getattr(card.scope, level) for level in LEVELS}
    ]
    rows = [_about(card, _("No service officer: %(project)s")) for card in wanted]
    return sum(one.receipt is not None for one in open_many(SYSTEM, VACANCY, rows)) if rows else 0


def _about(card: ProjectCard, title: str) -> New:
    data = {"title": (title % {"project": card.name})[:200]}
    return New(data, card.scope, party=card.party, subject=card.id)


#: The last main clock of a duty says when its turn was over, kept or not.
_STANDING = """
SELECT m.kind, m.subject, m.id, m.stage,
       (SELECT c.due FROM clock_clock c WHERE c.matter_id = m.id AND c.main ORDER BY c.id DESC LIMIT 1) <= %(at)s
FROM flow_matter m WHERE m.kind = ANY(%(kinds)s) AND m.subject = ANY(%(projects)s) AND m.subject > 0
"""


def _begin_duties(cards: Sequence[ProjectCard]) -> int:
    """Begin each duty of each served project: the first turn, and the next when the last one's time is over."""
    params = {"at": now(), "kinds": list(DUTIES), "projects": [card.id for card in cards]}
    found = {
        (kind, subject): (key, stage, over) for kind, subject, key, stage, over in run(_STANDING, params)
    }
    titles = {CONTACT.name: _("Contact: %(project)s"), VISIT.name: _("Visit: %(project)s")}
    begun = 0
    for kind in DUTIES:
        fresh = [_about(card, titles[kind]) for card in cards if (kind, card.id) not in found]
        begun += sum(one.receipt is not None for one in open_many(SYSTEM, kind, fresh)) if fresh else 0
        for move, stage in (("again", "kept"), ("resume", "void")):
            due = [
                (held[0], dict[str, Any]())
                for card in cards
                if (held := found.get((kind, card.id))) and held[1] == stage and (held[2] or stage == "void")
            ]
            begun += sum(one.receipt is not None for one in move_many(SYSTEM, move, due)) if due else 0
    return begun


#: Whatever the officer or deputy did on a matter of the project since the turn began: an answer, a comment, a
#: need taken up by telephone. Duties themselves don't count, nor what the system did.
_ACTIVE = """
SELECT d.id, min(e.at) FROM flow_matter d
JOIN flow_span s ON s.matter_id = d.id AND s.n = d.span
JOIN officers_assignment a ON a.project = d.subject AND a.layer = 'officer' AND a.until IS NULL
  AND a.withdrawn_at IS NULL
JOIN flow_matter m ON m.subject = d.subject AND m.subject > 0 AND m.kind <> ALL(%(duties)s)
  AND m.kind <> 'officers.vacancy'
JOIN ledger_entry e ON e.chain_id = m.id AND e.at >= s.since
WHERE d.kind = 'officers.contact' AND d.open AND d.stage = 'due'
  AND (e.text::jsonb -> 'actor' ->> 'post')::bigint IN (a.post, nullif(a.deputy, 0))
GROUP BY d.id
"""


def keep_by_activity() -> int:
    """Note contact duties as kept where the officer has been at work on the project; return how many."""
    rows = run(_ACTIVE, {"duties": list(DUTIES)})
    moves = [(key, {"way": "activity"}) for key, _at in rows]
    return sum(one.receipt is not None for one in move_many(SYSTEM, "keep", moves)) if moves else 0
