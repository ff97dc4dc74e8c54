"""Nodes of projects' timetables as cases of a score: only the government's side of a delay counts.

A node that is late counts against the unit that keeps it when its days are the government's, or when two bodies
agreed or a ruling says that the delay was. It counts once: done well on the day it was done, against on its last
day, and on the day of the ruling where that made it the government's.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta

from bihuan.kernel.now import local
from bihuan.kernel.store.sql import run
from bihuan.lines.projects import contracts
from bihuan.lines.projects.contracts import NodeCase
from bihuan.logic.scoring import Row

OURS = "government"
KIND = "projects.node"


def judge(one: NodeCase, until: date) -> tuple[str, date]:
    """Return how a node counts at the end of ``until``, and the day that settled it."""
    if one.done and one.done <= one.control:
        return "good", one.done
    if one.stopped:
        return "stopped", until
    if not one.done and not one.inferred and one.control >= until:
        return "open", until
    return ("unsettled", one.control) if one.inferred else _late(one, until)


def _late(one: NodeCase, until: date) -> tuple[str, date]:
    if (one.ruled_side or one.side) != OURS:
        return "side", one.control
    if one.side == OURS or one.ruled is None:
        return "bad", one.control
    day = local(one.ruled).date()
    return ("bad", day) if day <= until else ("side", one.control)


def rows(
    subjects: str, criterion: str, place: tuple[str, int], since: date, end: datetime, known: datetime
) -> list[Row]:
    """Return the nodes of the baselines of a place as rows of a count; none for posts, which keep no nodes."""
    if subjects == "post" or not contracts.NODE_CASES.bound:
        return []
    until = local(end - timedelta(microseconds=1)).date()
    found: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    ours = _governments() if subjects == "unit" else frozenset()
    for one in contracts.NODE_CASES(*place, end, known):
        subject = one.unit if subjects == "unit" else one.project
        if not subject or (subjects == "unit" and subject not in ours):
            continue
        outcome, day = judge(one, until)
        if day >= since:
            found[subject, f"{KIND}/{one.phase}", outcome].append(f"{one.matter}.n{one.id}")
    return [
        (subject, criterion, mix, outcome, sorted(cases))
        for (subject, mix, outcome), cases in sorted(found.items())
    ]


def _governments() -> frozenset[int]:
    """Return the bodies that are scored: outside bodies and utilities are not."""
    return frozenset(
        row[0] for row in run("SELECT id FROM identity_organisation WHERE kind = 'government'", (), "read")
    )
