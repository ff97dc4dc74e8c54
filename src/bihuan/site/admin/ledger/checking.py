"""Recomputing the ledger as long work: asked for once at a time, watched, reported."""

import json
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.jobs import defer
from bihuan.kernel.ledger.actions import Report
from bihuan.kernel.ledger.actions import verify as recompute
from bihuan.kernel.store.sql import atomic, run
from bihuan.site.admin import keeping
from bihuan.site.admin.models import DONE, WAITING, Work

KIND = "verify"
#: Findings kept by name in the report; all are counted.
KEPT = 500
#: A file of signed heads is a line a day.
_MOST = 20 * 1024 * 1024


def read_anchors(file: BinaryIO) -> list[dict[str, Any]]:
    """Return the heads of an earlier download, to be held against the ledger of today."""
    text = file.read(_MOST + 1)
    try:
        document = json.loads(text) if len(text) <= _MOST else None
    except (ValueError, RecursionError):
        document = None
    return checked_heads(document.get("heads") if isinstance(document, dict) else document)


def checked_heads(heads: Any) -> list[dict[str, Any]]:
    """Return heads as they were downloaded; BadInput when they are something else."""
    try:
        for head in heads:
            said = json.loads(head["head"])
            if not isinstance(said["size"], int) or not isinstance(said["root"], str):
                raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput(_("The file does not hold heads of the ledger."), where="anchors") from error
    return list(heads)


def ask(actor: Actor, anchors: list[dict[str, Any]]) -> Work:
    """Ask for a verification; one that is still waiting or running is returned instead of a second."""
    with atomic():
        run("SELECT pg_advisory_xact_lock(hashtext('administration.verify'))")
        waiting = Work.objects.defer("data").filter(kind=KIND, state=WAITING).order_by("-id").first()
        if waiting is not None and not anchors:
            return waiting
        work = keeping.begin(actor, KIND, "", asked={"anchors": anchors})
        defer("admin.verify", work=work.id)
    return work


def run_waiting(work_id: int) -> Work:
    """Recompute the ledger, saying from time to time how far it is."""
    work = Work.objects.get(id=work_id)
    if work.state != WAITING:
        return work

    def told(part: int, whole: int) -> None:
        keeping.change(work, part=part, whole=whole)

    def act(work: Work) -> Work:
        report = recompute(told, anchors=work.asked["anchors"])
        return keeping.change(work, state=DONE, result=result(report), error="")

    return keeping.attempt(work, act)


def result(report: Report) -> dict[str, Any]:
    """Return a report as it is kept and sent."""
    since = report.unsealed_since
    return {
        "ok": report.ok,
        "at": report.at.isoformat(),
        "entries": report.entries,
        "sealed": report.leaves,
        "heads": report.heads,
        "root": report.root,
        "unsealed": report.unsealed,
        "unsealed_since": since.isoformat() if since else None,
        "unsealed_window_seconds": report.window.total_seconds(),
        "findings_count": report.count,
        "findings": [
            {"kind": f.kind, "where": f.where, "message": f.message} for f in report.findings[:KEPT]
        ],
    }
