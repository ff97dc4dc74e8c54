"""A form read from a request: every fault stands where it can be seen, and what was typed stays."""

import pytest
from django.test import RequestFactory

from bihuan.kernel.errors import BadInput, Conflict, Refused
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.ui.doors import carry

FORM = Form("test.doors", "Set", (Field("number", "Number", "int", required=True), Field("source", "Source")))
CLERK = Actor(Kind.POST, user=1, post=1, role="clerk", title="Clerk")


def sent(**values):
    made = RequestFactory().post("/x/", values)
    made.actor = CLERK
    return made


def test_a_form_not_sent_shows_what_it_starts_with_and_does_nothing():
    asked = RequestFactory().get("/x/")
    tried = carry(asked, FORM, lambda told: pytest.fail("nothing was sent"), start={"number": "3"})
    assert (dict(tried.values), tried.errors, tried.status, tried.done) == ({"number": "3"}, {}, 200, False)


def test_what_is_good_is_carried_out_with_parsed_values():
    tried = carry(sent(number="７", source=""), FORM, lambda told: told, start={})
    assert tried.done
    assert tried.answer == {"number": 7}


@pytest.mark.parametrize(
    ("fault", "errors", "status"),
    [
        (BadInput("too much", where="number"), {"number": "too much"}, 422),
        (BadInput("not here", where="division"), {"": "not here"}, 422),
        (Conflict("stale", where="17"), {"": "stale"}, 409),
    ],
)
def test_a_fault_of_no_field_stands_above_the_form_and_what_was_typed_stays(fault, errors, status):
    def act(told):
        raise fault

    tried = carry(sent(number="7", source="台账"), FORM, act, start={})
    assert (dict(tried.errors), tried.status, tried.done) == (errors, status, False)
    assert tried.values["source"] == "台账"


def test_a_bad_field_is_named_and_nothing_is_done():
    tried = carry(sent(number="many"), FORM, lambda told: pytest.fail("was carried out"), start={})
    assert set(tried.errors) == {"number"}
    assert tried.status == 422


def test_who_may_not_is_told_on_a_page_of_its_own():
    def act(told):
        raise Refused("no right")

    with pytest.raises(Refused):
        carry(sent(number="7"), FORM, act, start={})
