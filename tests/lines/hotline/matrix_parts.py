"""Parts of this line's addresses in the demonstration, and words no stranger may read."""

from bihuan.kernel.store.sql import run

SECRETS = (
    "夜市占道经营堵住小区出口",
    "凌晨施工噪音扰民",
    "举报某工地偷排泥浆",
    "老街口路灯不亮",
    "湘江路一带停水抢修",
    "演奶奶",
    "已帮缴水费",
    "低垂线缆",
    "请核对是否会指向某一户",
    "高价回收旧手机",
)


def parts() -> dict[str, list[str]]:
    """Return the values of path parts."""
    (code,) = run(
        "SELECT code FROM flow_matter WHERE kind = 'hotline.order' AND stage = 'returning' LIMIT 1"
    )[0]
    (heap,) = run("SELECT code FROM flow_matter WHERE kind = 'hotline.heap' LIMIT 1")[0]
    brief = "SELECT max(id) FROM papers_periodical WHERE series = 'hotline' AND kind = 'week'"
    return {
        "hotline_brief": [str(run(brief)[0][0])],
        "brief_figure": ["hotline.taken", "hotline.response"],
        "hotline_heap": [heap],
        "hotline_order": [code],
        "foreign_system": [str(run("SELECT min(id) FROM hotline_endpoint")[0][0])],
        "hotline_grid": [str(run("SELECT min(id) FROM hotline_grid")[0][0])],
        "building": [str(run("SELECT min(id) FROM hotline_building WHERE cell_id IS NULL")[0][0])],
        "map_class": [str(run("SELECT max(id) FROM hotline_map_class")[0][0])],
        "hotline_resident": [str(run("SELECT min(id) FROM hotline_resident")[0][0])],
        "public_place": [str(run("SELECT min(division) FROM hotline_duty")[0][0])],
        "open311_shape": ["json", "xml"],
        "hotline_call": [str(run("SELECT coalesce(min(id), 1) FROM hotline_call")[0][0])],
        "service_code": [str(run("SELECT min(id) FROM hotline_duty")[0][0])],
        "service_request": [code],
        "column_mapping": ["city", "baltimore"],
        "table_name": ["duties", "answers", "refusals", "rulings", "extensions", "aims"],
        "kept_row": [str(run("SELECT min(id) FROM hotline_duty")[0][0])],
    }
