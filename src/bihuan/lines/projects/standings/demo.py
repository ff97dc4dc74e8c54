"""The county around the fictitious park: another park, a street and a town, so that a wall has places to show."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from bihuan.kernel.clock.ground import working_moment
from bihuan.kernel.files.actions import upload
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import SYSTEM, Actor, Scope
from bihuan.kernel.now import today, travel
from bihuan.kernel.registers.actions import Change, Item, amend_many
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.standings.actions import refresh
from bihuan.lines.projects.timetables import drafting

MARK = "（演示数据）"
#: login, name, role, title for the start-up message
PEOPLE = (
    ("quban", "何统筹", "coordinator", "区重点项目办 · 统筹"),
    ("quzhang", "宋区长", "leader", "区政府 · 分管负责人（区级作战图）"),
)
CLERKS = (("qufagai", "许发改", "reform"), ("quzhujian", "韩住建", "housing"))
UNITS = {"office": "区重点项目办", "reform": "区发展和改革局", "housing": "区住房和城乡建设局"}
#: place, level, (project, industry, 万元, class, months to production, months since signing)
PLACES = (
    ("临江产业园", "park", (
        ("汽车电子座舱工厂", "汽车电子", 86000, "building", 3, 14),
        ("高端封测中试线", "集成电路", 150000, "building", 7, 10),
        ("临江港多式联运中心", "现代物流", 52000, "land_idle", 15, 6),
    )),
    ("青溪街道", "street", (
        ("老厂房文创改造", "文化创意", 9000, "building", 2, 8),
        ("社区数字医疗中心", "医疗健康", 12000, "building", 6, 5),
    )),
    ("白鹭镇", "street", (
        ("花木交易中心二期", "花卉苗木", 18000, "building", 4, 12),
        ("稻渔综合种养基地", "现代农业", 6500, "no_land", 13, 3),
    )),
)  # fmt: skip
#: place, project's index, title, category, working days since it was raised
PROBLEMS = (
    ("临江产业园", 0, "双回路供电方案未批复", "utilities", 14),
    ("临江产业园", 1, "洁净厂房消防设计审查退件", "permit", 9),
    ("临江产业园", 1, "技术工人公寓名额不足", "surroundings", 1),
    ("白鹭镇", 0, "交易中心进场道路拓宽征迁未完成", "utilities", 12),
    ("青溪街道", 0, "临街外立面改造方案待会审", "permit", 2),
)

#: What two offices have solved before, so that their rates can be compared: (unit, how many, of them late).
SOLVED = (("reform", 10, 1), ("housing", 11, 3))
_SUBJECTS = (
    "道路接入", "供水接入", "燃气接入", "图纸审查", "消防审查", "树木迁移", "围挡设置", "夜间施工", "渣土运输",
    "路灯迁改", "雨污接入",
)  # fmt: skip


def load(password: str) -> None:
    """Build the county around the park that stands already."""
    ((county,),) = run("SELECT county_id FROM identity_division WHERE level = 'park' ORDER BY id LIMIT 1")
    with travel(working_moment(-120)):
        units = {
            key: people.create_organisation(
                SYSTEM, f"{name}{MARK}", "government", division=county, short_name=name
            )
            for key, name in UNITS.items()
        }
        actors = _people(county, units["office"], password)
        for login, name, unit in CLERKS:
            user = people.create_user(SYSTEM, login, name, password=password)
            post = people.appoint(SYSTEM, user, units[unit], "department", county)
            actors[unit] = identity.as_actor(identity.post(post))
    for place, level, rows in PLACES:
        division = people.add_division(SYSTEM, f"{place}{MARK}", level, county)
        ids = _projects(actors["quban"], division, rows)
        _problems(actors["quban"], place, division, ids, units)
        _timetables(actors, ids)
    _solved(actors, identity.scope_of(division), ids, units)
    refresh()


def _people(county: int, unit: int, password: str) -> dict[str, Actor]:
    actors = {}
    for login, name, role, _title in PEOPLE:
        user = people.create_user(SYSTEM, login, name, password=password)
        actors[login] = identity.as_actor(identity.post(people.appoint(SYSTEM, user, unit, role, county)))
    return actors


def _projects(actor: Actor, division: int, rows: Any) -> list[int]:
    items = []
    for name, industry, wan, stage_class, ahead, behind in rows:
        signed = today() - timedelta(days=30 * behind)
        said = {
            "name": name + MARK, "company": f"{name[:4]}建设公司", "industry": industry, "investment_wan": str(wan),
            "kind": "land", "stage_class": stage_class, "signed": signed.isoformat(),
            "planned_production": (today() + timedelta(days=30 * ahead)).isoformat(),
            "source_date": today().isoformat(),
        }  # fmt: skip
        if stage_class != "no_land":
            said["land_acquired"] = (signed + timedelta(days=40)).isoformat()
        if stage_class == "building":
            said["started"] = (signed + timedelta(days=100)).isoformat()
        scope = identity.scope_of(division)
        items.append(Item({key: Change(code) for key, code in said.items()}, None, None, scope, {}))
    with travel(working_moment(-40)):
        return amend_many(actor, PROJECTS, items, cause="演示数据")


def _problems(actor: Actor, place: str, division: int, ids: list[int], units: dict[str, int]) -> None:
    scope = identity.scope_of(division)
    for where, index, title, category, since in PROBLEMS:
        if where != place:
            continue
        with travel(working_moment(-since)):
            data = {"title": title + MARK, "category": category, "source": "visit"}
            matter = flow.open(actor, "projects.problem", data, scope=scope, subject=ids[index]).matter
        with travel(working_moment(-since, 11)):
            unit = units["housing" if category == "permit" else "reform"]
            flow.move(actor, matter, "assign", {"unit": unit})


def _solved(actors: dict[str, Actor], scope: Scope, ids: list[int], units: dict[str, int]) -> None:
    for key, many, late in SOLVED:
        clerk = actors[key]
        for number in range(many):
            with travel(working_moment(-60 + number)):
                data = {"title": f"{_SUBJECTS[number]}协调{MARK}", "category": "utilities", "source": "visit"}
                subject = ids[number % len(ids)]
                matter = flow.open(
                    actors["quban"], "projects.problem", data, scope=scope, subject=subject
                ).matter
                flow.move(actors["quban"], matter, "assign", {"unit": units[key]})
            with travel(working_moment(-60 + number + (25 if number < late else 3))):
                file = upload(
                    clerk, BytesIO(f"{_SUBJECTS[number]}{MARK}".encode()), "情况说明.txt", matter
                ).id
                said = {"closing": "solved", "reply": "已协调到位。", "evidence": [file]}
                flow.move(clerk, matter, "answer", said)
                flow.move(actors["quban"], matter, "verify", {"method": "site"})
                flow.move(actors["quban"], matter, "sign_off", {})


def _timetables(actors: dict[str, Actor], ids: list[int]) -> None:
    drafting.attend(actors["quban"], ids)
    sql = "SELECT id FROM flow_matter WHERE kind = 'projects.timetable' AND stage = 'draft' AND subject = ANY(%s)"
    for (matter,) in run(f"{sql} ORDER BY id", (ids,)):
        flow.move(actors["quban"], matter, "submit", {})
        flow.move(actors["quzhang"], matter, "approve", {"note": f"同意{MARK}"})
