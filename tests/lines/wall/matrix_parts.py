"""What the permission matrix puts into this line's addresses, and what no stranger may read."""

from bihuan.kernel.store.sql import run

SECRETS = ("柔性显示模组生产线",)


def parts():
    """Return values by name of a path's part."""
    return {"ranked": [str(run("SELECT min(unit) FROM wall_rank")[0][0])]}
