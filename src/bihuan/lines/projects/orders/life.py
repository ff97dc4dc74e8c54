"""How orders and papers of the simulated park go on; all 演示数据."""

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.living import MARK, Answer, Day, Doing, chance, evidence, pick, ripe
from bihuan.kernel.orders import actions, instructions
from bihuan.kernel.papers import actions as papers
from bihuan.kernel.store.sql import run

_INSTRUCTIONS = (
    ("企业反映用工难", "请招商合作局会同有关部门研究，半月内报。"), ("进场道路大修", "请开发建设局抓紧，节前完工。"),
    ("用地手续滞后", "请自然资源分局列出清单，逐项销号。"), ("园区供水保障", "请开发建设局牵头，会同供水单位落实。"),
)  # fmt: skip


def begin(day: Day) -> None:
    """Let the centre draft an order from what is late, the leader write an instruction, and papers be signed."""
    centre = day.people["zhongxin"]
    if day.hour == 11 and chance(0.35, "order", day.date):
        _order(centre)
    if day.hour == 14 and day.date.weekday() == 2 and chance(0.5, "instruction", day.date):
        title, text = pick(_INSTRUCTIONS, "instruction", day.date)
        data = {
            "title": f"{title}{MARK}", "kind": "act", "text": text, "leader": day.people["lingdao"].post,
            "given_on": day.date.isoformat(), "readers": [day.people["ducha"].post],
        }  # fmt: skip
        instructions.enter(centre, data, key=f"life:{day.date}")
    if day.hour == 16:
        _sign_papers(day)


def _order(centre: Actor) -> None:
    """Draft an order from the problem that is longest past its limit and has none yet."""
    rows = run(
        "SELECT m.id FROM flow_matter m WHERE m.kind = 'projects.problem' AND m.open AND m.stage = 'handling'"
        " AND m.park = %s"
        " AND m.clock = 'running' AND NOT EXISTS (SELECT 1 FROM flow_matter o WHERE o.parent = m.id"
        " AND o.kind = 'orders.order') ORDER BY m.due NULLS LAST, m.id LIMIT 1",
        (centre.division,),
    )
    for (key,) in rows:
        row = by_ids([key])[key]
        data = {
            "title": row.title[:200], "demand": "一、三个工作日内拿出办法。\n二、五个工作日内办结并反馈。",
            "unit": row.lead_unit, "source": "problem", "basis": row.code,
        }  # fmt: skip
        actions.draft(centre, data, parent=row.id, subject=row.subject, scope=scope_of(centre.division))


def _sign_papers(day: Day) -> None:
    """Sign what is drafted: minutes, bulletins, cards; each by the first who may."""
    signers = [
        day.people[login] for login in ("zhongxin", "lingdao", "ducha", "zhuren") if login in day.people
    ]
    drafted = "SELECT id FROM papers_paper WHERE state = 'draft' AND kind LIKE ANY(%s) ORDER BY id LIMIT 5"
    for (paper,) in run(drafted, (["meetings.%", "supervision.%"],)):
        for actor in signers:
            try:
                papers.sign(actor, paper, key=f"life:{paper}")
                break
            except BihuanError:  # not this one's to sign
                continue


def _put_up(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("put_up") if ripe(row, 0, 1) else None


def _sign(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    if chance(0.05, "back", row.code) and row.seq < 4:
        return Doing("send_back", {"reason": "时限请写具体日期。"})
    return Doing("sign") if ripe(row, 0, 1) else None


def _receive(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    late = chance(0.06, "late", row.code)
    return Doing("receive") if not late or ripe(row, 2, 2) else None


def _answer(_day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    if ripe(row, 2, 6, slow=0.15):
        said = {"state": "done", "reply": f"已办结，与企业现场确认{MARK}", "evidence": evidence(actor, row)}
        return Doing("answer", {"closing": pick(("solved",) * 6 + ("partly", "longterm"), row.code), **said})
    if ripe(row, 4, 4) and row.value("state") is None:
        return Doing("report", {"state": "on_course", "note": f"材料已齐，正在施工{MARK}"})
    return None


def _review(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("pass") if ripe(row, 0, 1) else None


def _check(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("check", {"method": pick(("site", "call", "papers"), row.code)}) if ripe(row, 0, 1) else None


def _recognise(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    if chance(0.1, "not done", row.code) and row.seq < 14:
        return Doing("not_done", {"reason": "佐证材料不足以证明办结，请补充。"})
    return Doing("recognise") if ripe(row, 0, 1) else None


def _after(move: str) -> Answer:
    def answer(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
        return Doing(move) if ripe(row, 0, 1) else None

    return answer


def _support(_day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    if not ripe(row, 1, 3, slow=0.15):
        return None
    return Doing("answer", {"reply": f"已配合完成{MARK}", "evidence": evidence(actor, row)})


ANSWERS: dict[tuple[str, str], Answer] = {
    ("orders.order", "drafted"): _put_up,
    ("orders.order", "signing"): _sign,
    ("orders.order", "issued"): _receive,
    ("orders.order", "received"): _answer,
    ("orders.order", "handling"): _answer,
    ("orders.order", "unit_review"): _review,
    ("orders.order", "answered"): _check,
    ("orders.order", "checked"): _recognise,
    ("orders.order", "recognised"): _after("see"),
    ("orders.order", "seen"): _after("sign_off"),
    ("orders.support", "asked"): _receive,
    ("orders.support", "handling"): _support,
    ("orders.support", "answered"): _after("accept"),
}
