"""A case from application to its end; without a mandate nobody acts, and what is missing is asked for once."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors, Refused
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.now import LOCAL
from bihuan.kernel.store.sql import run
from bihuan.lines.agency import actions, selectors
from bihuan.lines.agency.contracts import State
from bihuan.lines.agency.forms import ALL as FORMS
from bihuan.lines.agency.registers import ITEM_FIELDS


def states(matter):
    return [one.state for one in selectors.materials(matter)]


def test_a_case_walks_to_its_end(office):
    matter = office.submitted()
    office.move(
        matter,
        "finish",
        result="granted",
        decided_on="2026-03-02",
        licence="430300202603020101",
        received_by="agent",
    )
    row = office.row(matter)
    assert (row.stage, row.open) == ("done", False)
    assert selectors.mandates(matter)[0].ended == date(2026, 3, 2)
    assert differences(matter) == []


def test_no_form_knows_money():
    names = [field.name for form in FORMS for field in form.fields] + [column.name for column in ITEM_FIELDS]
    assert not [name for name in names if "fee" in name or "price" in name or "money" in name]
    assert not [field for form in FORMS for field in form.fields if field.kind == "money_wan"]


def test_a_preset_brings_its_items_and_what_two_ask_for_is_asked_for_once(office):
    matter = actions.apply(
        office.agent, {"title": "竣工即发证", "preset": [office.preset]}, project=office.about
    ).matter
    assert selectors.item_ids(office.row(matter)) == [office.permit, office.scheme]
    names = [one.name for one in selectors.materials(matter)]
    assert names == ["施工许可申请表", "施工合同", "资金承诺书", "图审合格书", "设计方案"]


def test_items_outside_the_catalogue_are_refused(office):
    for data in ({}, {"items": [987654]}):
        with pytest.raises(BadInput, match="catalogue"):
            actions.apply(office.agent, {"title": "随便办", **data})


# The mandate -----------------------------------------------------------------------------------------------


def test_nothing_is_done_without_a_mandate(office):
    matter = office.apply()
    office.move(matter, "accept")
    with pytest.raises(Conflict):  # the stage alone forbids it
        office.move(matter, "submit", submitted_on="2026-03-02", expected="2026-03-05")
    run("UPDATE flow_matter SET stage = 'preparing' WHERE id = %s", (matter,))
    for name, data in (
        ("materials", {"have": [1]}),
        ("notice", {"materials": [1, 2, 3, 4]}),
        ("prereview", {"authorities": [office.planning]}),
        ("owe", {"owed": [2], "due": "2026-04-01", "consequence": "撤销", "evidence": office.file()}),
    ):
        with pytest.raises(BadInput, match="no mandate yet"):
            office.move(matter, name, **data)


def test_a_mandate_that_lapses_stops_the_agent_until_it_is_renewed(office, travel):
    matter = office.ready()
    with travel(date(2026, 7, 1)):
        with pytest.raises(BadInput, match="lapsed on 2026-06-30"):
            office.move(matter, "submit", submitted_on="2026-07-01", expected="2026-07-05")
        office.mandate(matter, "2026-07-01", "2026-09-30", "renew")
        office.move(matter, "submit", submitted_on="2026-07-01", expected="2026-07-06")
    first, second = reversed(selectors.mandates(matter))
    assert (first.ended, second.renews) == (date(2026, 7, 1), True)


def test_a_mandate_can_be_revoked_by_the_client(office):
    matter = office.ready()
    office.move(matter, "revoke", office.enterprise, reason="改由本企业自行办理")
    with pytest.raises(BadInput, match="revoked"):
        office.move(matter, "submit", submitted_on="2026-03-02", expected="2026-03-05")
    with pytest.raises(BadInput, match="No mandate is in force"):
        office.move(matter, "revoke", reason="再次撤销")


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [("2026-05-01", "2026-04-01", "ends before it begins"), ("2026-01-01", "2026-02-01", "lapsed already")],
)
def test_a_mandate_that_cannot_be(office, since, until, words):
    matter = office.apply()
    office.move(matter, "accept")
    with pytest.raises(BadInput, match=words):
        office.mandate(matter, since, until)


def test_a_mandate_needs_its_signed_paper_and_only_covers_what_it_names(office):
    matter = office.apply(office.permit, office.scheme)
    office.move(matter, "accept")
    with pytest.raises(FieldErrors):
        office.move(matter, "mandate", valid_from="2026-03-02", valid_until="2026-04-02", signed_by="吴厂长")
    with pytest.raises(BadInput, match="not part of this case"):
        office.mandate(matter, scope=[1])
    office.mandate(matter, scope=[office.permit])
    office.move(matter, "materials", have=[1])
    with pytest.raises(BadInput, match="does not cover: 建设工程规划许可证核发"):
        office.move(matter, "materials", have=[5])
    with pytest.raises(BadInput, match="does not cover"):
        office.move(matter, "prereview", authorities=[office.planning])


def test_the_database_holds_one_mandate_in_force(office):
    matter = office.preparing()
    with pytest.raises(IntegrityError), transaction.atomic():
        run(
            """INSERT INTO agency_mandate (matter_id, entry, items, since, until, renews, revoked)
               VALUES (%s, 9, '[]', '2026-03-02', '2026-04-02', false, false)""",
            (matter,),
        )


def test_the_agent_cannot_sign_for_the_client(office):
    matter = office.preparing()
    with pytest.raises(BadInput, match="can't sign for the client: 资金承诺书"):
        office.move(matter, "materials", have=[3], signed="agent", evidence=office.file())
    with pytest.raises(BadInput, match="Please attach"):
        office.move(matter, "materials", have=[3], signed="client")
    office.move(matter, "materials", have=[3], signed="client", evidence=office.file())
    assert states(matter) == ["missing", "missing", "have", "missing"]


# Materials ---------------------------------------------------------------------------------------------------


def test_nothing_missing_is_submitted(office):
    matter = office.preparing()
    office.move(matter, "materials", have=[1, 2], waived=[4])
    with pytest.raises(BadInput, match="Still missing: 资金承诺书"):
        office.move(matter, "submit", submitted_on="2026-03-02", expected="2026-03-05")


def test_a_material_has_one_state(office):
    matter = office.preparing()
    with pytest.raises(BadInput, match="two states"):
        office.move(matter, "materials", have=[1], missing=[1])
    with pytest.raises(BadInput, match="no material with the number 9"):
        office.move(matter, "materials", have=[9])


def test_what_is_missing_is_asked_for_once_and_completely(office):
    matter = office.preparing()
    with pytest.raises(BadInput, match="Also missing: 图审合格书"):
        office.move(matter, "notice", materials=[1, 2, 3])
    with pytest.raises(BadInput, match="no fault can be recorded"):
        office.move(matter, "notice", materials=[1, 2, 3, 4], again="新要求", fault="authority")
    office.move(matter, "notice", materials=[1, 2, 3, 4], until="2026-03-06")
    with pytest.raises(BadInput, match="Once more needs a new reason"):
        office.move(matter, "notice", materials=[1, 2, 3, 4])
    with pytest.raises(BadInput, match="Once more needs a new reason"):
        office.move(matter, "notice", materials=[1, 2, 3, 4], again="忘了")
    office.move(
        matter,
        "notice",
        materials=[1, 2, 3, 4],
        again="窗口新提出",
        fault="authority",
        fault_unit=office.bureau,
    )
    (fault,) = selectors.faults(office.agent)
    assert (fault.side, fault.unit, fault.count) == ("authority", office.bureau, 1)
    assert selectors.faults(office.stranger) == []
    assert differences(matter) == []


def test_the_database_holds_one_first_notice(office):
    matter = office.preparing()
    office.move(matter, "notice", materials=[1, 2, 3, 4])
    with pytest.raises(IntegrityError), transaction.atomic():
        run(
            """INSERT INTO agency_notice (matter_id, number, at, materials, again, fault, unit)
               VALUES (%s, 2, now(), '[]', false, '', 0)""",
            (matter,),
        )


# Handed in later ------------------------------------------------------------------------------------------------


def owe(office, matter, number=2, due="2026-03-16"):
    data = {"owed": [number], "due": due, "consequence": "撤销容缺受理决定", "evidence": office.file()}
    office.move(matter, "owe", **data)
    return selectors.materials(matter)[number - 1].owed


def test_what_is_owed_has_a_clock_of_its_own(office):
    matter = office.preparing()
    owed = owe(office, matter)
    assert states(matter)[1] == "owed"
    assert selectors.named(office.row(owed))["owed"][2] == "施工合同", "told by its name, not by its number"
    assert (
        office.row(owed).due == datetime(2026, 3, 17, tzinfo=LOCAL) or office.row(owed).due.date().day == 16
    )
    with pytest.raises(BadInput, match="has its own matter"):
        office.move(matter, "materials", have=[2])
    office.move(owed, "deliver", evidence=office.file())
    assert states(matter)[1] == "have"


def test_only_what_the_catalogue_allows_comes_later(office):
    matter = office.preparing()
    with pytest.raises(BadInput, match="does not allow this to be handed in later: 施工许可申请表"):
        owe(office, matter, 1)
    with pytest.raises(BadInput, match="still to come"):
        owe(office, matter, 2, "2026-03-02")


def test_what_is_owed_and_overdue_becomes_a_matter_for_supervision(office, travel):
    matter = office.preparing()
    owed = owe(office, matter)
    assert actions.lapse_owed() == 0
    with travel(date(2026, 3, 18)):
        assert actions.lapse_owed() == 1
        assert actions.lapse_owed() == 0
        assert office.row(owed).stage == "lapsed"
        (breach,) = selectors.children(owed, "agency.breach")
        assert breach.holder_role == "supervisor"
        assert breach.id in {row.id for row in flow.held(office.supervisor)}
        said = {"outcome": "ordered", "side": "enterprise", "reply": "责令 5 日内补齐"}
        office.move(breach.id, "settle", office.supervisor, **said)
    assert office.row(breach.id).stage == "settled"


# Joint pre-review ----------------------------------------------------------------------------------------------


def test_each_authority_is_asked_with_its_own_clock_and_one_opinion_comes_out(office, travel):
    matter = office.preparing(office.permit, office.scheme)
    office.move(matter, "prereview", authorities=[office.bureau, office.planning])
    one, two = selectors.children(matter, selectors.OPINION)
    assert {one.lead_unit, two.lead_unit} == {office.bureau, office.planning}
    assert one.due is not None
    office.move(one.id, "give", office.department, verdict="change", opinion="补充消防通道")
    with pytest.raises(BadInput, match="1 opinions are still awaited"):
        office.move(matter, "conclude", verdict="change", summary="按意见修改")
    with travel(date(2026, 3, 10)):
        office.move(matter, "conclude", verdict="change", summary="按建设局意见修改；自然资源分局未按时答复")
    assert [office.row(key.id).stage for key in (one, two)] == ["given", "silent"]
    assert office.row(matter).value("silent") == 1


def test_the_sum_cannot_say_otherwise_than_an_authority_that_refuses(office):
    matter = office.preparing()
    office.move(matter, "prereview", authorities=[office.bureau])
    (one,) = selectors.children(matter, selectors.OPINION)
    with pytest.raises(Refused):
        office.move(one.id, "give", office.agent, verdict="agree", opinion="代答")
    office.move(one.id, "give", office.department, verdict="refuse", opinion="用地性质不符")
    with pytest.raises(BadInput, match="can't say otherwise"):
        office.move(matter, "conclude", verdict="agree", summary="都同意")
    office.move(matter, "conclude", verdict="refuse", summary="用地性质不符，建议另行选址")


# At the authority ------------------------------------------------------------------------------------------------


def test_corrections_stop_the_authoritys_clock_and_run_the_agents(office):
    matter = office.submitted()
    clocks = {
        row[0]: row[1] for row in run("SELECT name, state FROM clock_clock WHERE matter_id = %s", (matter,))
    }
    assert (clocks["case"], clocks["decide"]) == ("paused", "running")
    office.move(matter, "correct", cause="supplement", what="补充施工合同", evidence=office.file())
    clocks = {
        row[0]: row[1] for row in run("SELECT name, state FROM clock_clock WHERE matter_id = %s", (matter,))
    }
    assert (clocks["case"], clocks["decide"]) == ("running", "paused")
    office.move(matter, "resubmit")
    assert office.row(matter).stage == "submitted"


@pytest.mark.parametrize(
    ("day", "words"), [("2026-03-03", "still to come"), ("2026-02-27", "before the client applied")]
)
def test_a_day_of_acceptance_that_cannot_be(office, day, words):
    matter = office.ready()
    with pytest.raises(BadInput, match=words):
        office.move(matter, "submit", submitted_on=day, expected="2026-03-20")


def test_a_suspended_case_goes_on_where_it_stood(office):
    matter = office.submitted()
    office.move(matter, "suspend", cause="enterprise", reason="企业调整方案", evidence=office.file())
    with pytest.raises(BadInput, match="go on there"):
        office.move(matter, "resume")
    office.move(matter, "resume_submitted")
    assert office.row(matter).stage == "submitted"


def test_a_suspended_case_needs_a_mandate_in_force_to_go_on(office, travel):
    matter = office.preparing()
    office.move(matter, "suspend", cause="enterprise", reason="企业调整方案", evidence=office.file())
    with travel(date(2026, 7, 2)):
        with pytest.raises(BadInput, match="have it renewed first"):
            office.move(matter, "resume")
        office.mandate(matter, "2026-07-02", "2026-12-31", "renew")
        office.move(matter, "resume")
    assert office.row(matter).stage == "preparing"


def test_the_result_is_received_by_the_agent_only_with_a_mandate(office, travel):
    matter = office.submitted()
    with travel(date(2026, 7, 2)):
        said = {"result": "granted", "decided_on": "2026-07-01"}
        with pytest.raises(BadInput, match="lapsed"):
            office.move(matter, "finish", received_by="agent", **said)
        office.move(matter, "finish", received_by="client", **said)


def test_guidance_is_recorded_and_closed_at_once(office):
    data = {
        "title": "咨询施工许可材料",
        "answer": "一次告知材料清单",
        "source": "phone",
        "items": [office.permit],
    }
    receipt = actions.guide(office.agent, data, key="g1")
    assert actions.guide(office.agent, data, key="g1").matter == receipt.matter
    row = office.row(receipt.matter)
    assert (row.stage, row.open) == ("given", False)
    assert differences(receipt.matter) == []


def test_the_board_counts_what_each_agent_has(office):
    office.preparing()
    office.submitted()
    office.apply()
    rows = {row.post: row for row in selectors.board(office.coordinator)}
    mine = rows[office.agent.post]
    assert (mine.cases, mine.submitted, rows[0].cases) == (2, 1, 1)
    assert selectors.board(office.stranger) == []
    assert selectors.mandate_lapses(office.agent, date(2026, 6, 30)) != []


def test_a_stranger_sees_nothing(office):
    matter = office.apply()
    with pytest.raises(Exception, match="no such matter"):
        office.move(matter, "accept", office.stranger)
    assert State.HAVE == "have"


# Papers ------------------------------------------------------------------------------------------------------


def kinds_of(matter):
    return [(one.kind, one.state, bool(one.number)) for one in selectors.papers_of(matter)]


def test_each_step_issues_its_numbered_paper(office):
    matter = office.apply()
    office.move(matter, "accept")
    assert kinds_of(matter) == [("agency.receipt", "signed", True), ("agency.mandate", "draft", False)]
    office.mandate(matter)
    assert kinds_of(matter)[1] == ("agency.mandate", "signed", True)
    office.move(matter, "suspend", cause="enterprise", reason="企业调整方案", evidence=office.file())
    office.mandate(matter, "2026-03-02", "2026-12-31", "renew")
    office.move(matter, "end", reason="企业自行办理")
    named = [kind for kind, state, numbered in kinds_of(matter) if state == "signed" and numbered]
    five = ("receipt", "mandate", "suspension", "renewal", "closing")
    assert named == [f"agency.{kind}" for kind in five]
    assert differences(matter) == []


def test_what_the_client_does_himself_waits_for_an_agent_to_number_it(office):
    matter = office.preparing()
    file = office.file(office.enterprise)
    office.move(matter, "suspend", office.enterprise, cause="enterprise", reason="暂缓", evidence=file)
    assert kinds_of(matter)[-1] == ("agency.suspension", "draft", False)


def test_the_client_is_asked_for_a_rating_when_it_is_finished(office):
    from bihuan.kernel.jobs import run_due

    matter = office.submitted()
    office.move(matter, "finish", result="granted", decided_on="2026-03-02", received_by="client")
    run_due()
    rows = run("SELECT kind FROM flow_matter WHERE parent = %s AND party = %s", (matter, office.firm))
    assert [kind for (kind,) in rows] == ["callbacks.contact"]
