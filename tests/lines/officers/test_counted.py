"""Visits as a figure: one definition, as known on any day, open to its rows, on the page and over the API."""

from datetime import date, timedelta

import pytest
from tests.lines.officers.test_visits import firm
from tests.lines.officers.town import TODAY

from bihuan.kernel.figures import actions as kernel
from bihuan.kernel.figures import tallies
from bihuan.kernel.figures.selectors import yard
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.permits.rules import EVERYTHING
from bihuan.kernel.registers.actions import amend, withdraw
from bihuan.kernel.store.sql import run
from bihuan.lines.officers.visits.register import VISITS

pytestmark = pytest.mark.django_db


def visit(town, day, state="made", *, enterprise=0, actor=None):
    who = actor or town.officer
    values = {"enterprise": str(enterprise or firm(town, f"企业{day}{state}")), "post": str(who.post),
              "day": day.isoformat(), "state": state}  # fmt: skip
    from bihuan.kernel.identity.selectors import scope_of

    return amend(SYSTEM, VISITS, None, values, scope=scope_of(town.place), columns={"lead_unit": who.unit})


@pytest.fixture
def march(town, travel):
    """Made, planned and called off; one noted two days after; one withdrawn a week later."""
    made = [visit(town, TODAY), visit(town, TODAY + timedelta(days=1))]
    visit(town, TODAY, "planned")
    visit(town, TODAY, "cancelled")
    with travel(TODAY + timedelta(days=4)):
        late = visit(town, TODAY + timedelta(days=2))
    with travel(TODAY + timedelta(days=7)):
        withdraw(SYSTEM, VISITS, made[1], cause="重复登记")
    return town, made, late


def test_visits_are_counted_as_known_on_any_day(march, travel):
    town, made, late = march
    with travel(TODAY + timedelta(days=20)):
        now = tallies.value("officers.visits", [EVERYTHING])
        assert (now.numerator, now.denominator, [count for _t, count in now.excluded]) == (2, None, [1, 1])
        then = tallies.value("officers.visits", [EVERYTHING], as_of=TODAY + timedelta(days=2))
        assert then.numerator == 2, "the late one was not known yet, the withdrawn one still stood"
        assert tallies.value("officers.visits", [EVERYTHING], as_of=TODAY - timedelta(days=1)).numerator == 0
        assert [row.id for row in tallies.rows("officers.visits", "numerator", [EVERYTHING])] == [
            late,
            made[0],
        ]
        (one,) = tallies.rows("officers.visits", "numerator", [EVERYTHING], before=late, limit=1)
        assert (one.id, one.day) == (made[0], TODAY)
        assert one.title.startswith("企业")
        nobody = tallies.value("officers.visits", yard(town.department))
        assert nobody.numerator == 0
        with pytest.raises(KeyError):
            tallies.rows("officers.visits", "denominator", [EVERYTHING])


def test_days_are_what_was_known_at_their_end(march, travel):
    town, made, late = march
    with travel(TODAY + timedelta(days=20)):
        span = (EVERYTHING, TODAY, TODAY + timedelta(days=9))
        known = tallies.days("officers.visits", *span, known=True)
        unit = town.officer.unit
        assert known == {(TODAY, unit): [made[0]], (TODAY + timedelta(days=1), unit): [made[1]]}
        live = tallies.days("officers.visits", *span, known=False)
        assert live == {(TODAY, unit): [made[0]], (TODAY + timedelta(days=2), unit): [late]}
        assert tallies.days("nobody.brings", *span, known=True) == {}


def test_its_definition_is_kept_by_hash(march):
    kernel.record_definitions()
    ((title, text),) = run("SELECT title, text FROM figures_definition WHERE name = 'officers.visits'")
    assert (title, text) == ("Visits made", tallies.get("officers.visits").text)
    assert kernel.record_definitions() == []


def test_the_page_shows_it_and_opens_to_the_visits(march, travel):
    town, made, _late = march
    with travel(TODAY + timedelta(days=20)):
        client = town.client(town.coordinator)
        page = client.get("/figures/?period=all").content.decode()
        assert "officers.visits" in page
        opened = client.get("/figures/officers.visits/?period=all").content.decode()
        assert f"/officers/visits/{made[0]}/" in opened
        assert f"/officers/visits/{made[1]}/" not in opened
        figures = {one["name"]: one for one in client.get("/api/v1/figures?period=all").json()}
        assert figures["officers.visits"]["numerator"] == "2"
        rows = client.get("/api/v1/figures/officers.visits/numerator?period=all").json()
        assert made[0] in [row["id"] for row in rows]
        assert client.get("/figures/no.such/").status_code == 404
        assert client.get("/api/v1/figures/officers.visits/denominator").status_code == 404
        assert client.get("/figures/?on=2999-01-01").status_code == 422


def test_who_may_read_figures(town):
    assert town.client(town.enterprise).get("/figures/").status_code == 403
    officer = town.client(town.officer).get("/figures/").content.decode()
    assert "officers.visits" in officer
    assert "agency.saved" not in officer
    assert "callbacks." not in officer, "who rated is for the desk alone"
    assert town.client(town.officer).get("/figures/agency.saved/").status_code == 404
    assert "callbacks." in town.client(town.coordinator).get("/figures/").content.decode()


def test_many_at_once_equal_each_alone(march, travel):
    from bihuan.kernel.figures import registry, selectors

    town, _made, _late = march
    with travel(date(2026, 3, 20)):
        from bihuan.kernel.flow import actions as flow
        from bihuan.kernel.identity.selectors import scope_of

        for n in range(3):
            data = {"title": f"问题{n}", "category": "utilities"}
            flow.open(SYSTEM, "projects.problem", data, scope=scope_of(town.place))
        figures = registry.all_figures()
        own = yard(town.coordinator)
        alone = [selectors.computed(one, own, None, date(2026, 1, 1))[0] for one in figures]
        live = selectors.together(figures, own, None, date(2026, 1, 1))
        kernel.refresh_daily()
        rolled = selectors.together(figures, own, None, date(2026, 1, 1))
        for values in (live, rolled):
            for one, value in zip(alone, values, strict=True):
                assert (one.name, one.numerator, one.denominator, one.excluded) == (
                    value.name, value.numerator, value.denominator, value.excluded,
                ), one.name  # fmt: skip
