"""Parts of this line's addresses in the demonstration, and words no stranger may read."""

from bihuan.kernel.store.sql import run

SECRETS = ("施工许可证代办", "不动产首次登记代办", "PT20260010")


def parts() -> dict[str, list[str]]:
    """Return the values of path parts."""
    code, number = run(
        """SELECT m.code, n.number FROM agency_notice n JOIN flow_matter m ON m.id = n.matter_id
           ORDER BY n.id LIMIT 1"""
    )[0]
    return {
        "agency_case": [code],
        "agency_notice": [str(number)],
        "agency_item": [str(run("SELECT min(id) FROM agency_item")[0][0])],
        "agency_import": [str(run("SELECT max(id) FROM agency_import")[0][0])],
        "agency_table": ["approvals", "items"],
    }
