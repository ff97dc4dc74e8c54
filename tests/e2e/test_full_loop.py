"""The whole loop in a real browser, by the eight roles who walk it: from a need to the bulletin that counts it.

Taps and pages are counted: a visit is one form, an order two pages at most, a leader's signature two taps.
"""

from datetime import timedelta

import pytest
from tests.e2e.walking import House, Person, children, next_working_monday, stage, unit

from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.store.sql import run

pytestmark = pytest.mark.django_db(transaction=True)

PROJECT = "液冷服务器机柜智能工厂"
NEED = "厂区东门雨污管网倒灌"
TAPS_A_SIGNATURE, PAGES_AN_ORDER, FORMS_A_VISIT = 2, 2, 1


@pytest.fixture
def house(park, monkeypatch):
    return House(monkeypatch)


@pytest.fixture
def people(park, person):
    found: dict[str, Person] = {}

    def get(login: str, size: str = "desktop") -> Person:
        if login not in found:
            found[login] = Person(person(login, size), park)
        return found[login]

    return get


def project_id() -> int:
    return run("SELECT id FROM projects_project WHERE name LIKE %s", (f"{PROJECT}%",))[0][0]


def matter_of(title: str, kind: str) -> tuple[int, str]:
    return run("SELECT id, code FROM flow_matter WHERE title = %s AND kind = %s", (title, kind))[0]


def test_the_full_loop(park, people, house):
    monday = next_working_monday()
    house.at(monday, 9)
    problem = raised(people)
    item = proposed(people, problem)
    house.at(monday, 10)
    meeting = heard(people, monday, item)
    house.at(monday, 15)
    order = minuted(people, meeting, monday)
    signed(people, house, order)
    house.at(monday + timedelta(days=1), 9)
    answered(people, house, order)
    house.at(monday + timedelta(days=1), 15)
    recognised(people, house, order)
    confirmed(people, house, problem)
    house.at(monday + timedelta(days=7), 9)
    counted(people, problem, monday)
    audited(people, problem, order)


def raised(people) -> str:
    """The enterprise says what it needs, about its project; the centre names who handles it."""
    firm, centre = people("qiye", "phone"), people("zhongxin")
    firm.page.goto(f"{firm.address}/enterprise/")
    firm.tap("a[href='/enterprise/raise/'] >> nth=0")
    firm.fill(title=NEED, detail="暴雨时污水倒灌进厂区，两台设备停机。")
    firm.choose("class", "other")
    firm.choose("project", project_id())
    firm.send()
    _id, code = matter_of(NEED, "projects.problem")
    firm.says("综合协调服务中心")
    centre.open(code)
    centre.primary()
    centre.choose("unit", unit("开发建设局"))
    centre.send("#moves-form")
    assert stage(code) == "handling"
    return code


def proposed(people, problem: str) -> str:
    """What one unit can't solve is proposed; the leader in charge answers: it is heard."""
    centre, leader = people("zhongxin"), people("lingdao", "phone")
    centre.open(problem)
    centre.tap(f"a[href='/meetings/propose/{problem}/'] >> nth=0")
    centre.choose("place", 2)
    centre.fill(why="涉及建设、自然资源和供电三家。", skip="中心已协调两次未果。")
    centre.send()
    (item,) = children(problem, "meetings.item")
    leader.open(item)
    leader.primary()
    leader.send("#moves-form")
    assert stage(item) == "agreed"
    return item


def heard(people, day, item: str) -> int:
    """The centre plans the meeting and puts the item on its agenda."""
    centre = people("zhongxin")
    centre.page.goto(f"{centre.address}/meetings/")
    centre.tap("a[href='/meetings/plan/'] >> nth=0")
    centre.fill(title="重点项目调度会", begins=f"{day}T14:00", ends=f"{day}T14:50", room="三楼会议室")
    centre.choose("kind", "special")
    centre.choose("place", 2)
    centre.send()
    ((meeting, _code),) = [matter_of("重点项目调度会", "meetings.meeting")]
    centre.tap(f"a[href='/meetings/{meeting}/agenda/'] >> nth=0")
    centre.send()
    assert stage(item) == "scheduled"
    return meeting


def minuted(people, meeting: int, day) -> str:
    """The minutes are one form: the decision is written and its order drafted in one step."""
    centre = people("zhongxin")
    centre.page.goto(f"{centre.address}/meetings/{meeting}/")
    centre.tap(f"a[href='/meetings/{meeting}/attend/'] >> nth=0")
    centre.send()
    centre.taps = centre.pages = 0
    centre.tap(f"a[href='/meetings/{meeting}/minutes/'] >> nth=0")
    ((item,),) = run("SELECT item FROM meetings_agenda WHERE meeting = %s", (meeting,))
    centre.fill(**{
        f"text_{item}": "由开发建设局牵头，三个工作日内接通雨污管网。",
        f"due_{item}": str(day + timedelta(days=3)), "summary": "听取了情况，议定一项。",
    })  # fmt: skip
    centre.choose(f"unit_{item}", unit("开发建设局"))
    centre.send()
    assert centre.pages <= PAGES_AN_ORDER, (
        "from the meeting to the order put up: the form, and what it came to"
    )
    _id, order = matter_of(NEED, "orders.order")
    assert stage(order) == "signing"
    return order


def signed(people, house, order: str) -> None:
    """The leader signs on the phone: one tap opens what is to be signed, the next signs it."""
    leader = people("lingdao", "phone")
    leader.begin()
    leader.tap(f"#to-sign a.btn-primary[href='/orders/{order}/sign/']")
    leader.tap("#sign button.btn-primary")
    assert leader.taps <= TAPS_A_SIGNATURE
    assert stage(order) == "issued"
    house.work()


def answered(people, house, order: str) -> None:
    """The clerk signs for the order, and answers with evidence."""
    clerk = people("jianshe")
    clerk.open(order)
    clerk.primary()
    clerk.send("#moves-form")
    assert stage(order) == "received"
    clerk.primary()
    clerk.choose("closing", "solved")
    clerk.fill(reply="已接通雨污管网，通水试验合格。")
    clerk.attach("通水试验合格")
    clerk.send("#moves-form")
    assert stage(order) == "answered"
    house.work()


def recognised(people, house, order: str) -> None:
    """The centre checks, the supervision office recognises, the leader has read it, the centre signs off."""
    centre, watch, leader = people("zhongxin"), people("ducha"), people("lingdao", "phone")
    centre.open(order)
    centre.primary()
    centre.choose("method", "site")
    centre.send("#moves-form")
    for person, then in ((watch, "recognised"), (leader, "seen"), (centre, "closed")):
        person.open(order)
        person.primary()
        person.send("#moves-form")
        assert stage(order) == then
    house.work()


def confirmed(people, house, problem: str) -> None:
    """The problem is signed off; the enterprise confirms and rates with one tap."""
    centre, firm = people("zhongxin"), people("qiye", "phone")
    centre.open(problem)
    centre.primary()
    centre.send("#moves-form")
    assert stage(problem) == "closed"
    house.work()
    (contact,) = children(problem, "callbacks.contact")
    firm.page.goto(f"{firm.address}/enterprise/")
    firm.taps = 0
    firm.tap(f"form[action='/matters/{contact}/moves/rate/'] button[value=very]")
    assert firm.taps == 1
    assert stage(contact) == "rated"
    house.work()


def counted(people, problem: str, monday) -> None:
    """The score of the unit and the week's bulletin count it, and both open to it."""
    watch, centre = people("ducha"), people("zhongxin")
    watch.page.goto(f"{watch.address}/supervision/scores/new/")
    watch.fill(title="本周部门考核", since=str(monday), until=str(monday + timedelta(days=6)))
    watch.send()
    watch.tap("table a:has-text('开发建设局') >> nth=0")
    # What is rated is the contact, which is called by what it was about.
    for criterion, said in (("resolution", problem), ("satisfaction", NEED)):
        watch.tap(f"a[href*='criterion={criterion}']")
        watch.says(said)
    centre.page.goto(f"{centre.address}/supervision/bulletins/new/")
    centre.choose("kind", "week")
    centre.fill(day=str(monday))
    centre.send()
    centre.tap("a[href*='/cases/on_time/'] >> nth=0")
    centre.says(problem)


def audited(people, problem: str, order: str) -> None:
    """The auditor reads history and receipt, and can move nothing."""
    auditor = people("shenji")
    for code in (problem, order):
        auditor.page.goto(f"{auditor.address}/matters/{code}/")
        assert auditor.page.locator("#thread").count()
        assert auditor.page.locator(".moves .btn, main form:not([role=search])").count() == 0
        auditor.page.goto(f"{auditor.address}/matters/{code}/receipt/")
        assert auditor.page.locator("h1").count()
    matters = [matter_of(NEED, kind)[0] for kind in ("projects.problem", "orders.order", "meetings.item")]
    assert [differences(matter) for matter in matters] == [[], [], []]
    assert all(ledger.history(matter) for matter in matters)


def test_a_visit_is_one_form(park, people, house):
    """The officer notes a visit on the phone: ticks become contact, progress and problems."""
    house.at(next_working_monday(), 10)
    officer = people("zhuanyuan", "phone")
    ((project,),) = run(
        "SELECT subject FROM flow_matter WHERE kind = 'officers.visit' AND open AND holder_post ="
        " (SELECT p.id FROM identity_post p JOIN identity_user u ON u.id = p.user_id WHERE u.username = 'zhuanyuan')"
        " ORDER BY id LIMIT 1"
    )
    officer.page.goto(f"{officer.address}/officers/")
    officer.taps = officer.pages = 0
    officer.tap(f"a[href='/officers/projects/{project}/visit/'] >> nth=0")
    officer.fill(progress="主体结构封顶，设备基础施工。", needs_detail="缺焊工二十名")
    officer.choose("needs", "labour")
    officer.send()
    assert (officer.taps, officer.pages) == (2, 1 + FORMS_A_VISIT)
    house.work()
    found = run(
        "SELECT count(*) FILTER (WHERE kind = 'projects.problem' AND title LIKE '%%焊工%%'),"
        " count(*) FILTER (WHERE kind IN ('officers.visit', 'officers.contact') AND open AND stage = 'due')"
        " FROM flow_matter WHERE subject = %s",
        (project,),
    )
    assert found[0] == (1, 0)


def test_an_agency_case_with_its_mandate(park, people, house):
    """The enterprise applies; the agent does nothing for it before the mandate, then all of it."""
    monday = next_working_monday()
    house.at(monday, 9)
    firm, agent = people("qiye", "phone"), people("daiban", "phone")
    firm.page.goto(f"{firm.address}/agency/apply/")
    firm.fill(title="厂房扩建施工许可证代办")
    firm.choose("items", run("SELECT id FROM agency_item WHERE code = 'YS-03'")[0][0])
    firm.send()
    case, code = matter_of("厂房扩建施工许可证代办", "agency.case")
    agent.page.goto(f"{agent.address}/agency/day/")
    agent.tap(f"a[href='/matters/{code}/'] >> nth=0")
    agent.primary()
    agent.send("#moves-form")
    assert agent.page.locator("a[href$='/moves/submit/']").count() == 0
    agent.primary()
    until = monday + timedelta(days=90)
    agent.fill(valid_from=str(monday), valid_until=str(until), signed_by="吴厂长")
    agent.attach("企业盖章的委托书")
    agent.send("#moves-form")
    assert stage(code) == "preparing"
    agent.other("materials")
    for box in agent.page.locator("#moves-form [name=have]").all():
        box.check()
    agent.choose("signed", "client")
    agent.attach("企业自己签署的声明")
    agent.send("#moves-form")
    agent.primary()
    agent.fill(submitted_on=str(monday), expected=str(monday + timedelta(days=3)))
    agent.send("#moves-form")
    house.at(monday + timedelta(days=2), 9)
    agent.open(code)
    agent.primary()
    agent.choose("result", "granted")
    agent.choose("received_by", "client")
    agent.fill(decided_on=str(monday + timedelta(days=2)))
    agent.send("#moves-form")
    assert stage(code) == "done"
    assert differences(case) == []
    papers = [row[0] for row in run("SELECT kind FROM papers_paper WHERE about = %s ORDER BY id", (case,))]
    assert papers == ["agency.receipt", "agency.mandate", "agency.closing"]
