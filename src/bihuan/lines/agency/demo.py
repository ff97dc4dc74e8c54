"""Agency in the fictitious park: an agent, the sample catalogue, cases at every step, a platform's export."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import xlsxwriter

from bihuan.kernel.clock.ground import current, working_moment
from bihuan.kernel.files.actions import upload
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.now import today, travel
from bihuan.kernel.store.sql import run
from bihuan.lines.agency import actions, selectors
from bihuan.lines.agency.approvals import actions as approvals
from bihuan.lines.agency.catalogue.actions import load_sample
from bihuan.ui.line import Login

MARK = "（演示数据）"
PASSWORD = "bihuan-demo-2026"  # noqa: S105 - printed at start, for invented people only
LOGIN = "daiban"


def load() -> list[Login]:
    """Add agency to the park; where it is already, return the login."""
    logins = [Login(LOGIN, PASSWORD, "专职代办员")]
    centre = _actor("zhongxin")
    if centre is None or run("SELECT 1 FROM identity_user WHERE username = %s", (LOGIN,)):
        return logins
    with travel(working_moment(-60)):
        user = people.create_user(SYSTEM, LOGIN, "郑代办", password=PASSWORD)
        people.appoint(SYSTEM, user, centre.unit, "agent", centre.division)
    agent = _actor(LOGIN)
    assert agent
    with travel(working_moment(-40)):
        load_sample(centre)
    _cases(agent)
    _export(centre)
    return logins


def _actor(login: str) -> Actor | None:
    rows = run(
        """SELECT u.id, p.id FROM identity_user u JOIN identity_post p ON p.user_id = u.id
           WHERE u.username = %s ORDER BY p.id LIMIT 1""",
        (login,),
    )
    return identity.actor_of(*rows[0]) if rows else None


@contextmanager
def _on(working_days: int, hour: int = 10) -> Iterator[None]:
    with travel(working_moment(working_days, hour)):
        yield


class _Desk:
    """The agent at work, some working days before today."""

    def __init__(self, agent: Actor) -> None:
        self.agent = agent
        self.items = {item["code"]: item.id for item in selectors.items()}
        self.units: dict[str, int] = dict(run("SELECT short_name, id FROM identity_organisation"))
        self.projects: dict[str, int] = {
            name.removesuffix(MARK): key for key, name in run("SELECT id, name FROM projects_project")
        }

    def scan(self, matter: int) -> list[int]:
        return [upload(self.agent, BytesIO(f"扫描件{MARK}".encode()), "签署件.txt", matter).id]

    def open(self, days: int, title: str, project: str, *codes: str) -> int:
        with _on(days):
            data = {"title": title + MARK, "items": [self.items[code] for code in codes]}
            return actions.apply(self.agent, data, project=self.projects[project]).matter

    def move(self, days: int, matter: int, name: str, **data: Any) -> None:
        with _on(days, 11):
            flow.move(self.agent, matter, name, data)

    def mandate(self, days: int, matter: int, until: int = 90) -> None:
        self.move(days, matter, "accept")
        last = (today() + timedelta(days=until)).isoformat()
        first = working_moment(days).date().isoformat()
        self.move(
            days,
            matter,
            "mandate",
            valid_from=first,
            valid_until=last,
            signed_by="吴厂长",
            evidence=self.scan(matter),
        )

    def collect(self, days: int, matter: int, *left: int) -> None:
        have = [one.number for one in selectors.materials(matter) if one.number not in left]
        self.move(days, matter, "materials", have=have, signed="client", evidence=self.scan(matter))


def _cases(agent: Actor) -> None:
    desk = _Desk(agent)
    desk.open(0, "食堂消防验收代办", "柔性显示模组生产线", "YS-01")
    waiting = desk.open(-2, "企业投资项目备案代办", "医疗大数据中心", "LX-01")
    desk.move(-1, waiting, "accept")
    preparing = desk.open(-6, "施工许可证代办", "液冷服务器机柜智能工厂", "SG-03")
    desk.mandate(-5, preparing)
    desk.collect(-4, preparing, 3, 4, 5)
    lacking = [3, 4, 5]
    desk.move(-3, preparing, "notice", materials=lacking, until=(today() + timedelta(days=5)).isoformat())
    due = (today() + timedelta(days=12)).isoformat()
    said = {
        "due": due,
        "consequence": "逾期未补交的，撤销容缺受理决定并记入信用承诺台账",
        "evidence": desk.scan(preparing),
    }
    desk.move(-1, preparing, "owe", owed=[4], **said)
    _prereview(desk)
    _submitted(desk)
    stopped = desk.open(-15, "环评报告表代办", "冷链物流中心", "GC-02")
    desk.mandate(-14, stopped, 3)
    reason = {
        "cause": "enterprise",
        "reason": "企业调整生产工艺，环评文件需重做",
        "evidence": desk.scan(stopped),
    }
    desk.move(-8, stopped, "suspend", **reason)
    with _on(-3):
        guided = {
            "title": f"技改项目是否需要重新环评{MARK}",
            "source": "phone",
            "answer": "已说明判定口径并发送清单。",
        }
        actions.guide(agent, guided, project=desk.projects["精密铸造技改项目"])


def _prereview(desk: _Desk) -> None:
    matter = desk.open(-9, "规划许可与施工图联合预审", "体外诊断试剂产业园", "GC-01", "SG-01")
    desk.mandate(-8, matter)
    asked = [desk.units["开发建设局"], desk.units["自然资源分局"]]
    desk.move(-2, matter, "prereview", authorities=asked)
    bureau = _actor("jianshe")
    first = selectors.children(matter, selectors.OPINION)[0]
    if bureau and first.lead_unit == bureau.unit:
        with _on(-1):
            said = {"verdict": "change", "opinion": "总平面消防车道宽度不足 4 米，请调整后申报。"}
            flow.move(bureau, first.id, "give", said)


def _submitted(desk: _Desk) -> None:
    matter = desk.open(-12, "建设用地规划许可证代办", "轨道交通零部件基地", "LX-03")
    desk.mandate(-11, matter)
    desk.collect(-10, matter)
    day, expected = working_moment(-6).date(), working_moment(3).date()
    desk.move(
        -6,
        matter,
        "submit",
        submitted_on=day.isoformat(),
        expected=expected.isoformat(),
        number="YX-2026-0317",
    )
    done = desk.open(-30, "不动产首次登记代办", "特种电缆扩产项目", "YS-03")
    desk.mandate(-29, done)
    desk.collect(-28, done)
    day = working_moment(-27).date()
    desk.move(
        -27, done, "submit", submitted_on=day.isoformat(), expected=working_moment(-20).date().isoformat()
    )
    said = {
        "result": "granted",
        "decided_on": working_moment(-24).date().isoformat(),
        "licence": "云（2026）不动产权第000317号",
    }
    desk.move(-24, done, "finish", received_by="agent", **said)


def _export(centre: Actor) -> None:
    """Take in an invented export of the approval platform: mean 13.5 of 45 working days."""
    book = BytesIO()
    made = xlsxwriter.Workbook(book, {"in_memory": True})
    sheet = made.add_worksheet("办件")
    heads = ["办件编号", "事项名称", "审批部门", "受理时间", "办结时间", "补正开始", "补正结束", "省定时限"]
    sheet.write_row(0, 0, heads)
    for line, row in enumerate(_invented(), 1):
        sheet.write_row(line, 0, row)
    made.close()
    with _on(-1):
        work = approvals.take_in(centre, "approvals", BytesIO(book.getvalue()), f"审批平台导出{MARK}.xlsx")
        approvals.apply(centre, work.id)


def _invented() -> Iterator[list[str]]:
    calendar = current().calendar()
    authorities = ("开发建设局", "自然资源分局", "生态环境分局")
    for number in range(36):
        used = (6, 8, 9, 10, 11, 12, 12, 13, 14, 15, 24, 28)[number % 12]
        accepted: date = calendar.add_working(today(), -70 + number)
        stop = 5 if number % 4 == 0 else 0
        decided = calendar.add_working(accepted, used + stop)
        stops = ["", ""]
        if stop:
            stops = [
                calendar.add_working(accepted, 2).isoformat(),
                calendar.add_working(accepted, 6).isoformat(),
            ]
        name = f"工程建设项目审批（全流程）{MARK}"
        yield [f"PT2026{number:04d}", name, authorities[number % 3], accepted.isoformat(), decided.isoformat(),
               *stops, "45个工作日"]  # fmt: skip


__all__ = ["load"]
