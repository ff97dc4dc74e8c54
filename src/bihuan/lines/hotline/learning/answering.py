"""``bihuan hotline replies``: how well messages were answered, the worst first, to pick whom to call back."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop as N_

from bihuan.kernel.commands import Answer, Command, argument

if TYPE_CHECKING:
    from bihuan.logic.messages.replies import Quality

_COLUMNS = ("留言编号", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")


def replies(arguments: Namespace) -> Answer:
    """Score the replies of a table with the columns of 附件4."""
    import django

    django.setup()
    from django.utils.translation import gettext as _

    from bihuan.kernel.errors import BadInput
    from bihuan.lines.hotline.learning import tables
    from bihuan.logic.messages.replies import quality

    path, found = Path(arguments.file), []
    for row in tables.rows(path, _COLUMNS):
        number, subject, asked, text, reply, replied = (row[name] for name in _COLUMNS)
        if reply:
            scored = quality(subject, text, reply, tables.moment(asked), tables.moment(replied))
            found.append((number, subject, scored))
    if not found:
        raise BadInput(_("The table has no reply."), where=str(path))
    found.sort(key=lambda one: one[2].score)
    worst = [_told(number, scored) for number, _subject, scored in found[: arguments.most]]
    mean = {
        name: round(sum(getattr(one[2], name) for one in found) / len(found), 3)
        for name in ("relevance", "completeness", "evidence", "timeliness", "score")
    }
    lines = [
        f"{scored.score:.3f}  {number}  {subject[:40]}" for number, subject, scored in found[: arguments.most]
    ]
    return Answer({"n": len(found), "mean": mean, "to_call_back": worst}, "\n".join(lines))


def _told(number: str, scored: "Quality") -> dict[str, Any]:
    return {
        "id": number, "score": scored.score, "relevance": scored.relevance, "completeness": scored.completeness,
        "evidence": scored.evidence, "timeliness": scored.timeliness, "marks": list(scored.marks),
    }  # fmt: skip


REPLIES = Command(
    "hotline replies",
    N_("score how well messages were answered; the worst are to be called back first"),
    replies,
    (
        argument("file", metavar="FILE", help=N_("a table (.csv or .csv.gz) with the columns of 附件4")),
        argument("--most", type=int, default=50, help=N_("how many of the worst are listed")),
    ),
    database=False,
)
