"""A need from an enterprise: raised, merged, mapped, answered, confirmed; accounts only by invitation."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.kernel.factories import make_file, make_org
from tests.lines.projects.park import park

from bihuan.kernel.callbacks import selectors as contacts
from bihuan.kernel.errors import BadInput, Conflict, FieldErrors, NotFound, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity import selectors as people
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.failures import TooManyTries
from bihuan.kernel.identity.selectors.posts import FAILURES_ALLOWED
from bihuan.kernel.jobs import run_due
from bihuan.kernel.now import now, travel
from bihuan.kernel.store.sql import run
from bihuan.lines.enterprise import actions, selectors

assert park
SCHOOL = {"title": "两名骨干的孩子要转学到园区小学", "class": "school"}
USCC = "91430300MA4L0000X0"


@pytest.fixture
def uscc():
    """A 统一社会信用代码 whose check digit is right."""
    from stdnum.cn import uscc as number

    return "91430300MA4L00001" + number.calc_check_digit("91430300MA4L00001")


def test_a_need_goes_its_way_and_is_rated_by_its_enterprise(park):
    made = actions.raise_need(park.enterprise, SCHOOL, key="k").matter
    assert actions.raise_need(park.enterprise, SCHOOL, key="k").matter == made
    flow.move(park.coordinator, made, "assign", {"unit": park.bureau})
    said = {"closing": "solved", "reply": "已协调学位", "evidence": [make_file(park.department, made)]}
    flow.move(park.department, made, "answer", said)
    flow.move(park.coordinator, made, "sign_off", {})
    run_due()
    contact = contacts.contact_of(made, 1)
    flow.move(
        park.enterprise, contact.id, "rate", {"grade": "basically", "unsolved": "on", "why": "只有一个学位"}
    )
    run_due()
    row = matters.matter(SYSTEM, made)
    assert (row.stage, row.holder_unit, row.episode) == ("handling", park.bureau, 2)
    assert differences(made) == []


def test_about_a_project_it_is_a_problem_of_that_project(park):
    project = park.project(columns={"party": park.firm}, name="智能液冷项目")
    theirs = park.project(name="别家项目")
    made = actions.raise_need(park.enterprise, {**SCHOOL, "class": "finance", "project": [project]}).matter
    row = matters.matter(SYSTEM, made)
    assert (row.kind, row.subject, row.value("category")) == ("projects.problem", project, "finance")
    with pytest.raises(FieldErrors):
        actions.raise_need(park.enterprise, {**SCHOOL, "project": [theirs]})


def test_the_same_need_from_three_channels_is_one_matter(park):
    firm, officer = park.client(park.enterprise), park.client(park.officer)
    assert firm.post("/enterprise/raise/", {**SCHOOL, "key": "a"}).status_code == 303
    call = {
        "party": park.firm,
        "channel": "phone",
        "title": "骨干孩子转学园区小学",
        "class": "school",
        "caller": "吴厂长",
    }
    shown = officer.post("/enterprise/take-in/", {**call, "key": "b"}).content.decode()
    (made,) = run("SELECT id, code FROM flow_matter WHERE kind = 'enterprise.need'")
    assert made[1] in shown
    assert "This may be the same need already" in shown
    for _turn in range(2):
        taken = officer.post(
            "/enterprise/take-in/", {**call, "key": "b", "same": str(made[0])}
        ).content.decode()
    assert "Look-up code" in taken
    firm.post("/enterprise/raise/", {**SCHOOL, "key": "c", "same": str(made[0])})
    row = matters.matter(SYSTEM, made[0])
    assert (row.value("heard"), row.seq) == (3, 3), "two more channels, each once"
    assert run("SELECT count(*) FROM flow_matter WHERE kind = 'enterprise.need'") == [(1,)]
    assert run("SELECT count(*) FROM identity_link") == [(1,)]
    officer.post("/enterprise/take-in/", {**call, "key": "d", "same": "0"})
    assert run("SELECT count(*) FROM flow_matter WHERE kind = 'enterprise.need'") == [(2,)]


def test_the_work_map_says_who_has_what_by_when(park):
    for title, days in (("急需数控操作工", 0), ("产权证未办下来", 3)):
        with travel(now() + timedelta(days=days)):
            made = actions.raise_need(park.enterprise, {"title": title, "class": "labour"}).matter
            flow.move(park.coordinator, made, "assign", {"unit": park.bureau})
    actions.raise_need(park.enterprise, SCHOOL)
    with travel(now() + timedelta(days=8)):
        rows = selectors.work_map(park.coordinator)
        assert {row.unit: {name: cell.count for name, cell in row.cells.items()} for row in rows} == {
            park.bureau: {"late": 1, "week": 1},
            0: {"none": 1},
        }
        assert selectors.classes(park.coordinator) == {"labour": 2, "school": 1}
        page = park.client(park.coordinator).get("/enterprise/board/").content.decode()
        assert "<svg" in page
        assert "急需数控操作工" in page
        assert "急需数控操作工" in park.client(park.enterprise).get("/enterprise/").content.decode()
    assert selectors.work_map(park.stranger) == []


def test_before_anybody_handles_it_the_limit_to_assign_is_the_one_that_shows(park):
    late = actions.raise_need(park.enterprise, SCHOOL, key="l").matter
    assigned = actions.raise_need(park.enterprise, {"title": "用工紧张", "class": "labour"}, key="a").matter
    flow.move(park.coordinator, assigned, "assign", {"unit": park.bureau})
    home = park.client(park.enterprise).get("/enterprise/").content.decode()
    assert "Time to assign" in home
    code = identity.issue_link(SYSTEM, late, party=park.firm, valid_until=now() + timedelta(days=30))
    assert "Wanted by" in Client(headers={"accept-language": "en"}).get(f"/l/{code}/").content.decode()
    with travel(now() + timedelta(days=7)):
        fresh = actions.raise_need(
            park.enterprise, {"title": "证照办理", "class": "certificate"}, key="f"
        ).matter
        page = park.client(park.coordinator).get("/").content.decode()
        mine = page[page.index('id="mine"') :]
        codes = {key: matters.matter(SYSTEM, key).code for key in (late, fresh)}
        assert mine.index(codes[late]) < mine.index(codes[fresh]), "what presses stands first"
        today = page[page.index('id="today"') : page.index('id="mine"')]
        assert "light-late" in today, "and is counted as overdue"


def test_another_enterprise_sees_nothing_of_it(park):
    made = actions.raise_need(park.enterprise, SCHOOL).matter
    other = park.person("enterprise", make_org("别家企业", "enterprise"))
    assert SCHOOL["title"] not in park.client(other).get("/enterprise/").content.decode()
    with pytest.raises(NotFound):
        actions.attach(other, made, {"title": "蹭一下"})
    assert park.client(park.officer).get("/enterprise/").status_code == 403
    assert park.client(park.enterprise).get("/enterprise/board/").status_code == 403
    assert Client().get("/enterprise/").status_code == 302


def test_the_home_page_holds_the_one_tap_form(park):
    made = actions.raise_need(park.enterprise, SCHOOL).matter
    flow.move(park.coordinator, made, "assign", {"unit": park.bureau})
    said = {"closing": "explained", "reply": "已说明政策"}
    flow.move(park.department, made, "answer", said)
    flow.move(park.coordinator, made, "sign_off", {})
    run_due()
    page = park.client(park.enterprise).get("/enterprise/").content.decode()
    assert 'value="very_unsatisfied"' in page


def test_an_account_needs_the_invitation_and_the_right_code(park, uscc):
    with pytest.raises(Refused):
        actions.invite(park.officer, {"uscc": uscc, "name": "云溪新材"}, "k")
    with pytest.raises(FieldErrors):
        actions.invite(park.coordinator, {"uscc": USCC, "name": "云溪新材"}, "k")
    code = actions.invite(park.coordinator, {"uscc": uscc, "name": "云溪新材"}, "k")
    assert actions.invite(park.coordinator, {"uscc": uscc, "name": "云溪新材"}, "k") == code
    form = {"code": code, "uscc": uscc, "person": "李新", "login": "lixin", "password": "long enough phrase"}
    visitor = Client(headers={"accept-language": "en"})
    assert visitor.get("/enterprise/join/").status_code == 200
    assert visitor.post("/enterprise/join/", {**form, "password": "short"}).status_code == 422
    assert visitor.post("/enterprise/join/", form).status_code == 303
    user = run("SELECT id FROM identity_user WHERE username = 'lixin'")[0][0]
    actor = people.actor_of(user)
    assert (actor.role, actor.party) == ("enterprise", people.unit_by_uscc(uscc).id)
    with pytest.raises(BadInput):
        actions.join({**form, "login": "second"}, "10.0.0.9")
    for _n in range(FAILURES_ALLOWED - 1):
        with pytest.raises(BadInput):
            actions.join({**form, "code": "0000 0000 0000 0000", "login": "x"}, "10.0.0.9")
    with pytest.raises(TooManyTries):
        actions.join({**form, "login": "x"}, "10.0.0.9")


def test_an_invitation_lapses(park, uscc):
    code = actions.invite(park.coordinator, {"uscc": uscc, "name": "云溪新材"}, "k")
    form = {"code": code, "uscc": uscc, "person": "李新", "login": "lixin", "password": "long enough phrase"}
    with travel(now() + timedelta(days=31)), pytest.raises(BadInput):
        actions.join(form, None)


# The API of the enterprise's own account, and who knows who rated --------------------------------------


def closed(park, key=""):
    """Have a need answered and signed off; return it and its contact."""
    made = actions.raise_need(park.enterprise, SCHOOL, key=key).matter
    flow.move(park.coordinator, made, "assign", {"unit": park.bureau})
    said = {"closing": "solved", "reply": "已协调学位", "evidence": [make_file(park.department, made)]}
    flow.move(park.department, made, "answer", said)
    flow.move(park.coordinator, made, "sign_off", {})
    run_due()
    return made, contacts.contact_of(made, 1)


def test_the_api_raises_and_reads_ones_own_needs_with_their_answers(park):
    firm = park.client(park.enterprise)
    sent = {"title": "缺焊工二十人", "need_class": "labour", "key": "a"}
    first = firm.post("/api/v1/enterprise/needs", sent, content_type="application/json").json()
    again = firm.post("/api/v1/enterprise/needs", sent, content_type="application/json").json()
    assert (again["code"], again["again"]) == (first["code"], True)
    made, contact = closed(park)
    rows = {row["code"]: row for row in firm.get("/api/v1/enterprise/needs").json()["rows"]}
    one = rows[matters.matter(SYSTEM, made).code]
    assert (one["answer"], one["unit"], one["contact"]) == ("已协调学位", "开发建设局", contact.code)
    assert firm.get(f"/api/v1/enterprise/needs/{one['code']}").json() == one
    wrong = firm.post(
        "/api/v1/enterprise/needs", {**sent, "key": "", "need_class": "x"}, content_type="application/json"
    )
    assert wrong.status_code == 422
    other = park.client(park.person("enterprise", make_org("别家", "enterprise", division=park.place)))
    assert other.get("/api/v1/enterprise/needs").json()["rows"] == []
    assert other.get(f"/api/v1/enterprise/needs/{one['code']}").status_code == 404
    assert park.client(park.coordinator).get("/api/v1/enterprise/needs").status_code == 403
    assert Client().get("/api/v1/enterprise/needs").status_code == 401


def test_who_rated_is_known_only_to_the_desk_that_calls_back(park):
    _made, contact = closed(park)
    flow.move(park.enterprise, contact.id, "rate", {"grade": "unsatisfied", "why": "太慢"})
    assert matters.matter(park.coordinator, contact.id)
    assert matters.matter(park.enterprise, contact.id)
    for who in (park.leader, park.officer, park.department):
        with pytest.raises(NotFound):
            matters.matter(who, contact.id)
        assert park.client(who).get(f"/matters/{contact.code}/").status_code == 404
    assert park.client(park.leader).get("/callbacks/").status_code == 200
    (reason,), _more = contacts.reasons(park.department)
    assert reason.why == "太慢"
    assert not hasattr(reason, "party")


def test_a_flood_of_ratings_counts_once(park):
    """The same key is the same rating, another one comes too late; nothing is counted or called back twice."""
    made, contact = closed(park)
    said = {"grade": "unsatisfied", "why": "太慢"}
    flow.move(park.enterprise, contact.id, "rate", said, key="one")
    late = 0
    for n in range(30):
        try:
            again = flow.move(park.enterprise, contact.id, "rate", {**said, "grade": "very"}, key=f"k{n}")
            assert again.again
        except (BadInput, Conflict, Refused):
            late += 1
    assert late == 30
    assert flow.move(park.enterprise, contact.id, "rate", said, key="one").again
    run_due()
    run_due()
    sql = "SELECT kind, count(*) FROM flow_matter WHERE kind LIKE 'callbacks.%%' GROUP BY 1 ORDER BY 1"
    assert dict(run(sql)) == {"callbacks.contact": 1, "callbacks.recall": 1}
    answers = "SELECT count(*) FROM ledger_entry WHERE chain_id = %s AND move = 'rate'"
    assert run(answers, (contact.id,)) == [(1,)]
    assert matters.matter(SYSTEM, contact.id).value("grade") == "unsatisfied"
    assert made


def test_classes_count_problems_of_projects_too(park):
    project = park.project(columns={"party": park.firm}, name="智能液冷项目")
    actions.raise_need(park.enterprise, {**SCHOOL, "title": "缺钱", "class": "finance", "project": [project]})
    actions.raise_need(park.enterprise, {**SCHOOL, "title": "缺焊工", "class": "labour"})
    assert selectors.classes(park.coordinator) == {"finance": 1, "labour": 1}


def test_a_need_that_becomes_a_problem_keeps_its_class(park):
    project = park.project(columns={"party": park.firm}, name="智能液冷项目")
    for title, about in (("孩子转学", "school"), ("设备补贴未到账", "payment"), ("高压电未接", "utilities")):
        made = actions.raise_need(
            park.enterprise, {"title": title, "class": about, "project": [project]}
        ).matter
        assert row_of(made).value("need") == about
    kind = row_of(made).value("category")
    assert kind == "utilities"
    assert selectors.classes(park.coordinator) == {"school": 1, "payment": 1, "utilities": 1}, (
        "no longer lost"
    )
    page = park.client(park.coordinator).get(f"/matters/{row_of(made).code}/").content.decode()
    assert "Class of need" in page
    assert "Water, power, roads, gas and telecoms" in page
    old = {"title": "没有类别的老问题", "category": "policy"}
    flow.open(park.coordinator, "projects.problem", old, scope=people.scope_of(park.place), subject=project)
    assert selectors.classes(park.coordinator)["declare"] == 1, "by its kind"


def row_of(key):
    return matters.matter(SYSTEM, key)
