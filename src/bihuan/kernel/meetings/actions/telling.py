"""What is told once minutes are signed: one notice to each of those concerned, however many decisions there are."""

from collections.abc import Iterator
from typing import Any

from bihuan.kernel.meetings.register import DECIDED, SIGNED, invited
from bihuan.kernel.notices.actions import Tell, tell_many
from bihuan.kernel.papers import selectors as papers
from bihuan.kernel.store.sql import run

_DECIDED = """
SELECT DISTINCT ON (m.holder_post, m.holder_unit) m.id, m.code, m.holder_post, m.holder_unit
FROM meetings_agenda a JOIN flow_matter m ON m.id = a.matter
WHERE a.meeting = %s AND a.outcome IN ('decide', 'retable', 'raise', 'return') AND m.open
  AND (m.holder_post > 0 OR m.holder_unit > 0) ORDER BY m.holder_post, m.holder_unit, m.id"""


def tell_signed(paper: int) -> int:
    """Tell those invited that the minutes are signed, and who holds a matter decided about; return how many were told.

    Whoever was invited is told of the meeting, others of a matter of theirs: its page shows what was decided.
    The signer knows. Minutes void by now are told to nobody.
    """
    row = papers.by_ids([paper]).get(paper)
    if row is None or not row.is_signed or not row.about:
        return 0
    return tell_many(_tells(row.about, row.number, row.id, row.signer_post))


def _tells(meeting: int, number: str, paper: int, signer: int) -> Iterator[Tell]:
    cause = f"{SIGNED.name}:{paper}"
    ((code,),) = run("SELECT code FROM flow_matter WHERE id = %s", (meeting,))
    guests = [post for post in invited(meeting) if post != signer]

    def tell(kind: str, name: str, matter: int, said: str, **who: Any) -> Tell:
        params = {"code": said, "number": number}
        return Tell(kind, f"{cause}:{name}", matter_id=matter, params=params, cause=cause, **who)

    for post in guests:
        yield tell(SIGNED.name, f"post:{post}", meeting, code, to_post=post)
    for matter, its, post, unit in run(_DECIDED, (meeting,)):
        if post and post not in {*guests, signer}:
            yield tell(DECIDED.name, f"post:{post}", matter, its, to_post=post)
        elif unit and not post:
            yield tell(DECIDED.name, f"unit:{unit}", matter, its, to_unit=unit)
