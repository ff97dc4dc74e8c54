"""Whom to call back first: the poorest answer stands first with its reason, and nothing is counted against anybody."""

from tests.lines.hotline.district import district

from bihuan.kernel.callbacks import actions as contacts
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.learning import picking

assert district
GOOD = (
    "您好，住建局3月2日组织白沙花园物业到3栋现场核实，渗水系立管老化所致，已更换3栋2单元立管12米，"
    "楼道墙面将于3月10日前修补完成，依据《城市房屋维修管理规定》第九条由维修资金列支。如有疑问请拨打0731-5555001咨询。"
)
POOR = "您的诉求已收悉，已转相关部门处理。"


def answered(house, title, reply):
    order = house.call(title=title)
    flow.move(house.operator, order, "dispatch", {"unit": house.water})
    flow.move(house.fixer, order, "sign", {})
    flow.move(house.fixer, order, "answer", {"contacted": "hidden", "solved": "solved", "reply": reply})
    flow.move(house.coordinator, order, "close", {})
    contacts.ask(SYSTEM, order)
    return order


def test_the_poorest_answer_is_called_back_first_and_says_why(district):
    good = answered(district, "白沙花园3栋楼道立管渗水", GOOD)
    poor = answered(district, "白沙花园3栋楼道漏水", POOR)
    before = run("SELECT count(*) FROM ledger_entry")
    found = picking.picks(district.coordinator)
    assert [one.order.id for one in found] == [poor, good]
    assert "completeness" in found[0].weak
    assert found[0].quality.score < found[1].quality.score
    page = district.client(district.coordinator).get("/hotline/recalls/").text
    assert page.index("楼道漏水") < page.index("立管渗水")
    assert "says too little" in page
    assert run("SELECT count(*) FROM ledger_entry") == before, "nothing is written of it"
    assert picking.picks(district.stranger) == []
    assert district.client(district.fixer).get("/hotline/recalls/").status_code == 403
