"""A fictitious district beside the park: its desk, bureaus and grids, and orders at every step; all 演示数据."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from bihuan.kernel.callbacks import actions as contacts
from bihuan.kernel.clock.ground import working_moment
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.now import now, today, travel
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline import actions
from bihuan.lines.hotline.abroad import demo as abroad
from bihuan.lines.hotline.aside import demo as aside
from bihuan.lines.hotline.briefs import demo as briefs
from bihuan.lines.hotline.causes import demo as causes
from bihuan.lines.hotline.contracts import ORDER
from bihuan.lines.hotline.duties import actions as duties
from bihuan.lines.hotline.grids import actions as grids
from bihuan.lines.hotline.grids import coverage
from bihuan.lines.hotline.grids import selectors as grid_rows
from bihuan.lines.hotline.households import demo as households
from bihuan.lines.hotline.imports import demo as past
from bihuan.lines.hotline.openmap import demo as openmap
from bihuan.lines.hotline.patrols import demo as patrols
from bihuan.lines.hotline.registers import DUTIES, KNOWLEDGE, REFUSALS
from bihuan.lines.hotline.telephony import demo as telephony
from bihuan.lines.hotline.upstream import demo as city
from bihuan.lines.hotline.warning import demo as warning
from bihuan.lines.hotline.whistling import demo as whistling
from bihuan.logic import shapes
from bihuan.ui.line import Login

MARK = "（演示数据）"
PASSWORD = "bihuan-demo-2026"  # noqa: S105 - printed at start, for invented people only
#: login, name, unit, role, place, title for the start-up message
PEOPLE = (
    ("jiexian", "苏接线", "desk", "operator", "county", "白沙区12345热线 · 话务员"),
    ("diaodu", "罗调度", "rulings", "coordinator", "county", "白沙区热线督办 · 裁定与回访"),
    ("qulingdao", "何区长", "rulings", "leader", "county", "白沙区分管负责人"),
    ("zhujian", "彭住建", "housing", "department", "county", "住建局 · 经办"),
    ("chengguan", "谭城管", "order", "department", "county", "城管局 · 经办"),
    ("shuiwu", "欧水务", "water", "department", "county", "水务公司 · 经办"),
    ("wanggezhang", "易格长", "garden", "grid_head", "garden_grid", "白沙花园网格长"),
    ("wanggeyuan", "文网格", "garden", "grid_officer", "garden_grid", "白沙花园网格员"),
    ("jiangbian", "尹江边", "river", "grid_head", "river_grid", "湘江路网格长"),
)
UNITS = {
    "desk": ("白沙区12345热线中心", "government", "county"), "rulings": ("白沙区热线督办中心", "government", "county"),
    "housing": ("白沙区住建局", "government", "county"), "order": ("白沙区城管局", "government", "county"),
    "water": ("白沙水务公司", "utility", "county"), "garden": ("白沙花园网格服务站", "government", "community"),
    "river": ("湘江路网格服务站", "government", "community"),
}  # fmt: skip
CLASSES = (
    ("房屋渗漏", "housing", "", "渗水 漏水 渗漏 外墙", "城镇房屋安全管理职责（示例）"),
    ("供水故障", "water", "hotline.utility", "停水 水压 爆管 自来水", "供水服务职责（示例）"),
    ("占道经营", "order", "", "占道 摆摊 流动摊贩", "市容管理职责（示例）"),
    ("噪声扰民", "order", "", "噪音 噪声 施工声", "城市管理职责（示例）"),
    ("物业服务", "housing", "", "物业 电梯 门禁", "物业管理职责（示例）"),
)

#: What neighbours need not hear of; the rest somebody has looked at.
PRIVATE = ("物业服务",)


def load() -> list[Login]:
    """Add the district; where it is already, return the logins."""
    logins = [Login(name, PASSWORD, title) for name, _who, _unit, _role, _place, title in PEOPLE]
    if run("SELECT 1 FROM identity_user WHERE username = %s", (PEOPLE[0][0],)):
        return logins
    with travel(working_moment(-60)):
        places = _places()
        units, actors = _people(places)
        _tables(actors["diaodu"], units)
        telephony.seats(actors["diaodu"])
        _grids(actors["diaodu"], places, actors)
        more = openmap.places(actors["diaodu"], places["county"], places["street"], places["river_grid"])
    openmap.fill(actors["jiexian"], more)
    warning.fill(actors["jiexian"], places["river_grid"])
    telephony.days(actors["jiexian"])
    _orders(actors, units)
    whistling.demo(actors, units, _on)
    warning.burst(actors["jiexian"], actors["diaodu"], actors["shuiwu"], units["water"])
    patrols.demo(actors, _on)
    households.demo(actors, _on)
    causes.demo(actors, units, _on)
    city.demo(actors, units, _on)
    abroad.demo(actors["jiexian"], _on)
    aside.demo(actors["jiexian"].division, _on)
    past.demo(actors["jiexian"].division)
    briefs.demo(actors["jiexian"], actors["diaodu"])
    openmap.opened(actors["jiexian"], actors["diaodu"])
    telephony.rings(actors["jiexian"])
    return logins


@contextmanager
def _on(working_days: int, hour: int = 10) -> Iterator[None]:
    with travel(working_moment(working_days, hour)):
        yield


def _places() -> dict[str, int]:
    """Add the district with its five levels: district, street, community, grid, micro-grid."""
    rows = run("SELECT id FROM identity_division WHERE name = %s", (f"云溪市{MARK}",))
    made = {"county": people.add_division(SYSTEM, f"白沙区{MARK}", "county", rows[0][0] if rows else 0)}
    made["street"] = people.add_division(SYSTEM, f"白沙街道{MARK}", "street", made["county"])
    made["community"] = people.add_division(SYSTEM, f"花园社区{MARK}", "community", made["street"])
    for name, title in (
        ("garden_grid", "白沙花园网格"),
        ("river_grid", "湘江路网格"),
        ("bare_grid", "老街网格"),
    ):
        made[name] = people.add_division(SYSTEM, f"{title}{MARK}", "grid", made["community"])
    made["micro"] = people.add_division(SYSTEM, f"白沙花园3栋微网格{MARK}", "micro", made["garden_grid"])
    return made


def _people(places: dict[str, int]) -> tuple[dict[str, int], dict[str, Actor]]:
    people.sync_roles()
    units = {
        key: people.create_organisation(
            SYSTEM, f"{name}{MARK}", kind, division=places[where], short_name=name
        )
        for key, (name, kind, where) in UNITS.items()
    }
    actors = {}
    for login, name, unit, role, place, _title in PEOPLE:
        user = people.create_user(SYSTEM, login, name, password=PASSWORD)
        post = people.appoint(SYSTEM, user, units[unit], role, places[place])
        actors[login] = identity.as_actor(identity.post(post))
    return units, actors


def _tables(keeper: Actor, units: dict[str, int]) -> None:
    for name, unit, tier, words, basis in CLASSES:
        said = {
            "name": name,
            "unit": str(units[unit]),
            "words": words,
            "basis": basis,
            **({"tier": tier} if tier else {}),
            "told": "no" if name in PRIVATE else "yes",
        }
        duties.keep(keeper, DUTIES, None, said)
    days = {"review_on": today() + timedelta(days=200), "expires_on": today() + timedelta(days=380)}
    for name, answer, unit in (
        (
            "住房维修资金怎么申请",
            "由业主委员会或物业提出方案，经业主表决后向住建局申请；应急维修可先行使用。",
            "housing",
        ),
        ("水费怎么缴纳", "可在水务公司营业厅、手机缴费页面或银行代扣缴纳。", "water"),
    ):
        said = {"name": f"{name}{MARK}", "answer": answer + MARK, "unit": str(units[unit]), "basis": "示例"}
        duties.keep(keeper, KNOWLEDGE, None, {**said, **{key: day.isoformat() for key, day in days.items()}})
    for name, words, goes_to in (
        ("紧急警情、火情与急救", "着火 火灾 抢劫 打架 晕倒 急救", "请立即拨打110、119、120或122。"),
        ("已进入诉讼、仲裁或复议", "起诉 法院 仲裁 行政复议", "请向受理该案的法院、仲裁机构或复议机关反映。"),
        ("不属于本市的事项", "外省 外地", "请拨打当地区号加12345。"),
    ):
        said = {
            "name": name,
            "words": words,
            "goes_to": goes_to,
            "source": "12345热线通行的不予受理情形（待核实）",
        }
        duties.keep(keeper, REFUSALS, None, said)


#: Corners of two invented boundaries (演示数据): no place of the real world lies so.
_GARDEN = ((112.9, 28.2), (112.906, 28.201), (112.9065, 28.206), (112.902, 28.2072), (112.8995, 28.204))
_RIVER = ((112.906, 28.201), (112.914, 28.1995), (112.9155, 28.205), (112.911, 28.2078), (112.9065, 28.206))


def _drawn(keeper: Actor, county: int, corners: dict[int, tuple[tuple[float, float], ...]]) -> None:
    for grid, ring in corners.items():
        row = grid_rows.grid(keeper, grid)
        coverage.draw(keeper, row, county, shapes.write(((*ring, ring[0]),)))


def _grids(keeper: Actor, places: dict[str, int], actors: dict[str, Actor]) -> None:
    garden = grids.set_up(
        keeper, places["garden_grid"], name="白沙花园网格", party_org=f"白沙花园网格党支部{MARK}",
        head_post=actors["wanggezhang"].post, phone="+8673155550001",
    )  # fmt: skip
    river = grids.set_up(
        keeper, places["river_grid"], name="湘江路网格", party_org=f"湘江路网格党支部{MARK}",
        head_post=actors["jiangbian"].post, phone="+8673155550002",
    )  # fmt: skip
    grids.add_helper(keeper, garden, places["garden_grid"], "文网格", "officer", actors["wanggeyuan"].post)
    grids.add_helper(keeper, garden, places["garden_grid"], f"夕阳红志愿队{MARK}", "volunteer")
    grids.add_helper(keeper, river, places["river_grid"], f"江畔物业{MARK}", "property")
    _drawn(keeper, places["county"], {garden: _GARDEN, river: _RIVER})
    rolls = [(f"白沙花园{n}栋", garden, 96) for n in range(1, 7)] + [
        (f"湘江路{n}号", river, 24) for n in range(11, 20)
    ]
    grids.enter_buildings(keeper, places["community"], [*rolls, ("老街口1号", 0, 12), ("老街口3号", 0, 9)])


def _call(desk: Actor, days: int, hour: int, title: str, address: str, **more: Any) -> int:
    with _on(days, hour):
        said = {
            "title": title + MARK,
            "address": address,
            "type": "help",
            "detail": f"来电反映：{title}。{MARK}",
            **more,
        }
        matter = actions.take(desk, said).matter
        if phone := str(more.get("phone", "")):
            telephony.called(desk, phone, matter)
        return matter


def _orders(actors: dict[str, Actor], units: dict[str, int]) -> None:
    desk, ruler = actors["jiexian"], actors["diaodu"]
    leak = _call(desk, -6, 9, "白沙花园3栋水管渗水", "白沙花园3栋2单元", phone="13900000001", caller="演小平")
    _handled(desk, leak, units["housing"], actors["zhujian"], -6, "已更换老化水管，三小时内止漏。")
    with _on(-6, 13):
        actions.push([leak])
        (part,) = run("SELECT id FROM flow_matter WHERE kind = 'hotline.part' AND parent = %s", (leak,))
        flow.move(actors["wanggeyuan"], part[0], "answer", {"reply": f"上门核实，住户确认不再渗水。{MARK}"})
    _closed(desk, ruler, leak, -5, "very")
    stall = _call(desk, -5, 15, "夜市占道经营堵住小区出口", "湘江路12号", phone="13900000002", caller="演大妈",
                  type="complain", secrecy="confidential")  # fmt: skip
    _handled(desk, stall, units["order"], actors["chengguan"], -4, "已劝离摊贩并增加夜间巡查。")
    _closed(desk, ruler, stall, -3, "unsatisfied")
    _going_on(actors, units)


def _going_on(actors: dict[str, Actor], units: dict[str, int]) -> None:
    desk = actors["jiexian"]
    noise = _call(desk, -1, 9, "凌晨施工噪音扰民", "白沙花园5栋", phone="13900000003", caller="演先生")
    with _on(-1, 10):
        flow.move(desk, noise, "dispatch", {"unit": units["housing"]})
        actions.push([noise])
    with _on(-1, 14):
        said = {"basis": f"噪声扰民按清单由城管局负责。{MARK}", "proposed": units["order"]}
        flow.move(actors["zhujian"], noise, "return", said)
    lift = _call(desk, -1, 16, "电梯三天没人修", "白沙花园1栋", phone="13900000001", caller="演小平")
    with _on(-1, 17):
        flow.move(desk, lift, "dispatch", {"unit": units["housing"]})
        actions.push([lift])
    burst = _call(
        desk,
        0,
        8,
        "湘江路爆管停水",
        "湘江路15号",
        phone="13900000004",
        caller="演女士",
        tier="hotline.utility",
    )
    twin = _call(desk, 0, 8, "湘江路15号一带爆管停水", "湘江路16号", phone="13900000005", caller="演老师")
    with _on(0, 9):
        flow.move(desk, burst, "dispatch", {"unit": units["water"]})
        actions.push([burst])
        flow.move(desk, twin, "join", {"code": _code(burst)})
    _call(
        desk,
        0,
        9,
        "举报某工地偷排泥浆",
        "湘江路19号",
        type="report",
        against=units["order"],
        secrecy="anonymous",
    )
    _call(desk, 0, 9, "老街口路灯不亮", "老街口1号", phone="13900000006", caller="演爷爷")


def _handled(desk: Actor, order: int, unit: int, handler: Actor, day: int, reply: str) -> None:
    with _on(day, 16):
        flow.move(desk, order, "dispatch", {"unit": unit})
        flow.move(handler, order, "sign", {})
        said = {
            "contacted": "yes",
            "contacted_at": now().isoformat(),
            "solved": "solved",
            "reply": reply + MARK,
        }
        flow.move(handler, order, "answer", said)


def _closed(desk: Actor, ruler: Actor, order: int, day: int, grade: str) -> None:
    with _on(day, 10):
        flow.move(desk, order, "close", {})
        contact = contacts.ask(SYSTEM, order)
    assert contact
    with _on(day, 15):
        said = {"grade": grade, "contacted": "yes", "spoke": "本人", "called": now().isoformat()}
        flow.move(ruler, contact.matter, "phone", said)


def _code(order: int) -> str:
    rows = run("SELECT code FROM flow_matter WHERE id = %s AND kind = %s", (order, ORDER))
    return str(rows[0][0])
