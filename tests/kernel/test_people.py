"""Persons: masked to everybody, in clear only with a reason that stays on record."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.content import actions as content
from bihuan.kernel.errors import BadInput, Conflict, FieldErrors, NotFound, Unavailable
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind
from bihuan.kernel.ledger import selectors as ledger
from bihuan.kernel.now import travel
from bihuan.kernel.people import actions, selectors, values
from bihuan.kernel.people.actions import NewPerson
from bihuan.kernel.store.sql import run

OFFICER = Actor(Kind.POST, user=7, post=9, role="officer", unit=3)
DAY = datetime(2026, 3, 2, 1, tzinfo=UTC)
NUMBER = "11010519491231002X"  # the example of GB 11643


def person(**changes):
    given = {"name": "王建平", "phone": "138 0013 1234", "number": NUMBER, "purpose": "回访"}
    return NewPerson(**(given | changes))


@pytest.mark.django_db
def test_a_person_is_shown_masked_and_stored_encrypted():
    person_id = actions.add_person(OFFICER, person())
    shown = selectors.masked([person_id])[person_id]
    assert (shown.name, shown.phone, shown.number) == ("王*平", "138****1234", "110***********002X")
    for table in ("people_person", "content_value", "content_key", "ledger_entry"):
        dumped = str(run(f"SELECT t::text FROM {table} t"))
        assert "建平" not in dumped
        assert "13800131234" not in dumped
        assert NUMBER not in dumped


@pytest.mark.django_db
def test_reading_in_clear_needs_a_reason_and_leaves_a_line():
    person_id = actions.add_person(OFFICER, person())
    with pytest.raises(BadInput):
        selectors.read_person(person_id, OFFICER, "")
    with travel(DAY):
        clear = selectors.read_person(person_id, OFFICER, "回访 2026-17 号")
    assert (clear.name, clear.phone, clear.number) == ("王建平", "+8613800131234", NUMBER)
    lines = selectors.readings_of(person_id)
    assert {line.ref.field for line in lines} == {"name", "phone", "number"}
    assert {(line.user, line.post, line.why, line.at) for line in lines} == {(7, 9, "回访 2026-17 号", DAY)}
    with pytest.raises(NotFound):
        selectors.read_person(person_id + 1, OFFICER, "x")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "written", ["13800131234", "+86 138-0013-1234", "138 0013 1234", "１３８００１３１２３４"]
)
def test_a_phone_is_found_however_it_is_written(written):
    first = actions.add_person(OFFICER, person())
    second = actions.add_person(OFFICER, person(number=""))
    actions.add_person(OFFICER, person(number="", phone="13800131235"))
    assert selectors.find_by_phone(written) == [first, second]
    assert selectors.find_by_number(NUMBER.lower()) == first


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phone": "12345678901"}, "phone"),
        ({"phone": "call me"}, "phone"),
        ({"number": "110105194912310021"}, "number"),
        ({"number": "11010519491331002X"}, "number"),
        ({"number": "123"}, "number"),
        ({"name": "  "}, "name"),
    ],
)
def test_values_that_cannot_be_right_are_refused_and_nothing_is_stored(changes, field):
    with pytest.raises(FieldErrors) as caught:
        actions.add_people(OFFICER, [person(), person(**changes)])
    assert list(caught.value.errors) == [field]
    assert run("SELECT count(*) FROM people_person") == [(0,)]


@pytest.mark.django_db
def test_a_purpose_and_a_known_basis_are_required():
    with pytest.raises(BadInput, match="purpose"):
        actions.add_person(OFFICER, person(purpose=" "))
    with pytest.raises(BadInput, match="basis"):
        actions.add_person(OFFICER, person(basis="curiosity"))


@pytest.mark.django_db
def test_one_identity_number_is_one_person():
    actions.add_person(OFFICER, person())
    with pytest.raises(Conflict):
        actions.add_person(OFFICER, person(name="王平"))


@pytest.mark.django_db
def test_amending_keeps_the_old_value_in_the_chain_and_finds_by_the_new():
    person_id = actions.add_person(OFFICER, person())
    actions.amend_person(OFFICER, person_id, phone="13900000002", number="")
    assert selectors.find_by_phone("13800131234") == []
    assert selectors.find_by_phone("13900000002") == [person_id]
    assert selectors.find_by_number(NUMBER) is None
    clear = selectors.read_person(person_id, OFFICER, "核对")
    assert (clear.phone, clear.number) == ("+8613900000002", "")
    assert [entry.move for entry in ledger.history(person_id)] == ["people.add", "people.amend"]
    assert run("SELECT seq, ver FROM people_person") == [(2, 1)]
    with pytest.raises(BadInput):
        actions.amend_person(OFFICER, person_id, age="3")
    with pytest.raises(NotFound):
        actions.amend_person(OFFICER, person_id + 1, name="x")


@pytest.mark.django_db
def test_an_erased_person_is_gone_from_masks_indexes_and_values():
    person_id = actions.add_person(OFFICER, person())
    other = actions.add_person(OFFICER, person(number=""))
    actions.erase_person(OFFICER, person_id, "本人申请")
    assert selectors.find_by_phone("13800131234") == [other]
    assert selectors.masked([person_id])[person_id].name == ""
    assert selectors.read_person(person_id, OFFICER, "看看").name == ""
    assert [entry.move for entry in ledger.history(person_id)] == ["people.add", "content.purge"]


@pytest.mark.django_db
def test_erasing_one_field_leaves_the_others():
    person_id = actions.add_person(OFFICER, person())
    content.erase(OFFICER, person_id, field="phone", reason="撤回同意")
    shown = selectors.masked([person_id])[person_id]
    assert (shown.name, shown.phone) == ("王*平", "")
    assert selectors.find_by_phone("13800131234") == []
    assert selectors.read_person(person_id, OFFICER, "看").name == "王建平"


@pytest.mark.django_db
def test_a_ground_holds_from_its_start_to_its_end():
    with travel(DAY):
        person_id = actions.add_person(OFFICER, person(until=DAY + timedelta(days=30)))
        actions.add_ground(OFFICER, person_id, "培训", "consent")
        assert selectors.with_ground([person_id], "回访") == {person_id}
        assert selectors.with_ground([person_id], "推销") == set()
    with travel(DAY + timedelta(days=30)):
        assert selectors.with_ground([person_id], "回访") == set()
        assert selectors.with_ground([person_id], "培训") == {person_id}
        actions.end_ground(OFFICER, person_id, "培训")
        assert selectors.with_ground([person_id], "培训") == set()
        with pytest.raises(NotFound):
            actions.end_ground(OFFICER, person_id, "培训")
    assert selectors.with_ground([person_id], "培训", DAY) == {person_id}


@pytest.mark.django_db
def test_many_persons_are_stored_with_a_handful_of_statements(monkeypatch):
    calls = []
    for module in ("people.actions", "content.actions", "ledger.actions"):
        monkeypatch.setattr(
            f"bihuan.kernel.{module}.run", lambda sql, *args: calls.append(sql) or run(sql, *args)
        )
    ids = actions.add_people(SYSTEM, [person(number="", phone=f"138001300{n:02}") for n in range(100)])
    assert len(set(ids)) == 100
    assert len(calls) == 5


@pytest.mark.django_db
def test_without_a_blind_key_nothing_is_stored(settings):
    settings.BIHUAN_BLIND_KEY = "short"
    with pytest.raises(Unavailable, match="blind"):
        actions.add_person(OFFICER, person())


@pytest.mark.django_db
def test_the_database_itself_refuses_an_unknown_basis():
    person_id = actions.add_person(OFFICER, person())
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE people_ground SET basis = 'other' WHERE person_id = %s", (person_id,))


@pytest.mark.parametrize(
    ("name", "mask"), [("王", "*"), ("王平", "王*"), ("王建平", "王*平"), ("欧阳建平", "欧**平")]
)
def test_names_are_masked_by_their_length(name, mask):
    assert values.mask_name(name) == mask


@given(st.text(max_size=30))
def test_any_text_is_a_phone_or_a_clear_refusal(text):
    for clean in (values.clean_phone, values.clean_number, values.clean_name):
        with suppress(FieldErrors):
            assert clean(text)


def test_a_landline_and_a_foreign_number_are_masked():
    assert values.mask_phone(values.clean_phone("0731-88881234")) == "731****1234"
    assert values.mask_phone(values.clean_phone("+852 2123 4567")) == "****67"
    assert values.mask_phone("") == ""
