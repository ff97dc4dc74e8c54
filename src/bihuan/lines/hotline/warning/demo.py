"""A past to compare with, and two bursts that live: one is being handled with one voice, one waits; all 演示数据."""

from datetime import datetime, timedelta

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.bulk import New, move_many, open_many
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import now, today, travel
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline import actions as orders
from bihuan.lines.hotline.contracts import ORDER
from bihuan.lines.hotline.warning import actions

MARK = "（演示数据）"
#: Days of past; of every class an order now and then, answered at once: too few to be called frequent.
PAST = 42
_USUAL = (("供水故障", "自来水水压偏低"), ("噪声扰民", "夜间音响声音大"), ("占道经营", "摊贩占用人行道"),
          ("物业服务", "楼道照明损坏"), ("房屋渗漏", "顶楼天花板渗水"))  # fmt: skip
_WATER = ("湘江路11号整栋停水", "湘江路12号早上起没有水", "湘江路13号水管没水压", "湘江路14号停水何时恢复",
          "湘江路17号停水一夜", "湘江路18号没水做饭", "湘江路19号停水，老人用水困难")  # fmt: skip
_NOISE = ("白沙花园1栋旁工地夜里打桩", "白沙花园2栋工地半夜施工声", "白沙花园3栋凌晨机器轰鸣",
          "白沙花园4栋夜间施工噪音", "白沙花园6栋工地噪声无法入睡", "白沙花园1栋工地凌晨卸钢筋")  # fmt: skip


def fill(desk: Actor, place: int) -> None:
    """Let the desk have answered a few orders a week for six weeks."""
    about, scope = _classes(), scope_of(place)
    for back in range(PAST, 2, -1):
        due = [one for n, one in enumerate(_USUAL) if (back + 2 * n) % 11 == 0]
        with travel(now() - timedelta(days=back)):
            said = [
                {"title": title + MARK, "type": "help", "secrecy": "open", "channel": "phone", "about": [about[name]]}
                for name, title in due
            ]  # fmt: skip
            made = [one.receipt for one in open_many(desk, ORDER, [New(one, scope) for one in said])]
            answer = {"reply": f"已当场答复办理途径。{MARK}"}
            move_many(desk, "direct", [(one.matter, answer) for one in made if one])


def _classes() -> dict[str, int]:
    return dict(run("SELECT name, id FROM hotline_duty WHERE withdrawn_at IS NULL"))


def burst(desk: Actor, centre: Actor, handler: Actor, unit: int) -> None:
    """Let many call about one broken main and one building site; the first has its answer, the second is new."""
    about = _classes()
    for calls, name in ((_WATER, "供水故障"), (_NOISE, "噪声扰民")):
        for n, title in enumerate(calls):
            with travel(_at(n)):
                orders.take(desk, {"title": title + MARK, "address": title.split("，")[0][:8], "type": "complain",
                                   "about": [about[name]]})  # fmt: skip
    actions.sweep()
    found = run(
        "SELECT h.matter FROM hotline_hotspot h JOIN hotline_cell c ON c.id = h.cell WHERE c.duty = %s",
        (about["供水故障"],),
    )
    for (hotspot,) in found:
        _answered(hotspot, centre, handler, unit)


def _at(number: int) -> datetime:
    """Return when a call came: the first two yesterday, the others this morning."""
    return now() - timedelta(hours=25 - number) if number < 2 else now() - timedelta(minutes=9 - number)


def _answered(hotspot: int, centre: Actor, handler: Actor, unit: int) -> None:
    flow.move(centre, hotspot, "issue", {"unit": unit, "note": f"请一小时内到场。{MARK}"})
    flow.move(handler, hotspot, "sign", {})
    flow.move(handler, hotspot, "measure", {"course": f"已关阀开挖，送水车到湘江路口。{MARK}"})
    said = {
        "name": f"湘江路一带停水抢修{MARK}",
        "answer": f"湘江路主管爆裂，正在抢修，预计今晚八点恢复；湘江路口有送水车，行动不便的老人可来电预约送水。{MARK}",
        "basis": "白沙水务公司抢修通告（示例）",
        "review_on": (today() + timedelta(days=3)).isoformat(),
        "expires_on": (today() + timedelta(days=10)).isoformat(),
    }
    flow.move(handler, hotspot, "propose", said)
    flow.move(centre, hotspot, "approve", {})
