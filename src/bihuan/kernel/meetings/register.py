"""The register of meetings: the rows beside the matter of a meeting, written by its moves only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.kernel.errors import Conflict
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.notices import kinds
from bihuan.kernel.notices.actions import Tell, tell_many
from bihuan.kernel.now import local, now
from bihuan.kernel.store.sql import atomic, run

INVITED = kinds.Kind("meetings.invited", gettext_noop("You are invited to meeting %(code)s at %(at)s."))
MOVED = kinds.Kind("meetings.moved", gettext_noop("Meeting %(code)s is now at %(at)s."), urgent=True)
CANCELLED = kinds.Kind(
    "meetings.cancelled", gettext_noop("Meeting %(code)s at %(at)s is cancelled."), urgent=True
)
SIGNED = kinds.Kind(
    "meetings.signed", gettext_noop("The minutes of meeting %(code)s are signed: %(number)s.")
)
DECIDED = kinds.Kind(
    "meetings.decided", gettext_noop("A meeting decided about %(code)s: minutes %(number)s.")
)
KINDS = (INVITED, MOVED, CANCELLED, SIGNED, DECIDED)


def add(row: MatterRow, values: Mapping[str, Any]) -> None:
    """Write down a planned meeting; of two jobs that plan one of a series, the second is refused."""
    begins, ends = datetime.fromisoformat(values["begins"]), datetime.fromisoformat(values["ends"])
    chair, place = values.get("chair", 0), values.get("place", 0)
    try:
        with atomic():
            run(
                "INSERT INTO meetings_meeting (matter, kind, place, chair, begins, ends, room, series, day, division,"
                " cancelled) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false)",
                (row.id, values["kind"], place, chair, begins, ends, values.get("room", ""),
                 _series(values.get("series", 0)), local(begins).date(), row.division),
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict(
            _("The meeting of this series on that day is planned already."), where="begins"
        ) from error
    invite(row, {chair, *values.get("posts", ())} - {0}, begins)


def _series(key: int) -> str:
    found = run("SELECT name FROM meetings_seriesrow WHERE id = %s", (key,)) if key else []
    return found[0][0] if found else ""


def amend(row: MatterRow, values: Mapping[str, Any]) -> None:
    """Change when and where a meeting is, and its chair; tell everybody invited."""
    begins, ends = datetime.fromisoformat(values["begins"]), datetime.fromisoformat(values["ends"])
    before = run("SELECT begins, room, chair FROM meetings_meeting WHERE matter = %s", (row.id,))[0]
    chair = values.get("chair", before[2])
    room = values.get("room", before[1])
    run(
        "UPDATE meetings_meeting SET begins = %s, ends = %s, room = %s, chair = %s, day = %s WHERE matter = %s",
        (begins, ends, room, chair, local(begins).date(), row.id),
    )
    invite(row, {chair} - {0}, begins)
    if (before[0], before[1]) != (begins, room):
        _tell(MOVED, row, invited(row.id), begins, f"{begins:%Y%m%dT%H%M}:{row.ver}")


def invite(row: MatterRow, posts: Iterable[int], begins: datetime | None = None) -> None:
    """Invite posts and tell those who were not invited yet; posts that don't exist are left out."""
    if begins is None:
        begins = run("SELECT begins FROM meetings_meeting WHERE matter = %s", (row.id,))[0][0]
    sql = (
        "INSERT INTO meetings_invite (meeting, post) SELECT %s, p.id FROM identity_post p"
        " WHERE p.id = ANY(%s) ON CONFLICT DO NOTHING RETURNING post"
    )
    fresh = [post for (post,) in run(sql, (row.id, sorted(set(posts))))]
    _tell(INVITED, row, fresh, begins, "")


def invited(meeting: int) -> list[int]:
    """Return the posts invited."""
    return [post for (post,) in run("SELECT post FROM meetings_invite WHERE meeting = %s", (meeting,))]


def attend(meeting: int, posts: Sequence[int]) -> None:
    """Write down who came; somebody who came uninvited is added."""
    run(
        "INSERT INTO meetings_invite (meeting, post) SELECT %s, p.id FROM identity_post p"
        " WHERE p.id = ANY(%s) ON CONFLICT DO NOTHING",
        (meeting, list(posts)),
    )
    run("UPDATE meetings_invite SET came = post = ANY(%s) WHERE meeting = %s", (list(posts), meeting))


def cancel(row: MatterRow) -> None:
    """Mark a meeting as cancelled and tell everybody invited."""
    run("UPDATE meetings_meeting SET cancelled = true WHERE matter = %s", (row.id,))
    begins = run("SELECT begins FROM meetings_meeting WHERE matter = %s", (row.id,))[0][0]
    _tell(CANCELLED, row, invited(row.id), begins, "")


def _tell(kind: kinds.Kind, row: MatterRow, posts: Iterable[int], begins: datetime, turn: str) -> None:
    said = {"code": row.code, "at": begins.isoformat()}
    tell_many(
        Tell(kind.name, f"{kind.name}:{row.id}:{post}:{turn}", to_post=post, matter_id=row.id, params=said)
        for post in posts
    )


def put_on(meeting: int, item: int, matter: int) -> None:
    """Put an item on an agenda. Conflict when it, or its matter, stands on another one."""
    try:
        with atomic():
            run(
                'INSERT INTO meetings_agenda (meeting, item, matter, "on", outcome, at)'
                " VALUES (%s, %s, %s, true, '', %s)"
                " ON CONFLICT (meeting, item) DO UPDATE SET \"on\" = true, outcome = '', at = excluded.at",
                (meeting, item, matter, now()),
            )
    except IntegrityError as error:
        raise Conflict(_said_elsewhere(matter), where="meeting") from error


def _said_elsewhere(matter: int) -> str:
    sql = 'SELECT m.code FROM meetings_agenda a JOIN flow_matter m ON m.id = a.meeting WHERE a.matter = %s AND a."on"'
    code = next((row[0] for row in run(sql, (matter,))), "")
    return _("Meeting %(code)s has this on its agenda already.") % {"code": code}


def take_off(item: int, outcome: str) -> None:
    """Take an item off the agenda it stands on, if any."""
    run(
        'UPDATE meetings_agenda SET "on" = false, outcome = %s WHERE item = %s AND "on"',
        (outcome, item),
    )


def waiting(meeting: int) -> int:
    """Return how many items of an agenda have no outcome yet."""
    sql = 'SELECT count(*) FROM meetings_agenda WHERE meeting = %s AND "on"'
    return int(run(sql, (meeting,))[0][0])
