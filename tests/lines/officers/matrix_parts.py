"""What the permission matrix needs to walk this line's addresses in the demonstration's world."""

from bihuan.kernel.store.sql import run

SECRETS = ("缺焊工 20 人", "云溪铸造（演示数据）", "送政策上门")


def parts():
    """Return values for the parts of paths."""

    def one(sql):
        return [str(run(sql)[0][0])]

    enterprise = one("SELECT enterprise FROM officers_contact")
    return {
        "enterprise": enterprise,
        "person": one("SELECT person FROM officers_contact"),
        "visit": one("SELECT max(id) FROM officers_visit WHERE state = 'planned'"),
        "cell": one("SELECT min(id) FROM officers_grid"),
        "template": ["listen"],
        "need": ["labour"],
        "covered": ["visited"],
        "batch": ["1"],
        "target_id": enterprise,
        "kind": ["enterprises"],
    }
