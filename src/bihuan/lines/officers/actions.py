"""What people do about who serves whom: assign, hand over, step in, leave."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry
from bihuan.kernel.flow.bulk import hand_on
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity import rights
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.identity.selectors.posts import PostRow
from bihuan.kernel.now import local, now, today
from bihuan.kernel.registers.actions import Change, Item, amend, amend_many
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.officers import selectors
from bihuan.lines.officers.contracts import Layer, Serving
from bihuan.lines.officers.mechanisms import SERVED
from bihuan.lines.officers.registers import ASSIGNMENTS
from bihuan.lines.projects import contracts as projects
from bihuan.lines.projects.contracts import ProjectCard
from bihuan.logic.mechanism import serves

ASSIGN = "officers.assign"
#: Which roles may serve in which layer.
ROLES = {Layer.OFFICER: ("officer",), Layer.LEADER: ("leader", "principal")}


def assign(
    actor: Actor,
    project_id: int,
    post: int,
    *,
    deputy: int = 0,
    layer: str = Layer.OFFICER,
    since: date | None = None,
    reason: str = "",
) -> int:
    """Let a post serve a project nobody serves in that layer; return the assignment.

    What waits at the duty post for want of an officer is handed on in the same transaction, and an open
    vacancy is filled. The same officer again changes nothing but the deputy. Another one is a
    Conflict: a served officer is replaced by a hand-over, a leader by ``replace_leader``.
    """
    card = projects.SEEN(actor, project_id)
    rights.need(actor, ASSIGN, card.scope.division)
    _check_post(post, layer, card)
    if deputy:
        _check_post(deputy, layer, card)
    return place(actor, card, post, deputy=deputy, layer=layer, since=since, reason=reason)


def place(
    actor: Actor,
    card: ProjectCard,
    post: int,
    *,
    deputy: int = 0,
    layer: str = Layer.OFFICER,
    since: date | None = None,
    reason: str = "",
) -> int:
    """Write an assignment whose permit was given: by :func:`assign`, or by the move of a vacancy."""
    with atomic():
        _wait_for(card.id)
        held = _standing(card.id, layer)
        if held and held[1] == post:
            changes = {"deputy": str(deputy) if deputy else None}
            amend(actor, ASSIGNMENTS, held[0], changes, cause=reason)
            return held[0]
        if held:
            raise Conflict(
                _("Somebody serves this project already. Hand it over instead, so that nothing is lost."),
                where="post",
            )
        row_id = _begin(actor, card, layer, post, deputy, since or today(), reason)
        if layer == Layer.OFFICER:
            _take_in(actor, card.id, post)
    return row_id


def appoint(actor: Actor, card: ProjectCard, post: int, deputy: int = 0) -> int:
    """Carry out what the move on a vacancy permitted: the officer named there serves the project."""
    _check_post(post, Layer.OFFICER, card)
    if deputy:
        _check_post(deputy, Layer.OFFICER, card)
    return place(actor, card, post, deputy=deputy)


def replace_leader(actor: Actor, project_id: int, post: int, reason: str = "") -> int:
    """Give a project another liaison leader (联点领导) from today; the former's days stay on record."""
    card = projects.SEEN(actor, project_id)
    rights.need(actor, ASSIGN, card.scope.division)
    _check_post(post, Layer.LEADER, card)
    with atomic():
        _wait_for(project_id)
        held = _standing(project_id, Layer.LEADER)
        if held and held[1] == post:
            return held[0]
        if held:
            _finish(actor, held[0], today(), reason)
        return _begin(actor, card, Layer.LEADER, post, 0, today(), reason)


def _begin(
    actor: Actor, card: ProjectCard, layer: str, post: int, deputy: int, since: date, reason: str
) -> int:
    values: dict[str, Any] = {
        "project": str(card.id),
        "layer": str(layer),
        "post": str(post),
        "since": since,
        "reason": reason[:300],
    }
    values |= {"deputy": str(deputy)} if deputy and deputy != post else {}
    return amend(actor, ASSIGNMENTS, None, values, scope=card.scope, cause=reason)


def _finish(actor: Actor, assignment: int, until: date, reason: str) -> None:
    ((since,),) = run("SELECT since FROM officers_assignment WHERE id = %s", (assignment,))
    amend(actor, ASSIGNMENTS, assignment, {"until": max(since, until)}, cause=reason)


def _standing(project_id: int, layer: str) -> tuple[int, int] | None:
    """Return (assignment, post) that stands now."""
    sql = """SELECT id, post FROM officers_assignment WHERE project = %s AND layer = %s AND until IS NULL
             AND withdrawn_at IS NULL"""
    rows = run(sql, (project_id, str(layer)))
    return (rows[0][0], rows[0][1]) if rows else None


def _wait_for(project_id: int) -> None:
    """Let whoever changes the service of one project wait for each other."""
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"officers:{project_id}",))


def _check_post(post: int, layer: str, card: ProjectCard) -> PostRow:
    row = identity.post(post)
    reaches = getattr(card.scope, row.level, 0) == row.division
    if row.role not in ROLES[Layer(layer)] or not row.valid(now()) or not reaches:
        raise BadInput(_("Please choose a valid post of that role over the project's place."), where="post")
    return row


def _take_in(actor: Actor, project_id: int, post: int) -> None:
    """Hand on what the duty post held for want of an officer, and close the vacancy."""
    waiting = [row.id for row in selectors.open_matters([project_id])[project_id] if _for_want(row)]
    hand_on(actor, waiting, post=post)
    if vacancy := selectors.open_vacancies([project_id]).get(project_id):
        note = _("An officer serves the project.")
        flow.move(SYSTEM, vacancy, "fill", {"note": note})


def _for_want(row: MatterRow) -> bool:
    """Whether a matter waits for a role only because nobody served its subject."""
    if not row.holder_role:
        return False
    ((move,),) = run("SELECT move FROM flow_span WHERE matter_id = %s AND n = %s", (row.id, row.span))
    if move == "handed_on":
        return True
    holds = {m.name: m.hold for m in registry.rules_of(row.rules).moves}
    return bool(serves(holds.get(move, ""))[0])


# Hand-over ---------------------------------------------------------------------------------------------


def hand_over(
    actor: Actor, project_id: int, post: int, *, why: str, deputy: int = 0, note: str = "", key: str = ""
) -> Receipt:
    """Propose that another officer takes a project over; it lists what is open. The new officer confirms.

    Conflict while another hand-over of the project waits, BadInput when nobody serves it or the same one does.
    """
    card = projects.SEEN(actor, project_id)
    serving = selectors.officer_of([project_id]).get(project_id)
    if serving is None:
        raise BadInput(_("Nobody serves this project: assign an officer."), where="project")
    if actor.post not in (serving.post, serving.deputy):
        rights.need(actor, ASSIGN, card.scope.division)
    target = _check_post(post, Layer.OFFICER, card)
    if serving.post == post:
        raise BadInput(_("This officer serves the project already."), where="post")
    with atomic():
        _wait_for(project_id)
        waiting = selectors.open_handovers([project_id]).get(project_id)
        if waiting and not key:
            raise Conflict(_("A hand-over waits already: %(code)s.") % {"code": waiting}, where="project")
        data = {
            "title": _("Hand-over: %(project)s") % {"project": card.name},
            "unit": target.unit,
            "post": post,
            "why": why,
            "detail": inventory(serving),
        }
        data |= {"deputy": deputy} if deputy else {}
        data |= {"note": note} if note else {}
        return flow.open(
            actor, "officers.handover", data, scope=card.scope, subject=project_id, party=card.party, key=key
        )


def inventory(serving: Serving) -> str:
    """Return in words what a hand-over passes on: every open matter, and the last contact and visit."""
    lines = []
    by_line: dict[str, list[MatterRow]] = {}
    for row in selectors.open_matters([serving.project])[serving.project]:
        if row.kind != "officers.handover":
            by_line.setdefault(row.kind, []).append(row)
    for kind, rows in sorted(by_line.items()):
        codes = "、".join(row.code for row in rows[:20])
        noun = _(registry.declared(kind).noun)
        lines.append(
            _("%(noun)s, %(count)d open: %(codes)s") % {"noun": noun, "count": len(rows), "codes": codes}
        )
    touch = selectors.touches([serving.project])[serving.project]
    contacted = f"{touch.contacted:%Y-%m-%d}" if touch.contacted else _("never")
    visited = f"{touch.visited:%Y-%m-%d}" if touch.visited else _("never")
    lines.append(_("Last contact: %(day)s; last visit: %(visit)s") % {"day": contacted, "visit": visited})
    return "\n".join(lines)


def carry_out(actor: Actor, matter: MatterRow, values: Mapping[str, Any]) -> None:
    """Carry a confirmed hand-over out: one officer ends, the next begins, everything open is held anew."""
    project = matter.subject
    card = projects.CARDS([project])[project]
    with atomic():
        _wait_for(project)
        held = _standing(project, Layer.OFFICER)
        reason = matter.code
        if held:
            _finish(actor, held[0], today(), reason)
        post = int(values["post"])
        _begin(actor, card, Layer.OFFICER, post, int(values.get("deputy") or 0), today(), reason)
        former = held[1] if held else 0
        rows = selectors.open_matters([project])[project]
        mine = [r.id for r in rows if r.id != matter.id and (r.holder_post == former > 0 or _for_want(r))]
        hand_on(actor, mine, post=post)


def release(project_ids: Iterable[int], reason: str) -> int:
    """End service by posts that stand no more: what they held goes to the centre's duty post; return how many.

    The last day is the day the post ended, so that figures split where the person left.
    """
    gone = [one for one in selectors.officer_of(list(project_ids)).values() if not one.valid]
    for one in gone:
        with atomic():
            _wait_for(one.project)
            held = _standing(one.project, Layer.OFFICER)
            if held is None or held[1] != one.post:
                continue
            ended = identity.post(one.post).valid_until
            _finish(SYSTEM, held[0], _day(ended), reason)
            if one.deputy and selectors.names([one.deputy]) and identity.post(one.deputy).valid(now()):
                card = projects.CARDS([one.project])[one.project]
                _begin(SYSTEM, card, Layer.OFFICER, one.deputy, 0, today(), _("The deputy steps in."))
            heir = selectors.posts_serving([one.project]).get(one.project, 0)
            rows = selectors.open_matters([one.project], post=one.post)[one.project]
            hand_on(SYSTEM, [row.id for row in rows], post=heir, role=serves(SERVED)[1])
    return len(gone)


def _day(moment: datetime | None) -> date:
    return local(moment).date() if moment else today()


def finish_all(project_ids: Sequence[int], reason: str) -> int:
    """End every service of projects that are over."""
    sql = """SELECT id, since FROM officers_assignment WHERE project = ANY(%s) AND until IS NULL
             AND withdrawn_at IS NULL ORDER BY id"""
    rows = run(sql, (list(project_ids),))
    items = [Item({"until": Change(max(since, today()).isoformat())}, key) for key, since in rows]
    amend_many(SYSTEM, ASSIGNMENTS, items, cause=reason)
    return len(rows)


def go_away(actor: Actor, until: datetime, reason: str) -> int:
    """Let the deputy act in the actor's post until a moment (AB岗); return how many projects that covers.

    The deputy named most often stands in; BadInput when none of the actor's projects has one.
    """
    sql = """SELECT deputy, count(*) FROM officers_assignment WHERE post = %s AND until IS NULL AND deputy > 0
             AND withdrawn_at IS NULL GROUP BY deputy ORDER BY count(*) DESC, deputy LIMIT 1"""
    rows = run(sql, (actor.post,))
    if not actor.post or not rows:
        raise BadInput(_("None of your projects names a deputy. Ask the centre to name one."), where="until")
    deputy = identity.post(rows[0][0])
    if deputy.user == actor.user:
        raise Refused(_("The deputy has to be somebody else."), where="until")
    people.delegate(actor, actor.post, deputy.user, valid_until=until, reason=reason)
    return int(rows[0][1])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line of a proposal people approved: the project, and why it was left, or ''."""

    project: int
    fault: str = ""


def approve(actor: Actor, chosen: Iterable[tuple[int, int]], reason: str = "") -> list[Outcome]:
    """Assign as proposed, each project by itself: one that can't be says why and holds up no other."""
    done = []
    for project, post in chosen:
        try:
            assign(actor, project, post, reason=reason)
            done.append(Outcome(project))
        except (BadInput, Conflict, Refused) as error:
            done.append(Outcome(project, error.message))
    return done


__all__ = [
    "Outcome", "appoint", "approve", "assign", "carry_out", "finish_all", "go_away", "hand_over", "inventory", "place",
    "release", "replace_leader",
]  # fmt: skip
