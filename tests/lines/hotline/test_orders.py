"""A caller's matter from the call to the archive: one order, hidden where asked, refused where it must be."""

from datetime import timedelta

import pytest
from tests.lines.hotline.district import CALL, MONDAY, district, later

from bihuan.kernel.callbacks import selectors as contacts
from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.jobs import run_due
from bihuan.kernel.now import local, now, travel
from bihuan.kernel.permits.rules import Branch
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline import actions, selectors
from bihuan.lines.hotline.callers import actions as callers
from bihuan.lines.hotline.callers import selectors as known
from bihuan.lines.hotline.suggesting.selectors import suggest

assert district
ANSWER = {
    "contacted": "yes", "contacted_at": "2026-03-02 09:00", "solved": "solved", "reply": "已更换水管，三小时内完成。",
}  # fmt: skip


def walk(district, matter, unit=0):
    """Dispatch, sign for and answer an order."""
    flow.move(
        district.operator, matter, "dispatch", {"unit": unit or district.water, "about": [district.leaks]}
    )
    run_due()
    flow.move(district.fixer, matter, "sign", {})
    return flow.move(district.fixer, matter, "answer", ANSWER)


def test_a_call_becomes_one_order_in_its_grid(district):
    first = actions.take(district.operator, CALL, "k")
    assert actions.take(district.operator, CALL, "k").matter == first.matter
    row = district.row(first.matter)
    assert (row.stage, row.grid, row.holder_role) == ("registered", district.grid_place, "operator")
    assert row.title == CALL["title"]
    assert local(row.due).date() == (MONDAY + timedelta(days=7)).date(), "the general limit of the scheme"
    assert run("SELECT count(*) FROM hotline_caller") == [(1,)]
    assert "13812345678" not in str(run("SELECT text FROM ledger_entry WHERE chain_id = %s", (first.matter,)))


def test_the_walk_from_console_to_archive(district):
    matter = district.call()
    walk(district, matter)
    part = selectors.owed([matter])[matter][0]
    assert part.unit == district.station, "the grid was told at the same time"
    assert district.row(matter).clock == "paused", "the lead's answer stops the caller's clock"
    flow.move(district.operator, matter, "close", {})
    run_due()
    actions.archive()
    assert district.row(matter).stage == "closed", "the archive waits for the grid"
    flow.move(district.head, part.id, "answer", {"reply": "已上门核实"})
    contact = contacts.contact_of(matter, 1)
    called = {"grade": "satisfied", "contacted": "yes", "spoke": "王小平", "called": "2026-03-02 16:00"}
    flow.move(district.coordinator, contact.id, "phone", called)
    run_due()
    with travel(now() + 2 * actions.LATELY):
        assert actions.archive() == 0, "a round looks at what was closed lately"
        assert actions.archive(everything=True) == 1, "the night's at all"
    row = district.row(matter)
    assert (row.stage, row.value("satisfaction")) == ("archived", "yes")
    assert differences(matter) == []


def test_the_caller_is_hidden_from_the_unit_complained_of(district):
    matter = district.call(type="complain", secrecy="open", against=district.police)
    with pytest.raises(BadInput):
        flow.move(district.operator, matter, "dispatch", {"unit": district.police})
    flow.move(district.operator, matter, "dispatch", {"unit": district.water})
    row = district.row(matter)
    assert (
        known.known(district.fixer, row).phone == "+86138****5678" or known.known(district.fixer, row).phone
    )
    assert callers.reveal(district.fixer, matter, "回电").name == "王小平"
    readings = run("SELECT count(*) FROM content_reading WHERE why LIKE %s", (f"%{row.code}%",))
    assert readings[0][0] >= 1, "the reading is written down"

    hidden = district.call(type="complain", secrecy="confidential")
    flow.move(district.operator, hidden, "dispatch", {"unit": district.water})
    assert known.known(district.fixer, district.row(hidden)).hidden
    with pytest.raises(NotFound):
        callers.reveal(district.fixer, hidden, "想知道是谁")
    assert callers.reveal(district.operator, hidden, "回访").name == "王小平"
    nobody = district.call(secrecy="anonymous")
    assert known.known(district.operator, district.row(nobody)).phone == ""


def test_a_report_is_read_by_few(district):
    matter = district.call(type="report", against=district.police)
    code = district.row(matter).code
    for somebody in (district.leader, district.head, district.officer, district.stranger):
        with pytest.raises(NotFound):
            matters.matter(somebody, code)
        for named in (matter, code):
            with pytest.raises(NotFound):
                flow.move(somebody, named, "note", {"note": "知道了"})
        assert [row.id for row in selectors.queue(somebody)[0]] == []
    assert matters.matter(district.operator, code).id == matter
    flow.move(district.operator, matter, "dispatch", {"unit": district.water})
    run_due()
    assert matters.matter(district.fixer, code).id == matter
    assert selectors.owed([matter]) == {}, "the neighbourhood is not told"
    assert known.known(district.fixer, district.row(matter)).hidden, (
        "a report is confidential unless said otherwise"
    )


def test_an_answer_at_once_from_the_knowledge_base(district):
    source = district.answer()
    matter = district.call(title="公积金怎么提取", type="consult")
    flow.move(district.operator, matter, "direct", {"source": [source], "reply": "带身份证到窗口办理。"})
    assert district.row(matter).stage == "closed"
    old = district.answer("旧口径", review_on="2026-01-01", expires_on="2026-02-01")
    other = district.call(title="旧事项", type="consult")
    with pytest.raises(BadInput):
        flow.move(district.operator, other, "direct", {"source": [old], "reply": "按旧口径"})
    flow.move(district.operator, matter, "ask_again", {"reason": "窗口说不行"})
    assert district.row(matter).stage == "registered", "what the desk answered comes back to the desk"


def test_what_cannot_be_accepted_is_told_where_to_go(district):
    rule = district.refusal()
    matter = district.call(title="邻居家着火了")
    with pytest.raises(BadInput):
        flow.move(district.operator, matter, "refuse", {"rule": [rule + 1], "reply": "—"})
    flow.move(district.operator, matter, "refuse", {"rule": [rule], "reply": "请立即拨打119。"})
    assert district.row(matter).stage == "refused"


def test_numbers_of_people_in_the_text_are_masked(district):
    matter = district.call(
        detail="我是430302199001011234，电话138 1234 5678，座机0731-88881234，金额13812345"
    )
    shown = dict(run("SELECT field, cls FROM content_value WHERE chain_id = %s", (matter,)))
    from bihuan.kernel.content.selectors import open_values

    texts = {ref.field: value.text for ref, value in open_values(matter).items()}
    assert "430***********1234" in texts["detail"]
    assert "138 1234 5678" not in texts["detail"]
    assert "金额13812345" in texts["detail"]
    assert shown["original"] == "sensitive"


def test_the_desk_is_advised_and_ruled_by_the_catalogue(district):
    from bihuan.kernel.identity.selectors import scope_of

    (first, *_rest) = suggest("我家水管渗水", scope_of(district.grid_place))
    assert (first.duty, first.unit, first.reasons) == (district.leaks, district.water, ("渗水", "水管"))
    assert suggest("", scope_of(district.grid_place)) == []
    assert suggest("😀", scope_of(district.grid_place)) == []


def test_a_model_advises_only_where_it_is_sure_and_only_what_stands(district, settings, tmp_path):
    pytest.importorskip("sklearn")
    from bihuan.kernel.identity.selectors import scope_of
    from bihuan.lines.hotline.learning import keeping
    from bihuan.lines.hotline.learning.advising import advise
    from bihuan.logic.messages import training

    words = {"漏水渗水": ("水管", "渗水", "管网", "阀门"), "噪音": ("噪音", "扬尘", "夜间", "施工")}
    marks = [chr(0x6000 + n) * 2 for n in range(41)]
    said = [
        (" ".join((own[n % 4], own[(n + 1) % 4], marks[n], marks[40 - n])), name)
        for name, own in words.items()
        for n in range(40)
    ]
    made = training.train([text for text, _name in said], [name for _text, name in said], "2026-01-05")
    settings.BIHUAN_HOTLINE_MODEL = str(tmp_path / "model")
    keeping.keep(made.model, tmp_path / "model")
    sure = "水管 渗水 管网 阀门"
    (first, *_rest) = advise(sure, ["漏水渗水", "噪音"])
    assert first[0] == "漏水渗水"
    assert 0.5 < first[1] <= 1
    assert set(first[2]) <= set(sure.split())
    assert advise(sure, ["噪音"]) == [], "a class that left the catalogue is not named"
    assert advise("你好", ["漏水渗水", "噪音"]) == [], "it knows nothing of this"
    (tmp_path / "model").write_bytes(b"PK nothing")
    assert advise(sure, ["漏水渗水", "噪音"]) == []
    assert suggest("我家水管渗水", scope_of(district.grid_place)), "the catalogue's words still advise"


def test_twins_are_hinted_and_history_found(district):
    matter = district.call()
    assert [one.row.id for one in selectors.twins(district.operator, "白沙花园3栋水管又渗水了")] == [matter]
    assert selectors.twins(district.stranger, "白沙花园3栋水管又渗水了") == []
    assert [row.id for row in known.before(district.operator, "138-1234-5678")] == [matter]
    assert known.before(district.stranger, "13812345678") == []
    assert known.before(district.operator, "not a phone") == []


def test_limits_follow_the_scheme_and_the_city(district):
    from bihuan.lines.hotline.duties.actions import choose

    choose(SYSTEM, "kinds", "区热线办法")
    run("UPDATE hotline_scheme SET division = %s", (district.place,))
    consult = district.row(district.call(type="consult"))
    assert local(consult.due).date().isoformat() == "2026-03-05", "three working days"
    urgent = district.row(district.call(tier="hotline.urgent"))
    assert urgent.due == later(2)
    city = actions.take(district.operator, CALL, city_due="2026-03-04", city_no="CS-1").matter
    assert local(district.row(city).due).date().isoformat() == "2026-03-04", "the city's day comes first"


def test_an_answer_is_whole(district):
    matter = district.call()
    flow.move(district.operator, matter, "dispatch", {"unit": district.water})
    flow.move(district.fixer, matter, "sign", {})
    for wrong in (
        {**ANSWER, "contacted_at": ""},
        {**ANSWER, "solved": "no"},
        {**ANSWER, "contacted_at": "2027-01-01 10:00"},
    ):
        with pytest.raises(BadInput):
            flow.move(district.fixer, matter, "answer", {k: v for k, v in wrong.items() if v})
    flow.move(district.fixer, matter, "answer", {**ANSWER, "solved": "no", "why_not": "conditions"})
    with pytest.raises((Conflict, Refused)):
        flow.move(district.fixer, matter, "close", {})


def test_not_solved_goes_back_to_the_unit_and_twice_to_the_centre(district):
    matter = district.call()
    walk(district, matter)
    for turn in (1, 2):
        flow.move(district.operator, matter, "close", {})
        with pytest.raises(BadInput):
            flow.move(district.operator, matter, "take_up", {"reason": "—"})
        flow.move(district.operator, matter, "reopen", {"reason": "还在漏"})
        assert (district.row(matter).holder_unit, district.row(matter).episode) == (district.water, turn + 1)
        flow.move(district.fixer, matter, "answer", ANSWER)
    flow.move(district.operator, matter, "close", {})
    with pytest.raises(BadInput):
        flow.move(district.operator, matter, "reopen", {"reason": "还在漏"})
    flow.move(district.operator, matter, "take_up", {"reason": "还在漏"})
    assert district.row(matter).holder_role == "coordinator"


def test_the_rates_say_what_they_count(district, travel):
    solved, silent, anonymous = (
        district.call(),
        district.call(phone="13900000001"),
        district.call(secrecy="anonymous"),
    )
    walk(district, solved)
    flow.move(district.operator, silent, "dispatch", {"unit": district.water})
    flow.move(district.operator, anonymous, "dispatch", {"unit": district.water})
    flow.move(district.fixer, anonymous, "sign", {})
    nobody = {"contacted": "hidden", "solved": "solved", "reply": "已修复"}
    flow.move(district.fixer, anonymous, "answer", nobody)
    flow.move(district.operator, solved, "close", {})
    run_due()
    contact = contacts.contact_of(solved, 1)
    called = {"grade": "unsatisfied", "spoke": "王小平", "called": "2026-03-02 09:00"}
    flow.move(district.coordinator, contact.id, "phone", called)
    run_due()

    def told(name):
        (value,) = figures.value(name, [Branch("county", district.place)])
        return value.numerator, value.denominator

    assert told("hotline.response") == (1, 1)
    with travel(later(60)):
        assert actions.note_uncontacted() == 1
        assert actions.note_uncontacted() == 0
        assert told("hotline.response") == (1, 2), (
            "not contacted in time counts, the anonymous one is left out"
        )
        assert told("hotline.solved") == (1, 1)
        assert told("hotline.satisfied") == (0, 1)
        assert told("hotline.sign_off") == (1, 3)
        by_class = figures.value(
            "hotline.sign_off", [Branch("county", district.place)], group_by="data.class"
        )
        assert {(str(value.group), value.denominator) for value in by_class} == {
            (str(district.leaks), 1),
            ("None", 2),
        }
