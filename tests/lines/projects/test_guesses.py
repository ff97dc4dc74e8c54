"""Guessed durations are dated rows by place; where nobody has set any, those that come with the program hold."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.lines.projects.park import TODAY, Park

from bihuan.kernel.errors import BadInput, Refused
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.now import travel
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.timetables import guessing
from bihuan.logic.likelihood import Guess

THREE = (Decimal("0.6"), Decimal(1), Decimal(2))


@pytest.fixture
def park(db):
    with travel(TODAY):
        guessing.load_defaults()
        yield Park()


def test_the_nearest_place_and_the_latest_day_win(park):
    here, there = identity.scope_of(park.place), identity.scope_of(park.elsewhere)
    shipped = guessing.packaged()["government"]
    assert guessing.guesses_at(here, TODAY)["government"] == shipped
    guessing.put_guess(park.coordinator, "government", *THREE, source="近三年台账", division=park.place)
    assert guessing.guesses_at(here, TODAY)["government"] == Guess(0.6, 1.0, 2.0)
    assert guessing.guesses_at(here, TODAY - timedelta(days=1))["government"] == shipped, "not before its day"
    assert guessing.guesses_at(there, TODAY)["government"] == shipped, "not elsewhere"
    run("DELETE FROM projects_guess")
    assert guessing.guesses_at(here, TODAY)["supply"] == guessing.packaged()["supply"], "falls back"


def test_bad_numbers_and_other_places_are_refused(park):
    with pytest.raises(BadInput):
        guessing.put_guess(park.coordinator, "government", Decimal(2), Decimal(1), Decimal(3), source="错",
                           division=park.place)  # fmt: skip
    with pytest.raises(BadInput):
        guessing.put_guess(park.coordinator, "government", *THREE, source=" ", division=park.place)
    with pytest.raises(Refused):
        guessing.put_guess(park.coordinator, "government", *THREE, source="别处", division=park.elsewhere)
    with pytest.raises(Refused):
        guessing.put_guess(park.officer, "government", *THREE, source="无权", division=park.place)


def test_they_are_set_on_a_page(park):
    browser = park.client(park.coordinator)
    assert "Guessed durations" in browser.get("/projects/templates/").content.decode()
    form = {
        "side": "third",
        "best": "0.9",
        "often": "1",
        "worst": "1.4",
        "since": date(2026, 3, 2),
        "source": "中介年报",
    }
    assert browser.post("/projects/guesses/set/", form).status_code == 303
    assert "中介年报" in browser.get("/projects/guesses/").content.decode()
    assert browser.post("/projects/guesses/set/", {**form, "worst": "0.5"}).status_code == 422
    assert (
        "/projects/guesses/set/" not in park.client(park.officer).get("/projects/guesses/").content.decode()
    )
