"""Write papers: draft, revise, review, sign, make void; ask people to read, and note that they have."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.files import actions as files
from bihuan.kernel.files import selectors as stored
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.jobs import defer
from bihuan.kernel.now import local, now, today
from bihuan.kernel.papers import kinds, numbering, standing
from bihuan.kernel.papers.models import DRAFT, ON_PAPER, REVIEWED, SCREEN, SIGNED, VOID
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.papers.templates import fill
from bihuan.kernel.papers.writing import (
    advance,
    create,
    document,
    keep_template,
    lock,
    new_code,
    payload,
    same,
    scope_columns,
    seal_data,
    seal_text,
)
from bihuan.kernel.store.sql import atomic, new_ids, run
from bihuan.logic import canonical

TITLE_LENGTH = 200


def draft(
    actor: Actor,
    kind: str,
    data: Mapping[str, Any],
    *,
    scope: Scope | None = None,
    about: int = 0,
    title: str = "",
    unit: int = 0,
    party: int = 0,
    corrects: int = 0,
    key: str = "",
) -> int:
    """Draft a paper about a chain (a matter, a register row) and return its id.

    ``unit`` is the issuing body (default: the actor's). ``corrects`` names a signed paper that this
    one puts right: the old one stays and says so. The same ``key`` with the same content happens
    once. Raises FieldErrors, Refused, Conflict.
    """
    declared = kinds.get(kind)
    standing.need(standing.may_draft(actor, declared))
    values = declared.parse(data)
    body = unit or actor.unit
    if not body:
        raise BadInput(_("Say which organisation issues the paper."), where="unit")
    shown = _title(declared, values, title)
    where = scope if scope is not None else scope_of(actor.division) if actor.division else Scope()
    request = payload(kind, values, about, shown, body, party, corrects)
    with atomic():
        if key and (before := _drafted(actor, key, request)):
            return before
        if corrects:
            _need_correctable(corrects, body)
        return _insert(actor, declared, values, shown, where, (about, body, party, corrects), (key, request))


def _title(kind: kinds.Kind, values: Mapping[str, Any], title: str) -> str:
    shown = " ".join((title or fill(kind.template.title, values)).split())
    if not shown or len(shown) > TITLE_LENGTH:
        raise BadInput(_("A paper needs a title of at most 200 characters."), where="title")
    return shown


def _drafted(actor: Actor, key: str, request: str) -> int:
    run(
        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
        (f"paper:{actor.user}:{actor.post}:{key}",),
    )
    rows = run(
        "SELECT id, draft_payload FROM papers_paper WHERE creator_user = %s AND creator_post = %s AND draft_key = %s",
        (actor.user, actor.post, key),
    )
    if rows:
        same(rows[0][1], request)
        return int(rows[0][0])
    return 0


def _need_correctable(paper: int, body: int) -> None:
    old = lock(paper)
    if not old.is_signed:
        raise Conflict(_("Only a signed paper is corrected by another one."), where="corrects")
    if old.unit != body:
        raise BadInput(_("A paper is corrected by the body that issued it."), where="corrects")


def _insert(
    actor: Actor,
    kind: kinds.Kind,
    data: dict[str, Any],
    title: str,
    scope: Scope,
    frame: tuple[int, int, int, int],
    keyed: tuple[str, str],
) -> int:
    about, unit, party, corrects = frame
    (paper,), moment = new_ids(), now()
    template = keep_template(kind)
    digest = canonical.digest(document(kind.name, title, template, data, about, corrects))
    values = {
        "id": paper, "kind": kind.name, "title": title, "state": DRAFT, "about": about, "corrects": corrects,
        "unit": unit, "party": party, **scope_columns(scope), "template": template, "data_seq": 1, "hash": digest,
        "code": new_code(), "creator_user": actor.user, "creator_post": actor.post, "created": moment,
        "reviewer_user": 0, "reviewer_post": 0, "form": "", "signer_user": 0, "signer_post": 0, "signer_name": "",
        "recorder_user": 0, "recorder_post": 0, "recorder_name": "", "scan": 0, "issuer": "", "number": "",
        "draft_key": keyed[0], "draft_payload": keyed[1] if keyed[0] else "", "sign_key": "",
    }  # fmt: skip
    facts = {"kind": kind.name, "about": about, "corrects": corrects, "unit": unit, "hash": digest.hex()}
    create(actor, values, moment, facts, seal_data(paper, 1, data))
    return paper


def revise(
    actor: Actor, paper_id: int, data: Mapping[str, Any], *, title: str = "", ver: int | None = None
) -> None:
    """Give a draft other content; a review it had is void. A signed paper is corrected by a new one instead."""
    with atomic():
        row = lock(paper_id)
        kind = kinds.get(row.kind)
        standing.need(standing.may_change(actor, kind, row))
        _need_draft(row)
        _need_ver(row, ver)
        values = kind.parse(data)
        shown, template = _title(kind, values, title), keep_template(kind)
        digest = canonical.digest(document(row.kind, shown, template, values, row.about, row.corrects))
        changes = {
            "title": shown, "template": template, "hash": digest, "data_seq": row.seq + 1, "state": DRAFT,
            "reviewer_user": 0, "reviewer_post": 0, "reviewed": None,
        }  # fmt: skip
        fields = {"data": seal_data(row.id, row.seq + 1, values)}
        advance(actor, row, "papers.revise", now(), {"hash": digest.hex()}, fields, changes)


def _need_draft(row: PaperRow) -> None:
    if row.state not in {DRAFT, REVIEWED}:
        text = _("A signed or void paper stays as it is. Draft a correction that names it.")
        raise Conflict(text, where="state")


def _need_ver(row: PaperRow, ver: int | None) -> None:
    if ver is not None and ver != row.ver:
        raise Conflict(_("The draft has been changed meanwhile. Reload and look at it again."), where="ver")


def review(actor: Actor, paper_id: int, *, ver: int | None = None, note: str = "") -> None:
    """Note that somebody other than the drafter has checked the draft (审核)."""
    with atomic():
        row = lock(paper_id)
        standing.need(standing.may_review(actor, kinds.get(row.kind), row))
        _need_draft(row)
        _need_ver(row, ver)
        changes = {
            "state": REVIEWED, "reviewer_user": actor.user, "reviewer_post": actor.post, "reviewed": now(),
        }  # fmt: skip
        fields = seal_text(row.id, row.seq + 1, "note", note)
        advance(actor, row, "papers.review", now(), {"hash": row.hash.hex()}, fields, changes)


def send_back(actor: Actor, paper_id: int, reason: str) -> None:
    """Return a draft to its drafter (退回修改) with a reason; a review it had is void."""
    if not reason.strip():
        raise BadInput(_("Give the reason."), where="reason")
    with atomic():
        row = lock(paper_id)
        kind = kinds.get(row.kind)
        allowed = standing.may_sign(actor, kind, row) or standing.may_review(actor, kind, row)
        standing.need(allowed)
        _need_draft(row)
        changes = {"state": DRAFT, "reviewer_user": 0, "reviewer_post": 0, "reviewed": None}
        fields = seal_text(row.id, row.seq + 1, "reason", reason)
        advance(actor, row, "papers.send_back", now(), {}, fields, changes)


def sign(
    actor: Actor,
    paper_id: int,
    *,
    form: str = SCREEN,
    scan: int = 0,
    signer_post: int = 0,
    signed_on: date | None = None,
    seen: str = "",
    key: str = "",
) -> str:
    """Sign a paper and return the number it got.

    On screen the actor signs: the entry binds login, post and the document's hash; ``seen`` is the
    hash (hex) that was shown, and another one now is a Conflict. With ``form="paper"`` (线下签批)
    the actor records (代录人) that the holder of ``signer_post`` signed on ``signed_on``; ``scan`` is
    the file of the signed sheet. The same ``key`` signs once.
    """
    with atomic():
        row = lock(paper_id)
        if (
            row.is_signed
            and key
            and row.sign_key == key
            and actor.user in {row.signer_user, row.recorder_user}
        ):
            return row.number
        kind = kinds.get(row.kind)
        _need_signable(row, kind, seen)
        if form == SCREEN:
            standing.need_signer(actor, kind, row)
            who = _on_screen(actor)
        elif form == ON_PAPER:
            standing.need(standing.may_change(actor, kind, row))
            who = _on_paper(actor, row, kind, scan, (signer_post, signed_on or today()))
        else:
            raise BadInput(_("A paper is signed on screen or on paper."), where="form")
        return _number(actor, row, kind, who, key)


def _need_signable(row: PaperRow, kind: kinds.Kind, seen: str) -> None:
    if row.is_signed:
        raise Conflict(_("The paper is signed already: %(number)s.") % {"number": row.number}, where="state")
    _need_draft(row)
    if kind.reviewed and row.state != REVIEWED:
        raise Conflict(
            _("This paper has to be reviewed by somebody else before it is signed."), where="state"
        )
    if seen and seen != row.hash.hex():
        raise Conflict(_("The draft has been changed meanwhile. Reload and look at it again."), where="seen")


def _on_screen(actor: Actor) -> dict[str, Any]:
    return {
        "form": SCREEN, "signer_user": actor.user, "signer_post": actor.post, "signer_name": actor.title[:200],
        "signed_on": today(),
    }  # fmt: skip


def _on_paper(
    actor: Actor, row: PaperRow, kind: kinds.Kind, scan: int, signer: tuple[int, date]
) -> dict[str, Any]:
    post, day = signer
    if day > today():
        raise BadInput(_("The day of the signature lies in the future."), where="signed_on")
    if not scan or not stored.stored(scan).ok:
        raise BadInput(_("Hand in the scan of the signed sheet."), where="scan")
    holder = standing.signer_on_paper(post, day, kind, row)
    files.attach(actor, [scan], row.id)
    return {
        "form": ON_PAPER, "scan": scan, "signer_user": holder.user, "signer_post": holder.id,
        "signer_name": holder.user_name[:200], "recorder_user": actor.user, "recorder_post": actor.post,
        "recorder_name": actor.title[:200], "signed_on": day,
    }  # fmt: skip


def _number(actor: Actor, row: PaperRow, kind: kinds.Kind, who: dict[str, Any], key: str) -> str:
    moment, day = now(), who["signed_on"]
    body = numbering.issuer(row.unit, day)
    number = numbering.give(row.id, kind, body, day.year, moment)
    until = local(moment).date() + timedelta(days=kind.valid_days) if kind.valid_days else None
    changes = {
        **who, "state": SIGNED, "signed": moment, "number": number, "issuer": body.name, "valid_until": until,
        "sign_key": key[:100],
    }  # fmt: skip
    facts = {
        "form": who["form"], "hash": row.hash.hex(), "number": number, "signer": who["signer_user"],
        "signer_post": who["signer_post"], "signed_on": day.isoformat(), "scan": who.get("scan", 0),
    }  # fmt: skip
    if who.get("scan"):
        facts["scan_sha256"] = _scan_hash(who["scan"])
    advance(actor, row, "papers.sign", moment, facts, {}, changes)
    if kind.signed:
        defer(kind.signed, paper=row.id)
    return number


def _scan_hash(file: int) -> str:
    ((value,),) = run("SELECT sha256 FROM files_file WHERE id = %s", (file,))
    return bytes(value).hex()


def void(actor: Actor, paper_id: int, reason: str) -> None:
    """Make a paper void, with a reason: a signed one by who may sign it, a draft by its drafters.

    Its number stays its own for ever.
    """
    if not reason.strip():
        raise BadInput(_("Give the reason."), where="reason")
    with atomic():
        row = lock(paper_id)
        kind = kinds.get(row.kind)
        signed = row.is_signed
        allowed = standing.may_sign(actor, kind, row) if signed else standing.may_change(actor, kind, row)
        standing.need(allowed)
        if row.is_void:
            raise Conflict(_("The paper is void already."), where="state")
        moment = now()
        fields = seal_text(row.id, row.seq + 1, "reason", reason)
        facts = {"number": row.number, "hash": row.hash.hex()}
        advance(actor, row, "papers.void", moment, facts, fields, {"state": VOID, "voided": moment})


def circulate(actor: Actor, paper_id: int, posts: Iterable[int]) -> list[int]:
    """Ask the holders of posts to read a paper (圈阅) and return those who had not been asked before."""
    wanted = sorted(set(posts))
    with atomic():
        row = lock(paper_id)
        standing.need(standing.may_change(actor, kinds.get(row.kind), row))
        if row.is_void:
            raise Conflict(_("The paper is void already."), where="state")
        fresh = run(
            """INSERT INTO papers_round (paper, post, asked, asked_by, reader)
               SELECT %s, p.id, %s, %s, 0 FROM identity_post p WHERE p.id = ANY(%s::bigint[])
               ON CONFLICT (paper, post) DO NOTHING RETURNING post""",
            (row.id, now(), actor.post, wanted),
        )
        asked = sorted(post for (post,) in fresh)
        if asked:
            advance(actor, row, "papers.circulate", now(), {"posts": asked}, {}, {})
        return asked


def mark_read(actor: Actor, paper_id: int) -> datetime | None:
    """Note that the actor has read a paper (已阅), which is not consent; None when nobody asked."""
    with atomic():
        row = lock(paper_id)
        moment = now()
        done = run(
            """UPDATE papers_round SET read = %s, reader = %s WHERE paper = %s AND post = %s AND read IS NULL
               RETURNING read""",
            (moment, actor.user, row.id, actor.post),
        )
        if not done:
            return None
        advance(actor, row, "papers.read", moment, {"hash": row.hash.hex()}, {}, {})
        return moment


def name_issuer(actor: Actor, unit: int, word: str, name: str, valid_from: date, source: str = "") -> None:
    """Write down what a unit signs as from a day on: its word in numbers (机关代字) and its name."""
    if not word.strip() or not name.strip():
        raise BadInput(_("Give the word and the name."), where="word")
    try:
        with atomic():
            run(
                "INSERT INTO papers_issuer (unit, word, name, valid_from, source) VALUES (%s, %s, %s, %s, %s)",
                (unit, word.strip(), name.strip(), valid_from, source.strip()),
            )
            record(actor, "papers.issuer", {"unit": unit, "valid_from": valid_from.isoformat()})
    except IntegrityError as error:
        raise Conflict(_("There is an entry of that day already."), where="valid_from") from error
