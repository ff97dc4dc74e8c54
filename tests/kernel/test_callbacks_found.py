"""A contact is called by whose need it was and what about, and only who may open it finds it."""

from bihuan.kernel.callbacks import actions, selectors, titles
from bihuan.kernel.callbacks.words import RECALL
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import bulk
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors.units import unit
from bihuan.kernel.jobs import run_due
from bihuan.kernel.store.sql import run
from tests.kernel import factories as make
from tests.kernel.test_callbacks import child, house

__all__ = ["house"]


def test_a_contact_says_whose_need_and_what_about(house):
    name = (firm := unit(house.firm)).short_name or firm.name
    contact = house.contact()
    assert contact.title == f"Call-back: {name} · 路灯不亮"
    row = matters.by_ids([contact.parent])[contact.parent]
    assert titles.of(row._replace(title="王先生 13807310001 反映路灯不亮，身份证 430102199001011234")) == (
        "王先生 … 反映路灯不亮，身份证 …"
    )
    assert titles.of(row._replace(title=f"{name}路灯不亮"), house.firm) == f"{name}路灯不亮", "not said twice"
    assert titles.of(row._replace(title=""), 0) == row.code


def test_a_title_that_is_personal_is_not_repeated(house, monkeypatch):
    contact = house.contact()
    row = matters.by_ids([contact.parent])[contact.parent]
    sealed = Form("contacted.open", "Open", (Field("title", "Title", cls="personal"),))
    monkeypatch.setitem(forms._registry, "contacted.open", sealed)
    assert titles.of(row) == row.code


def test_lists_hold_only_the_contacts_one_may_open(house):
    contact = house.contact()
    leader = make.make_actor(make.make_role("leader", "scope"), division=house.place)
    rated = make.make_actor(make.make_role("coordinator", "scope"), house.bureau, house.place)
    auditor = make.make_actor(make.make_role("auditor", "everything"), division=house.place)
    for actor, opens in (
        (leader, False), (rated, False), (house.officer, False), (house.clerk, False), (house.centre, True),
        (house.watch, True), (auditor, True), (house.party, True),
    ):  # fmt: skip
        for what in (Filter(), Filter(kind="callbacks.contact"), Filter(parent=contact.parent)):
            ids = {row.id for row in matters.listed(actor, what)[0]}
            assert (contact.id in ids) is opens, (actor.role, what)
        assert matters.openable(actor, {contact.id: contact.kind}) == ({contact.id} if opens else set())
    assert [row.id for row in selectors.waiting(leader)[0]] == [contact.id], (
        "it counts; its title is not shown"
    )


def test_contacts_that_an_earlier_version_called_by_a_code_are_called_by_what_they_are_about(house):
    contact = house.contact()
    flow.move(house.party, contact.id, "rate", {"grade": "unsatisfied", "why": "没修"})
    run_due()
    recall = child(RECALL, contact.id)
    code = matters.by_ids([contact.parent])[contact.parent].code
    assert bulk.name_anew(SYSTEM, {contact.id: f"您对 {code} 的意见", recall.id: f"回访：{code}"}) == 2
    assert actions.name_old() == 2
    assert actions.name_old() == 0, "once"
    rows = matters.by_ids([contact.id, recall.id])
    assert rows[contact.id].title == contact.title
    assert rows[recall.id].title == recall.title
    assert differences(contact.id) == []
    assert differences(recall.id) == []
    assert run(
        "SELECT move FROM ledger_entry WHERE chain_id = %s ORDER BY seq DESC LIMIT 1", (recall.id,)
    ) == [("named_anew",)]
