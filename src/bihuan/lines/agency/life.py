"""How agency goes on in the simulated park: a case a week or so, from the application to its result; all 演示数据."""

from datetime import timedelta

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.living import MARK, Answer, Day, Doing, Life, chance, evidence, lot, pick, ripe
from bihuan.kernel.store.sql import run
from bihuan.lines.agency import actions, selectors

_CASES = (
    ("不动产登记代办", "YS-03"),
    ("消防验收代办", "YS-01"),
    ("企业投资备案代办", "LX-01"),
    ("施工许可证代办", "SG-03"),
)


def apply(day: Day) -> None:
    """Let a project apply for agency now and then, and guidance be recorded."""
    agent = day.people["daiban"]
    if day.hour == 9 and chance(0.3, "case", day.date):
        title, code = pick(_CASES, "which", day.date)
        rows = run(
            "SELECT id, name FROM projects_project WHERE produced IS NULL AND park = %s ORDER BY id",
            (day.park,),
        )
        project, name = pick(rows, "project", day.date)
        items = [item.id for item in selectors.items() if item["code"] == code]
        said = {
            "title": f"{name.removesuffix(MARK)}{title}（{day.date:%m}月{day.date:%d}日）{MARK}",
            "items": items,
        }
        actions.apply(agent, said, project=project)
    if day.hour == 16 and chance(0.25, "guide", day.date):
        said = {
            "title": f"咨询施工图审查流程{MARK}",
            "source": "phone",
            "answer": "已一次告知材料清单和办理时限。",
        }
        actions.guide(agent, said)


def _accept(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return Doing("accept") if ripe(row, 0, 1) else None


def _mandate(day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    return _mandated(day, actor, row, "mandate") if ripe(row, 0, 2, slow=0.1) else None


def _mandated(day: Day, actor: Actor, row: MatterRow, move: str) -> Doing:
    until = day.date + timedelta(days=90)
    said = {"valid_from": day.date.isoformat(), "valid_until": until.isoformat(), "signed_by": "企业负责人"}
    return Doing(move, {**said, "evidence": evidence(actor, row, "委托书.txt")})


def _prepare(day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    """Renew a mandate that has lapsed, collect what is missing, then submit."""
    if not any(one.holds(day.date) for one in selectors.mandates(row.id)):
        return _mandated(day, actor, row, "renew") if ripe(row, 0, 2) else None
    lacking = [one.number for one in selectors.materials(row.id) if one.state == "missing"]
    if lacking:
        if not ripe(row, 1, 4):
            return None
        return Doing(
            "materials", {"have": lacking, "signed": "client", "evidence": evidence(actor, row, "签署件.txt")}
        )
    expected = day.date + timedelta(days=5 + round(lot("expected", row.code) * 10))
    return Doing("submit", {"submitted_on": day.date.isoformat(), "expected": expected.isoformat()})


def _finish(day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    if not ripe(row, 2, 7, slow=0.1):
        return None
    said = {"result": "granted", "decided_on": day.date.isoformat(), "received_by": "agent"}
    return Doing("finish", {**said, "licence": f"云（{day.date.year}）{row.code[-5:]}号"})


def _give(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    return (
        Doing("give", {"verdict": "agree", "opinion": "原则同意，按意见完善后申报。"})
        if ripe(row, 1, 3)
        else None
    )


def _deliver(_day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    return (
        Doing("deliver", {"evidence": evidence(actor, row, "补交材料.txt")})
        if ripe(row, 3, 8, slow=0.2)
        else None
    )


def _resume(day: Day, actor: Actor, row: MatterRow) -> Doing | None:
    if not any(one.holds(day.date) for one in selectors.mandates(row.id)):
        return _mandated(day, actor, row, "renew") if ripe(row, 5, 10) else None
    return Doing("resume", {"note": "企业已定稿，继续办理。"}) if ripe(row, 8, 15) else None


def _conclude(_day: Day, _actor: Actor, row: MatterRow) -> Doing | None:
    if not ripe(row, 3, 6):
        return None
    return Doing("conclude", {"verdict": "agree", "summary": "各部门原则同意，按意见修改后申报。"})


_ANSWERS: dict[tuple[str, str], Answer] = {
    ("agency.case", "applied"): _accept,
    ("agency.case", "accepted"): _mandate,
    ("agency.case", "preparing"): _prepare,
    ("agency.case", "prereview"): _conclude,
    ("agency.case", "submitted"): _finish,
    ("agency.case", "suspended"): _resume,
    ("agency.opinion", "asked"): _give,
    ("agency.owed", "owed"): _deliver,
}
LIFE = Life(_ANSWERS, (apply,))
