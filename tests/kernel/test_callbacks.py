"""One contact: confirmation, rating, call-back; silence is silence; the rated never fill in their own grade."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError

from bihuan.kernel.callbacks import actions, counted, registry, reminding, selectors
from bihuan.kernel.callbacks.words import REMINDERS
from bihuan.kernel.content.selectors import open_values
from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import registry as rules
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity import selectors as people
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.jobs import run_due
from bihuan.kernel.notices import deliveries
from bihuan.kernel.notices.models import Hook
from bihuan.kernel.now import LOCAL, now, travel
from bihuan.kernel.permits.rules import EVERYTHING, sees_field
from bihuan.kernel.store.sql import atomic, run
from bihuan.logic.mechanism import Grant, Mechanism, Move, Stage
from tests.kernel import doubles
from tests.kernel import factories as make

MONDAY = date(2026, 3, 2)
ANY = (Grant(), Grant(kind="system"), Grant(kind="party"))
THING = Mechanism(
    name="contacted.thing", title="Thing", noun="Thing", prefix="CT",
    stages=(Stage("open", "Open"), Stage("done", "Done", final=True)),
    moves=(
        Move("open", "Open", (), "open", ANY, form="contacted.open", hold="field"),
        Move("finish", "Finish", ("open",), "done", ANY, hold="none", reactions=("callbacks.ask",)),
        Move("confirm", "Confirm", ("done",), "", (Grant(kind="system"),), form="contacted.confirm", commutative=True),
        Move("reopen", "Reopen", ("done",), "open", ANY, form="contacted.reason", hold="lead", episode=True,
             reactions=("callbacks.void",)),
    ),
)  # fmt: skip


def day(number: int, hour: int = 10) -> datetime:
    return datetime.combine(MONDAY + timedelta(days=number), time(hour), LOCAL)


class House:
    """A park with a centre, a bureau that is rated and an enterprise that rates."""

    def __init__(self):
        self.place = make.make_division(level="park")
        self.bureau = make.make_org(division=self.place)
        self.firm = make.make_org(kind="enterprise", division=self.place)
        self.centre = make.make_actor(make.make_role("coordinator", "scope"), division=self.place)
        self.watch = make.make_actor(make.make_role("supervisor", "scope"), division=self.place)
        self.officer = make.make_actor(make.make_role("officer", "scope"), division=self.place)
        self.clerk = make.make_actor(make.make_role("department"), self.bureau, self.place)
        self.party = make.make_party(self.firm)

    def closed(self, party: int = -1, unit: int = 0, phone: str = "") -> int:
        """Return a matter that was handled by the bureau and closed."""
        data = {"title": "路灯不亮", "unit": unit or self.bureau, **({"phone": phone} if phone else {})}
        firm = self.firm if party < 0 else party
        matter = flow.open(
            self.centre, THING.name, data, scope=people.scope_of(self.place), party=firm
        ).matter
        flow.move(self.centre, matter, "finish", {})
        run_due()
        return matter

    def contact(self, **more):
        matter = self.closed(**more)
        return selectors.contact_of(matter, 1)


@pytest.fixture
def house(db):
    for form in (
        Form(
            "contacted.open",
            "Open",
            (
                Field("title", "Title"),
                Field("unit", "Unit", "unit"),
                Field("phone", "Phone", "phone", cls="personal"),
            ),
        ),
        Form("contacted.confirm", "Confirm", (Field("happy", "Happy"),)),
        Form("contacted.reason", "Reason", (Field("reason", "Reason"),)),
    ):
        forms.register(form)
    rules.register(THING)
    registry.register(
        registry.Asked(THING.name, "confirm", "happy", {"very": "yes", "unsatisfied": "no"}, ("reopen",))
    )
    with travel(day(0)):
        yield House()
    rules._mechanisms.pop(THING.name)
    registry._asked.pop(THING.name)


def stage(matter: int) -> str:
    return matters.by_ids([matter])[matter].stage


def child(kind: str, parent: int):
    rows = run("SELECT id FROM flow_matter WHERE kind = %s AND parent = %s", (kind, parent))
    return matters.by_ids([row[0] for row in rows])[rows[0][0]] if rows else None


def test_a_closed_matter_asks_whom_it_was_for_once(house):
    contact = house.contact()
    assert (contact.stage, contact.holder_role, contact.party) == ("asked", "party", house.firm)
    assert contact.value("rated") == house.bureau
    assert [row.id for row in matters.held(house.party)] == [contact.id]
    again = actions.ask(SYSTEM, contact.parent)
    assert (again.matter, again.again) == (contact.id, True)
    with pytest.raises(IntegrityError), atomic():
        run(
            "INSERT INTO callbacks_asking (contact, parent, turn, unit, reminded) VALUES (1, %s, 1, 0, 0)",
            (contact.parent,),
        )
    assert differences(contact.id) == []


def test_one_form_confirms_and_rates(house):
    contact = house.contact()
    flow.move(house.party, contact.id, "rate", {"grade": "very", "why": "快"})
    run_due()
    assert stage(contact.id) == "rated"
    assert matters.by_ids([contact.parent])[contact.parent].value("happy") is None
    assert run("SELECT move FROM ledger_entry WHERE chain_id = %s ORDER BY seq", (contact.parent,))[-1] == (
        "confirm",
    )
    with pytest.raises(Conflict):
        flow.move(house.party, contact.id, "rate", {"grade": "basically"})
    assert child("callbacks.recall", contact.id) is None


def test_nobody_rates_for_another(house):
    contact = house.contact()
    for actor in (house.centre, house.watch):
        with pytest.raises(Refused):
            flow.move(actor, contact.id, "rate", {"grade": "very"})
    for actor in (house.officer, house.clerk, make.make_party()):
        with pytest.raises(NotFound):
            flow.move(actor, contact.id, "rate", {"grade": "very"})
    with pytest.raises(NotFound):
        flow.move(
            house.officer, contact.id, "phone", {"grade": "very", "spoke": "吴", "called": now().isoformat()}
        )


def test_another_unit_may_write_down_a_call_and_it_shows(house):
    said = {"grade": "basically", "spoke": "吴厂长", "called": now().isoformat()}
    own = house.contact(unit=house.centre.unit)
    with pytest.raises(NotFound):
        flow.move(house.centre, own.id, "phone", said)
    flow.move(house.watch, own.id, "phone", said)
    contact = house.contact()
    flow.move(house.centre, contact.id, "missed", {})
    flow.move(house.centre, contact.id, "missed", {})
    flow.move(house.centre, contact.id, "phone", said)
    row = matters.by_ids([contact.id])[contact.id]
    assert (row.value("way"), row.value("missed"), row.stage) == ("phone", 2, "rated")


def test_a_link_answers_without_an_account(house):
    matter = flow.open(
        house.centre, THING.name, {"title": "私人", "unit": house.bureau}, scope=people.scope_of(house.place)
    )
    identity.issue_link(SYSTEM, matter.matter, valid_until=now() + timedelta(days=30))
    flow.move(house.centre, matter.matter, "finish", {})
    run_due()
    contact = selectors.contact_of(matter.matter, 1)
    link = people.link_actor(people.links_of(matter.matter)[0], contact.id)
    flow.move(link, contact.id, "rate", {"grade": "satisfied"})
    assert matters.by_ids([contact.id])[contact.id].value("way") == "link"
    nobody = house.closed(party=0)
    assert selectors.contact_of(nobody, 1) is None, "there is nobody to ask"


def test_a_bad_grade_is_called_back_put_right_and_rated_once_more(house):
    contact = house.contact()
    flow.move(house.party, contact.id, "rate", {"grade": "unsatisfied", "why": "等了三周"})
    run_due()
    actions.answered([contact.id])
    recall = child("callbacks.recall", contact.id)
    assert recall.party == 0, "who called back learns why; the unit never who"
    assert recall.due.astimezone(LOCAL).date() == MONDAY + timedelta(days=1)
    flow.move(house.centre, recall.id, "hand_over", {"said": "企业等待过久", "unit": house.bureau})
    run_due()
    mend = child("callbacks.rectify", contact.id)
    assert mend.due.astimezone(LOCAL).date() == date(2026, 3, 23), "fifteen working days"
    assert matters.matter(house.clerk, mend.id).lead_unit == house.bureau
    with pytest.raises(NotFound):
        matters.matter(house.clerk, contact.id)
    flow.move(
        house.clerk,
        mend.id,
        "report",
        {"reply": "已增派人手", "evidence": [make.make_file(house.clerk, mend.id)]},
    )
    flow.move(house.centre, mend.id, "accept", {})
    run_due()
    assert stage(contact.id) == "again"
    flow.move(house.party, contact.id, "rate_again", {"grade_again": "very"})
    assert stage(contact.id) == "rated"
    with pytest.raises(BadInput, match="already"):
        flow.move(SYSTEM, contact.id, "again", {})
    for row in (contact.id, recall.id, mend.id):
        assert differences(row) == []


def test_names_and_numbers_in_a_bad_grade_are_read_by_who_calls_back_only(house):
    contact = house.contact()
    said, shown = "联系人李梅，电话13812345678，等了三周", "联系人李*，电话138****5678，等了三周"
    flow.move(house.party, contact.id, "rate", {"grade": "unsatisfied", "unsolved": "on", "why": said})
    run_due()
    (reason,), _more = selectors.reasons(house.clerk)
    assert reason.why == shown
    recall = child("callbacks.recall", contact.id)
    values = {ref.field: (value.text, value.cls) for ref, value in open_values(recall.id).items()}
    assert (values["why"][0], values["original"]) == (shown, (said, "sensitive"))
    assert [sees_field(who, "sensitive", recall) for who in (house.centre, house.clerk)] == [True, False]
    flow.move(house.centre, recall.id, "hand_over", {"said": f"又说：{said}", "unit": house.bureau})
    run_due()
    for matter in (child("callbacks.rectify", contact.id).id, contact.parent):
        told = [value.text for value in open_values(matter).values()]
        assert any(shown in text for text in told)
        assert not any("13812345678" in text for text in told)


def test_a_bad_grade_of_the_centre_waits_on_the_supervision_offices_workbench(house):
    """The centre can't call back about itself: the call, and what it later reports as put right, wait for 督查室."""
    contact = house.contact(unit=house.centre.unit)
    flow.move(house.party, contact.id, "rate", {"grade": "unsatisfied", "why": "等了三周"})
    run_due()
    recall = child("callbacks.recall", contact.id)
    assert recall.id in [row.id for row in matters.held(house.watch)]
    assert recall.id not in [row.id for row in matters.held(house.centre)]
    actions.answered([contact.id])
    assert matters.by_ids([recall.id])[recall.id].ver == recall.ver, "again it changes nothing"
    flow.move(house.watch, recall.id, "hand_over", {"said": "等待过久", "unit": house.centre.unit})
    run_due()
    mend = child("callbacks.rectify", contact.id)
    said = {"reply": "已增派人手", "evidence": [make.make_file(house.centre, mend.id)]}
    flow.move(house.centre, mend.id, "report", said)
    run_due()
    assert mend.id in [row.id for row in matters.held(house.watch)]
    assert mend.id not in [row.id for row in matters.held(house.centre)]
    flow.move(house.watch, mend.id, "accept", {})
    for row in (recall.id, mend.id):
        assert differences(row) == []


def test_unsolved_goes_back_and_a_reopened_matter_is_asked_about_anew(house):
    contact = house.contact()
    flow.move(house.party, contact.id, "rate", {"grade": "basically", "unsolved": "on", "why": "灯还是不亮"})
    run_due()
    matter = matters.by_ids([contact.parent])[contact.parent]
    assert (matter.stage, matter.episode) == ("open", 2)
    flow.move(house.centre, matter.id, "finish", {})
    run_due()
    second = selectors.contact_of(matter.id, 2)
    flow.move(house.centre, matter.id, "reopen", {"reason": "企业来电"})
    run_due()
    assert stage(second.id) == "void"


def test_three_reminders_in_five_working_days_then_not_rated(house):
    contact = house.contact()
    told = []
    for number in range(12):
        with travel(day(number, 9)):
            reminding.sweep()
            reminding.sweep()
            (row,) = run("SELECT reminded FROM callbacks_asking WHERE contact = %s", (contact.id,))
            told.append(row[0])
            ended = stage(contact.id)
        if ended != "asked":
            break
    assert told == [0, 1, 1, 2, 2, 2, 2, 3, 3]
    assert (ended, number) == ("lapsed", 8), "on the day after the fifth working day"
    assert run("SELECT count(*) FROM notices_notice WHERE kind = 'callbacks.reminder'") == [(REMINDERS,)]


def test_after_a_standstill_everybody_still_gets_three_reminders_on_three_days(house):
    contact = house.contact()
    for number in range(30, 34):
        with travel(day(number, 9)):
            assert stage(contact.id) == "asked"
            reminding.sweep()
    assert stage(contact.id) == "lapsed"


def test_whom_nobody_can_reach_is_not_reached_and_not_content(house):
    contact = house.contact(party=make.make_org(kind="enterprise"))
    with travel(day(9)):
        reminding.sweep()
    assert stage(contact.id) == "unreached"


def test_the_rate_leaves_silence_out(house):
    grades = ["very", "satisfied", "basically", "unsatisfied"]
    for grade in grades:
        flow.move(house.party, house.contact().id, "rate", {"grade": grade})
    silent = house.contact()
    house.contact(party=make.make_org(kind="enterprise"))
    with travel(day(6)):
        house.contact()
    for number in (1, 3, 7, 8):
        with travel(day(number, 9)):
            reminding.sweep()
    assert stage(silent.id) == "lapsed"
    with travel(day(8, 10)):
        (rate,) = figures.value(counted.SATISFIED.name, (EVERYTHING,))
        (heard,) = figures.value(counted.HEARD.name, (EVERYTHING,))
    assert (rate.numerator, rate.denominator) == (3, 4)
    assert (heard.numerator, heard.denominator) == (4, 7)
    assert [int(count) for _title, count in rate.excluded][:2] == [1, 1]


def test_the_rated_unit_reads_reasons_and_nobody_s_name(house):
    flow.move(house.party, house.contact().id, "rate", {"grade": "unsatisfied", "why": "等了三周"})
    house_two = make.make_org(division=house.place)
    (reason,), more = selectors.reasons(house.clerk)
    assert (reason.grade, reason.why, reason.month, more) == ("unsatisfied", "等了三周", date(2026, 3, 1), 0)
    assert not hasattr(reason, "party")
    assert selectors.reasons(make.make_actor("department", house_two, house.place)) == ([], 0)
    assert len(selectors.reasons(house.watch)[0]) == 1
    assert selectors.reasons(make.make_actor("coordinator", division=make.make_division(level="park"))) == (
        [],
        0,
    )


def swept(contact, days):
    """Let days go by, carrying what waits at nine and at night; return the stage in the end."""
    for number in range(days):
        for hour in (3, 9):
            with travel(day(number, hour)):
                reminding.sweep()
                deliveries.carry_waiting()
    return stage(contact)


def test_whoever_has_no_account_is_reminded_by_sms_with_a_link(house, settings, monkeypatch):
    monkeypatch.setenv("BIHUAN_HOOK_SMS", "secret")
    settings.PUBLIC_URL = "https://bihuan.example.org"
    other = make.make_org(kind="enterprise", division=house.place)
    with travel(day(0)):
        contact = house.contact(party=other, phone="13807310001")
    with doubles.http() as double:
        double.answers["/send"] = (200, {"ok": True})
        Hook.objects.create(name="sms", shape="sms_person", url=f"{double.url}/send")
        with travel(day(1, 3)):
            assert reminding.sweep() == 1, "the reminder is due on its day"
            assert deliveries.carry_waiting() == 0, "nobody is disturbed at night"
        ended = swept(contact.id, 10)
        texts = [call.json()["text"] for call in double.calls]
        assert [call.json()["phones"] for call in double.calls] == [["+8613807310001"]] * REMINDERS
        links = {text.rpartition(" ")[2] for text in texts}
        assert len(links) == 1, "each reminder has the same link"
        assert next(iter(links)).startswith("https://bihuan.example.org/l/")
        with travel(day(2)):
            link, _actor = identity.enter_by_link(
                next(iter(links)).strip("/").rpartition("/")[2], "127.0.0.1"
            )
            assert link.matter == contact.parent
    assert ended == "lapsed", "three reminders that arrived and no answer: not rated"
    stored = run("SELECT string_agg(n.params::text || d.error, '') FROM notices_notice n"
                 " JOIN notices_delivery d ON d.notice_id = n.id")[0][0]  # fmt: skip
    assert "1380731" not in stored
    assert "/l/" not in stored
    assert run("SELECT count(*) FROM content_reading WHERE why = 'SMS reminder to rate'") == [(REMINDERS,)]


def test_an_sms_that_never_arrived_is_no_reminder(house, settings):
    settings.PUBLIC_URL = ""
    other = make.make_org(kind="enterprise", division=house.place)
    Hook.objects.create(name="sms", shape="sms_person", url="https://127.0.0.1:1/send")
    with travel(day(0)):
        contact = house.contact(party=other, phone="13807310001")
    assert swept(contact.id, 10) == "unreached"
    errors = {error for (error,) in run("SELECT error FROM notices_delivery WHERE channel = 'phone'")}
    assert errors == {"BIHUAN_URL is not set: a link needs the public address"}


def test_without_a_gateway_or_a_phone_nobody_is_texted(house):
    other = make.make_org(kind="enterprise", division=house.place)
    with travel(day(0)):
        contact = house.contact(party=other, phone="13807310001")
    assert swept(contact.id, 10) == "unreached"
    assert run("SELECT count(*) FROM notices_delivery WHERE channel = 'phone'") == [(0,)]
