"""Orders of the city: its number and day govern, replies go back in its fields, the two lists are compared."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from tests.lines.hotline.district import district
from tests.lines.hotline.test_orders import ANSWER

from bihuan.kernel.errors import BadInput
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.now import local
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.upstream import actions, selectors
from bihuan.lines.hotline.upstream.reading import from_mapping, from_text, moment

assert district
PASTED = """工单编号：CS2026030200017
诉求标题：白沙花园3栋水管渗水
诉求内容：楼道渗水两天
已影响电梯
事发地点：白沙路白沙花园3栋
来电号码：13812345678
诉求人：王小平
诉求类型：投诉
办理时限：2026-03-06 17:30:00
是否保密：否

工单编号：CS2026030200018
诉求标题：公积金如何提取
诉求类型：咨询
办理时限：2026年3月5日 12:00
来电号码：不详
"""


def test_what_is_copied_becomes_orders_under_the_citys_number(district):
    first, second = from_text(PASTED)
    assert (first.detail, first.type, first.secret) == ("楼道渗水两天\n已影响电梯", "complain", False)
    assert second.due == moment("2026-03-05 12:00")
    one, two = actions.receive(district.operator, [first, second])
    assert not one.fault + two.fault
    assert [row.again for row in actions.receive(district.operator, [first, second])] == [True, True]
    rows = {row[0]: district.row(row[1]) for row in run("SELECT number, matter FROM hotline_city")}
    assert f"{local(rows[first.number].due):%m-%d %H:%M:%S}" == "03-06 17:30:00", "the city's minute"
    assert rows[first.number].grid == district.grid_place
    assert f"{local(rows[second.number].due):%m-%d %H:%M:%S}" == "03-05 12:00:00", "its noon is our noon"
    assert run("SELECT count(*) FROM flow_matter WHERE kind = 'hotline.order'") == [(2,)]
    assert actions.receive(district.stranger, [first])[0].again is False, (
        "another district has numbers of its own"
    )


def test_the_reply_goes_back_in_the_citys_fields(district):
    (made,) = actions.receive(district.operator, [from_text(PASTED)[0]])
    matter = selectors.matter_of(district.place, made.number)
    flow.move(district.operator, matter, "dispatch", {"unit": district.water})
    flow.move(district.fixer, matter, "sign", {})
    flow.move(district.fixer, matter, "answer", {**ANSWER, "solved": "no", "why_not": "conditions"})
    assert selectors.replies(district.operator) == [], "only what is closed"
    flow.move(district.operator, matter, "close", {})
    (reply,) = selectors.replies(district.operator)
    assert reply.cells() == (
        made.number, "是", "2026-03-02 09:00", "否", "Conditions are not there yet", ANSWER["reply"], "住建局",
        "2026-03-02 09:00",
    )  # fmt: skip
    sheet = openpyxl.load_workbook(BytesIO(actions.sheet([reply]))).active
    assert [cell.value for cell in sheet[1]][:3] == ["工单编号", "是否联系", "联系时间"]
    assert sheet["A2"].value == made.number
    assert actions.note_sent(district.stranger, [matter]) == 0
    assert actions.note_sent(district.operator, [matter]) == 1
    assert selectors.replies(district.operator) == []


def test_the_lists_of_a_day_are_compared(district):
    first, second = from_text(PASTED)
    actions.receive(district.operator, [first, second])
    theirs = [
        from_mapping({"工单编号": first.number, "状态": "已结案", "办理时限": "2026-03-09 17:30"}),
        from_mapping({"工单编号": "CS-别的", "状态": "处置中"}),
    ]
    found = {(one.number, one.kind) for one in selectors.differences(district.operator, theirs)}
    assert found == {
        (first.number, "over_there"), (first.number, "due"), (second.number, "missing_there"),
        ("CS-别的", "missing_here"),
    }  # fmt: skip
    assert selectors.differences(district.operator, [first, second]) == []


def test_what_is_not_the_districts_goes_back_to_the_city(district):
    (made,) = actions.receive(district.operator, [from_text(PASTED)[0]])
    matter, own = selectors.matter_of(district.place, made.number), district.call()
    with pytest.raises(BadInput):
        flow.move(district.coordinator, own, "give_back", {"reply": "不属本区"})
    flow.move(district.coordinator, matter, "give_back", {"reply": "事发地在别的区，请改派。"})
    assert [one.reply for one in selectors.replies(district.operator)] == ["事发地在别的区，请改派。"]


def test_bad_tables_are_answered(district):
    assert from_text("") == from_text("你好") == []
    assert from_text("工单编号：\n标题：空") == []
    assert moment("2026-13-45") is None
    table = "编号\t标题\t截止时间\n\tx\t\nCS1\t\t2020-01-01\n"
    (one,) = from_text(table)
    assert (one.number, one.title) == ("CS1", "CS1")
    (made,) = actions.receive(district.operator, [one])
    assert district.row(selectors.matter_of(district.place, "CS1")).value("tier") == "hotline.urgent", (
        "late already"
    )
    assert not made.fault
    with pytest.raises(BadInput):
        actions.read_book(BytesIO("没有编号\n1\n".encode()), "表.csv")
    book = BytesIO("工单编号,诉求标题\nCS9,井盖缺失\n".encode())
    assert [one.title for one in actions.read_book(book, "表.csv")] == ["井盖缺失"]


def test_pages_and_api_of_the_city(district):
    desk = district.client(district.operator)
    assert desk.get("/hotline/city/").status_code == 200
    assert "taken in" in desk.post("/hotline/city/", {"text": PASTED}).content.decode()
    assert "was here already" in desk.post("/hotline/city/", {"text": PASTED}).content.decode()
    assert desk.post("/hotline/city/", {"text": "你好"}).status_code == 422
    assert "Both lists agree" in desk.post("/hotline/city/compare/", {"text": PASTED}).content.decode()
    assert desk.get("/hotline/city/compare/").status_code == 200
    assert desk.get("/hotline/city/sheet/").status_code == 200
    sent = {"orders": [{"工单编号": "CS-API", "诉求标题": "路灯不亮"}, {"诉求标题": "没有编号"}]}
    got = desk.post("/api/v1/hotline/city", sent, content_type="application/json").json()
    assert [(one["number"], one["fault"]) for one in got] == [("CS-API", "")]
    assert desk.get("/api/v1/hotline/city/replies").json() == []
    assert len(desk.get("/api/v1/hotline/orders").json()["rows"]) == 3
    assert desk.get("/api/v1/hotline/advice?text=水管渗水").json()[0]["name"] == "房屋渗漏"
    call = {"title": "路灯不亮", "key": "k"}
    assert desk.post("/api/v1/hotline/calls", call, content_type="application/json").json()["again"] is False
    assert desk.post("/api/v1/hotline/calls", call, content_type="application/json").json()["again"] is True


@pytest.fixture
def asked(district):
    """An order of the city whose handler asked for three working days more."""
    (made,) = actions.receive(district.operator, [from_text(PASTED)[0]])
    matter = selectors.matter_of(district.place, made.number)
    flow.move(district.operator, matter, "dispatch", {"unit": district.water})
    flow.move(district.fixer, matter, "sign", {})
    flow.move(district.fixer, matter, "ask_extension", {"days": 3, "reason": "需更换整段立管"})
    return matter


def minute(district, matter):
    return f"{local(district.row(matter).due):%m-%d %H:%M}"


def test_more_time_is_asked_for_at_the_city_and_its_answer_moves_the_clock(district, asked):
    (one,) = selectors.extensions(district.operator)
    assert one.cells()[:4] == ("CS2026030200017", "3", "需更换整段立管", "2026-03-06 17:30")
    assert selectors.extensions(district.stranger) == []
    book = openpyxl.load_workbook(BytesIO(actions.sheet([], [one])))
    assert book["延期申请"]["B1"].value == "申请延期工作日"
    with pytest.raises(BadInput, match="governs"):
        flow.move(district.coordinator, asked, "grant_extension", {"reason": "已告知"})
    page = district.client(district.operator)
    assert "需更换整段立管" in page.get("/hotline/city/").text
    until = {"number": one.number, "until": "2026-03-11T12:15"}
    assert page.post("/hotline/city/", until).status_code == 303
    assert minute(district, asked) == "03-11 12:15"
    assert selectors.extensions(district.operator) == []
    assert selectors.differences(district.operator, [from_mapping(
        {"工单编号": one.number, "办理时限": "2026-03-11 12:15"})]) == []  # fmt: skip
    assert page.post("/hotline/city/", until).status_code == 422, "answered once"


def test_a_later_deadline_of_the_city_is_its_answer_and_a_refusal_moves_nothing(district, asked):
    first = from_text(PASTED)[0]
    again = from_text(PASTED.replace("2026-03-06 17:30:00", "2026-03-09 09:05:00"))[0]
    assert [one.moved for one in actions.receive(district.operator, [first, again, again])] == [
        False,
        True,
        False,
    ]
    assert minute(district, asked) == "03-09 09:05"
    flow.move(district.fixer, asked, "ask_extension", {"days": 1, "reason": "材料未到"})
    answer = district.client(district.operator).post(
        "/api/v1/hotline/city/extensions",
        {"number": first.number, "reason": "不同意"},
        content_type="application/json",
    )
    assert answer.status_code == 200
    assert minute(district, asked) == "03-09 09:05"


def test_no_more_time_once_the_citys_minute_is_over(district, travel):
    (made,) = actions.receive(district.operator, [from_text(PASTED)[0]])
    matter = selectors.matter_of(district.place, made.number)
    flow.move(district.operator, matter, "dispatch", {"unit": district.water})
    flow.move(district.fixer, matter, "sign", {})
    due = district.row(matter).due
    with travel(due - timedelta(minutes=1)):
        assert not district.row(matter).due < due
    with travel(due + timedelta(minutes=1)), pytest.raises(BadInput, match="over already"):
        flow.move(district.fixer, matter, "ask_extension", {"days": 1, "reason": "晚了"})
