"""One matter by link, without a session: what is told, what may be done, what stays inside."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.kernel.factories import make_file
from tests.lines.projects.park import park

from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.identity.selectors.links import check_digit
from bihuan.kernel.identity.selectors.posts import FAILURES_ALLOWED
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.site.logs import struck

assert park
INSIDE = "内部讨论：先拖一拖"
NEED = {
    "title": "员工子女就学", "category": "other", "detail": "两名骨干的孩子要转学", "contact": "吴厂长",
    "phone": "13800138000",
}  # fmt: skip


@pytest.fixture
def need(park):
    """A need taken in by phone, assigned, with an inside note; and the code its caller was given."""
    subject = park.project(columns={"party": park.firm})
    data = {**NEED, "evidence": [make_file(park.officer)]}
    scope = scope_of(park.place)
    opened = flow.open(park.officer, "projects.problem", data, scope=scope, subject=subject, party=park.firm)
    flow.move(park.coordinator, opened.matter, "assign", {"unit": park.bureau, "note": INSIDE})
    flow.move(park.officer, opened.matter, "note", {"note": INSIDE})
    code = identity.issue_link(
        SYSTEM, opened.matter, party=park.firm, purpose="track", valid_until=now() + timedelta(days=30)
    )
    return opened.matter, f"/l/{code}/", code


def visitor() -> Client:
    return Client(headers={"accept-language": "en"})


def answered(park, matter):
    said = {
        "closing": "solved",
        "reply": "已协调到实验小学",
        "evidence": [make_file(park.department, matter)],
    }
    flow.move(park.department, matter, "answer", said)


def test_it_tells_what_who_and_by_when_and_no_more(park, need):
    matter, address, _code = need
    text = visitor().get(address).content.decode()
    for told in ("员工子女就学", "两名骨干的孩子要转学", "开发建设局", "Being handled", "2026"):
        assert told in text
    for kept in (INSIDE, "吴厂长", "13800138000", "说明.txt", "协调中心"):
        assert kept not in text
    answered(park, matter)
    assert "已协调到实验小学" not in visitor().get(address).content.decode(), "not verified yet"
    flow.move(park.officer, matter, "verify", {"method": "call", "note": INSIDE})
    text = visitor().get(address).content.decode()
    assert "已协调到实验小学" in text
    assert INSIDE not in text


def test_search_engines_list_the_door_and_no_matter(need):
    _matter, address, _code = need
    assert "noindex" in visitor().get(address).content.decode()
    door = visitor().get("/l/").content.decode()
    assert "noindex" not in door
    assert '<meta name="description"' in door


def test_a_move_by_link_is_a_move_of_its_own_kind(park, need):
    matter, address, code = need
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    page = browser.get(f"{address}{matter}/note/").content.decode()
    assert 'name="csrfmiddlewaretoken"' in page
    sent = {"note": "孩子读三年级", "key": "k1"}
    assert browser.post(f"{address}{matter}/note/", sent).status_code == 403, "without the form's token"
    sent["csrfmiddlewaretoken"] = browser.cookies["csrftoken"].value
    for _turn in range(2):
        answer = browser.post(f"{address}{matter}/note/", sent)
        assert (answer.status_code, answer.url) == (303, address)
    entries = run(
        "SELECT text FROM ledger_entry WHERE chain_id = %s AND move = 'note' ORDER BY seq", (matter,)
    )
    assert len(entries) == 2, "sent twice, done once"
    assert '"kind":"link"' in entries[1][0]
    assert f'"matter":{matter}' in entries[1][0]
    assert code not in entries[1][0]
    assert differences(matter) == []
    inside = (
        park.client(park.coordinator)
        .get(f"/matters/{selectors.matter(SYSTEM, matter).code}/")
        .content.decode()
    )
    assert "By link" in inside
    assert "孩子读三年级" in inside


def test_a_form_with_faults_keeps_what_was_typed(need):
    matter, address, _code = need
    answer = visitor().post(f"{address}{matter}/withdraw/", {"reason": "", "key": "k"})
    assert answer.status_code == 422


def test_it_opens_nothing_else(park, need):
    matter, address, _code = need
    other = flow.open(
        park.officer, "projects.problem", {**NEED, "title": "别的诉求"}, scope=scope_of(park.place)
    ).matter
    for move in ("note", "withdraw"):
        for target in (other, 10**9):
            assert (
                visitor().post(f"{address}{target}/{move}/", {"note": "x", "reason": "x"}).status_code == 404
            )
    for move in ("assign", "answer", "sign_off", "nonsense"):
        assert visitor().post(f"{address}{matter}/{move}/", {"note": "x"}).status_code == 404
    assert visitor().post(f"{address}{matter}/reopen/", {"reason": "x"}).status_code == 409, "too early"
    assert visitor().get("/matters/").status_code == 302


def test_staff_look_but_don_t_act(park, need):
    matter, address, _code = need
    officer = park.client(park.officer)
    text = officer.get(address).content.decode()
    assert "signed in as staff" in text
    assert f"{matter}/withdraw/" not in text
    assert officer.post(f"{address}{matter}/note/", {"note": "代填"}).status_code == 403
    assert f"{matter}/withdraw/" in park.client(park.enterprise).get(address).content.decode()


def test_wrong_codes_ask_again_and_end_unheard(park, need):
    _matter, address, code = need
    client = visitor()
    assert client.get("/l/").status_code == 200
    assert client.post("/l/", {"code": f"{code[:8]} {code[8:]}"}).url == address
    assert client.post("/l/", {"code": "1234"}).status_code == 422
    wrong = "000000000000001"
    for _n in range(FAILURES_ALLOWED):
        assert client.get(f"/l/{wrong}{check_digit(wrong)}/").status_code == 404
    assert client.get(address).status_code == 429
    assert "员工子女就学" not in client.get(address).content.decode()


def test_the_centre_gives_it_out_once_and_takes_it_back(park, need):
    matter, _address, _code = need
    code = selectors.matter(SYSTEM, matter).code
    centre, clerk = park.client(park.coordinator), park.client(park.department)
    assert clerk.get(f"/matters/{code}/links/").status_code == 403
    assert park.client(park.stranger).get(f"/matters/{code}/links/").status_code == 404
    sent = {"until": "2026-04-01", "key": "abc"}
    first, again = (centre.post(f"/matters/{code}/links/", sent).content.decode() for _turn in range(2))
    given = first.partition("http://testserver/l/")[2][:16]
    assert given.isdigit()
    assert given in again
    assert "<svg" in first
    assert visitor().get(f"/l/{given}/").status_code == 200
    assert centre.post(f"/matters/{code}/links/", {"until": "2030-01-01"}).status_code == 422
    link = run("SELECT max(id) FROM identity_link")[0][0]
    assert given not in centre.get(f"/matters/{code}/links/").content.decode()
    assert centre.get(f"/matters/{code}/links/{link}/revoke/").status_code == 200
    assert park.client(park.leader).post(f"/matters/{code}/links/{link}/revoke/").status_code == 403
    assert centre.post(f"/matters/{code}/links/{link}/revoke/").status_code == 303
    assert visitor().get(f"/l/{given}/").status_code == 404


def test_the_log_of_requests_keeps_no_code():
    assert struck("/l/1234567890123456/") == "/l/…/"
    assert (struck("/l/"), struck("/lists/")) == ("/l/", "/lists/")
