"""What the permission matrix needs to know of meetings."""

from bihuan.kernel.store.sql import run

SECRETS = ("供水供电项目协调会", "自来水公司未到会")


def parts():
    """Return a meeting, an item, a row of the portfolios."""
    return {
        "ladder_figure": ["meetings.latency"],
        "meeting": [str(run("SELECT min(matter) FROM meetings_meeting")[0][0])],
        "item": [
            str(run("SELECT id FROM flow_matter WHERE kind = 'meetings.item' ORDER BY id LIMIT 1")[0][0])
        ],
        "duty": [str(run("SELECT id FROM meetings_dutyrow ORDER BY id LIMIT 1")[0][0])],
    }
