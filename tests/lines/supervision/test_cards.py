"""Cards are drafted by rules, heard by people, issued by the supervision office, and may be appealed against."""

from datetime import date, timedelta

import pytest
from tests.lines.supervision.town import moment, town

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.now import travel
from bihuan.kernel.papers import selectors as papers
from bihuan.kernel.store.sql import run
from bihuan.lines.supervision.cards import actions, selectors
from bihuan.lines.supervision.mechanisms import ALL
from bihuan.lines.supervision.scoring import schemes

__all__ = ["town"]
DAY = date(2026, 6, 1)


def card(town, **more):
    data = {
        "title": "供水逾期",
        "colour": "yellow",
        "unit": town.bureau,
        "grounds": "三件逾期",
        "basis": "细则第三条",
    }
    return actions.draft(town.supervisor, "supervision.card", {**data, **more}).matter


def heard(town, matter):
    flow.move(town.supervisor, matter, "hear", {"unit": town.bureau})
    flow.move(town.department, matter, "state", {"statement": "管材晚到"})


def issued(town, matter, colour="yellow"):
    heard(town, matter)
    return flow.move(town.supervisor, matter, "issue", {"colour": colour, "reply": "部分采纳"})


def test_no_rule_judges_anybody():
    for mechanism in ALL:
        for move in mechanism.moves:
            if any(grant.kind == "system" for grant in move.who):
                assert (mechanism.name, move.name) == ("supervision.card", "open"), (
                    "a rule drafts and does no more"
                )


def test_a_card_is_issued_only_after_the_unit_was_heard(town):
    matter = card(town)
    with pytest.raises(Conflict):
        flow.move(town.supervisor, matter, "issue", {"colour": "yellow", "reply": "x"})
    flow.move(town.supervisor, matter, "hear", {"unit": town.bureau})
    with pytest.raises(BadInput):
        flow.move(town.supervisor, matter, "silent", {})
    with pytest.raises(Refused):
        flow.move(town.supervisor, matter, "state", {"statement": "代说"})
    with travel(moment(DAY + timedelta(days=8))):
        assert flow.move(town.supervisor, matter, "silent", {}).stage == "heard"
        with pytest.raises(Refused):
            flow.move(SYSTEM, matter, "issue", {"colour": "yellow", "reply": "x"})
        with pytest.raises(Refused):
            flow.move(town.coordinator, matter, "issue", {"colour": "yellow", "reply": "x"})


def test_what_is_issued_is_a_numbered_paper_with_the_units_own_words(town):
    matter = card(town)
    assert issued(town, matter).stage == "issued"
    (paper,) = papers.of(matter)
    assert paper.is_signed
    assert "督牌" in paper.number
    said = papers.data(paper)
    assert (said["what"], said["statement"], said["weighed"]) == ("黄牌", "管材晚到", "部分采纳")
    assert differences(matter) == []


def test_an_appeal_comes_in_time_goes_to_the_leader_and_voids_the_paper(town):
    matter = card(town)
    issued(town, matter)
    with pytest.raises(NotFound):
        flow.move(town.clerks[town.land], matter, "appeal", {"statement": "不是我"})
    flow.move(town.department, matter, "appeal", {"statement": "事实有出入"})
    with pytest.raises(Refused):
        flow.move(town.supervisor, matter, "uphold", {"reason": "自己判"})
    assert flow.move(town.leader, matter, "correct", {"reason": "事实不清"}).stage == "corrected"
    (paper,) = papers.of(matter)
    assert paper.state == "void"
    other = card(town, title="另一件")
    issued(town, other)
    with travel(moment(DAY + timedelta(days=12))), pytest.raises(BadInput):
        flow.move(town.department, other, "appeal", {"statement": "晚了"})


def test_criticism_needs_a_hearing_and_the_leader_praise_only_the_leader(town):
    data = {"title": "服务优", "mention": "praise", "unit": town.bureau, "grounds": "快", "basis": "办法"}
    praise = actions.draft(town.supervisor, "supervision.mention", data).matter
    flow.move(town.supervisor, praise, "ask", {})
    assert flow.move(town.leader, praise, "issue", {}).stage == "issued"
    assert "督通" in papers.of(praise)[0].number
    blame = actions.draft(town.supervisor, "supervision.mention", {**data, "mention": "blame"}).matter
    with pytest.raises(BadInput):
        flow.move(town.supervisor, blame, "ask", {})
    flow.move(town.supervisor, blame, "hear", {"unit": town.bureau})
    flow.move(town.department, blame, "state", {"statement": "认"})
    flow.move(town.supervisor, blame, "ask", {})
    with pytest.raises(Refused):
        flow.move(town.supervisor, blame, "issue", {})
    flow.move(town.leader, blame, "issue", {})
    flow.move(town.department, blame, "appeal", {"statement": "过重"})
    assert flow.move(town.principal, blame, "uphold", {"reason": "事实清楚"}).stage == "upheld"


def test_rules_draft_a_card_once_a_month_and_the_gravest_only(town):
    for n in range(5):
        town.problem(date(2026, 5, 4) + timedelta(days=n % 2), town.bureau)
    found = selectors.overdue(town.place, schemes.in_force(town.place).rules["cards"])
    assert [(one.unit, one.colour, one.cases) for one in found] == [(town.bureau, "red", 5)]
    assert (actions.propose(), actions.propose()) == (1, 0)
    ((matter, stage),) = run("SELECT id, stage FROM flow_matter WHERE kind = 'supervision.card'")
    assert stage == "drafted"
    assert matters.matter(town.supervisor, matter).holder_role == "supervisor"
    flow.move(town.supervisor, matter, "drop", {"reason": "上游原因"})
    assert actions.propose() == 0
    with travel(moment(date(2026, 7, 1))):
        assert actions.propose() == 1


def test_pages_of_cards(town):
    client = town.client(town.supervisor)
    form = {
        "title": "供水逾期",
        "colour": "red",
        "unit": town.bureau,
        "grounds": "五件",
        "basis": "细则",
        "key": "k",
    }
    assert client.get("/supervision/cards/new/card/").status_code == 200
    answer = client.post("/supervision/cards/new/card/", form)
    assert answer.status_code == 303
    assert client.post("/supervision/cards/new/card/", form).url == answer.url
    assert client.post("/supervision/cards/new/mention/", {"key": "q"}).status_code == 422
    assert "供水逾期" in client.get("/supervision/cards/").content.decode()
    assert client.get("/supervision/cards/?what=mention").status_code == 200
    assert town.client(town.department).get("/supervision/cards/").status_code == 403
