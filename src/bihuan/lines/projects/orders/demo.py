"""Orders of the demonstration park: one at every place of its way, a silent support, an outside body, instructions."""

from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

from bihuan.kernel.clock.ground import working_moment
from bihuan.kernel.files.actions import upload
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.now import today, travel
from bihuan.kernel.orders import actions, following, instructions, rules
from bihuan.kernel.store.sql import run

MARK = "（演示数据）"


class Desk:
    """The people of the park who work with orders."""

    def __init__(self, actors: Mapping[str, Actor], scope: Scope, units: Mapping[str, int]) -> None:
        self.scope, self.units = scope, units
        self.centre, self.leader, self.watch = actors["zhongxin"], actors["lingdao"], actors["ducha"]
        self.build, self.invest = actors["jianshe"], actors["zhaoshang"]

    def draft(self, days: int, title: str, demand: str, unit: str, *supports: str, **more: Any) -> int:
        """Draft an order so many working days from today, from the problem whose title begins so."""
        origin = run(
            "SELECT id, subject FROM flow_matter WHERE kind = 'projects.problem' AND title LIKE %s LIMIT 1",
            (f"{title[:8]}%",),
        )
        data = {
            "title": title + MARK, "demand": demand, "unit": self.units[unit],
            "supports": [self.units[one] for one in supports], "source": "problem", **more,
        }  # fmt: skip
        parent, subject = origin[0] if origin else (0, 0)
        with travel(working_moment(days)):
            return actions.draft(
                self.centre, data, parent=parent, subject=subject, scope=self.scope, key=f"demo:{title}"
            ).matter

    def signed(self, days: int, *words: str, **more: Any) -> int:
        """Draft and sign an order; its supports are asked."""
        order = self.draft(days, *words, **more)
        with travel(working_moment(days, 11)):
            flow.move(self.leader, order, "sign", {})
            following.issued([order])
        return order


def load(actors: Mapping[str, Actor], scope: Scope, units: Mapping[str, int]) -> None:
    """Fill the park with orders; called once, by the line's own demonstration."""
    desk = Desk(actors, scope, units)
    desk.draft(
        -1,
        "高压线迁改方案待专家评审",
        "请于评审通过后三个工作日内启动迁改。",
        "build",
        "power",
        basis="第3期调度会议定",
    )
    _handling(desk)
    _closed(desk)
    _outside(desk)
    _instructions(desk)
    following.sweep()


def habits() -> None:
    """Say how bodies of the park stand to others, and which habits its offices have."""
    centre, county = _actor("zhongxin"), _actor("quban")
    names = ("供电服务站", "区发展和改革局")
    bodies: dict[str, int] = dict(
        run("SELECT short_name, id FROM identity_organisation WHERE short_name = ANY(%s)", (list(names),))
    )
    street = run("SELECT id FROM identity_division WHERE name LIKE '青溪街道%%' LIMIT 1")[0][0]
    with travel(working_moment(-60)):
        rules.set_relation(
            centre, centre.unit, bodies[names[0]], "outside", f"示例：公用企业，发商请函{MARK}"
        )
        rules.set_relation(centre, centre.unit, bodies[names[1]], "equal", f"示例：与区直部门平行行文{MARK}")
        for rule, holds, division, source in (
            ("second_reader", False, centre.division, "示例：交办单由中心拟办后直接呈签"),
            ("unit_review", False, centre.division, "示例：承办科室直接反馈"),
            ("unit_review", True, street, "示例：反馈前由街道分管领导审核"),
        ):
            actor = centre if division == centre.division else county
            rules.set_practice(actor, rule, holds, f"{source}{MARK}", division=division)


def _actor(login: str) -> Actor:
    sql = "SELECT p.id FROM identity_post p JOIN identity_user u ON u.id = p.user_id WHERE u.username = %s"
    return identity.as_actor(identity.post(run(sql, (login,))[0][0]))


def _handling(desk: Desk) -> None:
    demand = "一、三日内拿出接通方案。\n二、供电站配合迁改。\n三、每周反馈进度。"
    order = desk.signed(
        -9, "红线外供水管网未接通", demand, "build", "invest", "power",
        due=(today() + timedelta(days=20)).isoformat(),
    )  # fmt: skip
    child = run(
        "SELECT id FROM flow_matter WHERE parent = %s AND lead_unit = %s", (order, desk.units["invest"])
    )[0][0]
    with travel(working_moment(-9, 15)):
        flow.move(desk.build, order, "receive", {})
        flow.move(desk.invest, child, "receive", {})
    with travel(working_moment(-7)):
        flow.move(desk.invest, child, "answer", {"reply": "已与企业商定接入点，投资方无异议。"})
        flow.move(desk.build, child, "accept", {})
    with travel(working_moment(-3)):
        flow.move(desk.build, order, "report", {"state": "on_course", "note": "管沟已开挖 180 米，占六成。"})
        flow.move(desk.watch, order, "watch", {"reason": "涉企重点件，列入督办。"})
        following.sweep()


def _closed(desk: Desk) -> None:
    order = desk.signed(-18, "临时用电容量不足", "请于五个工作日内增容送电。", "build")
    with travel(working_moment(-18, 14)):
        flow.move(desk.build, order, "receive", {})
    with travel(working_moment(-15)):
        photo = upload(desk.build, BytesIO(f"现场照片说明{MARK}".encode()), "现场照片说明.txt", order)
        said = {"closing": "solved", "state": "done", "reply": "已增容并送电。", "evidence": [photo.id]}
        flow.move(desk.build, order, "answer", said)
    with travel(working_moment(-14)):
        flow.move(desk.centre, order, "check", {"method": "site", "note": "现场核验，设备正常运行。"})
        flow.move(desk.watch, order, "recognise", {})
    with travel(working_moment(-13)):
        flow.move(desk.leader, order, "see", {})
        flow.move(desk.centre, order, "sign_off", {})
        following.closed([order])


def _outside(desk: Desk) -> None:
    desk.signed(
        -2,
        "厂区供电线路检修窗口",
        "恳请贵站于本月内安排检修窗口，并提前三日告知企业。",
        "power",
        source="meeting",
    )


def _instructions(desk: Desk) -> None:
    day = working_moment(-4).date().isoformat()
    for title, kind, text in (
        ("企业反映进场道路问题", "act", "请开发建设局牵头研究，一周内拿出办法。"),
        ("园区用能情况专报", "read", "阅。请综合协调服务中心知悉。"),
    ):
        scan = upload(desk.centre, BytesIO(f"批示扫描件{MARK}".encode()), "批示扫描件.txt")
        data = {
            "title": title + MARK, "kind": kind, "text": text, "leader": desk.leader.post, "given_on": day,
            "readers": [desk.watch.post], "evidence": [scan.id],
        }  # fmt: skip
        instructions.enter(desk.centre, data, key=f"demo:{title}")
