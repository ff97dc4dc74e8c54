"""What the permission matrix puts into the addresses of orders, and what no stranger may read there."""

from bihuan.kernel.store.sql import run

SECRETS = ("企业反映进场道路问题", "一周内拿出办法", "厂区供电线路检修窗口")


def parts():
    order = run("SELECT code FROM flow_matter WHERE kind = 'orders.order' AND stage = 'issued' LIMIT 1")
    made = run("SELECT id FROM orders_relation LIMIT 1")
    return {
        "relation": [str(made[0][0]) if made else "1"],
        "code": [order[0][0]],
        "instruction": [str(run("SELECT min(id) FROM orders_instruction")[0][0])],
    }
