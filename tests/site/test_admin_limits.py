"""Time limits: dated rows with their source and who checked it; running clocks keep theirs."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from tests.site.admin_house import hidden, house, send, signed_in, words

from bihuan.kernel.clock import actions as clock
from bihuan.kernel.clock import selectors as clocks
from bihuan.kernel.clock.ground import ground, place_of
from bihuan.kernel.clock.values import start_values
from bihuan.kernel.identity import actions as people
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import LOCAL, today
from bihuan.kernel.store.sql import new_ids, run

__all__ = ["house"]

RULE = "permit.decide"


def row(**more):
    return {"rule": RULE, "value": "15", "unit": "wd", "roll": "1", "source": "本市承诺第3条",
            "valid_from": today().isoformat(), **more}  # fmt: skip


def running_clock(house, started: datetime) -> int:
    matter = new_ids()[0]
    clock.write([start_values(RULE, scope_of(house.park), started, matter_id=matter, main=True)])
    return run("SELECT id FROM clock_clock WHERE matter_id = %s", (matter,))[0][0]


def test_the_list_says_what_holds_where_it_comes_from_and_what_nobody_checked(house):
    page = words(house.admin.get(reverse("admin_limits")))
    assert "行政许可决定" in page
    assert "20 working days" in page
    assert "to be verified" in page
    assert "rest on a source nobody here has read yet" in page
    found = words(house.admin.get(reverse("admin_limits") + "?q=hotline"))
    assert "咨询、求助答复" in found
    assert "行政许可决定" not in found
    assert "No limit fits" in words(house.admin.get(reverse("admin_limits") + "?checked=yes"))


def test_a_new_row_is_previewed_and_running_clocks_keep_theirs(house, travel):
    with travel(date(2026, 6, 1)):
        found = running_clock(house, datetime(2026, 6, 1, 9, 0, tzinfo=LOCAL))
        before = clocks.clock_of(found)
        url = reverse("admin_limit_add") + f"?rule={RULE}"
        page = house.admin.get(url)
        assert 'value="20"' in page.content.decode()
        preview = house.admin.post(url, {**hidden(page), **row(verified_on="2026-05-30")})
        said = words(preview)
        assert "run 15 working days" in said
        assert "for what runs already: 20 working days" in said
        assert "1 running clock keeps its row" in said
        assert len(ground().limits[RULE]) == 1
        applied = {**hidden(preview), **row(verified_on="2026-05-30")}
        first, second = house.admin.post(url, applied), house.admin.post(url, applied)
        assert first.status_code == second.status_code == 303
        assert len(ground().limits[RULE]) == 2
        assert clocks.clock_of(found) == before
        fresh = clocks.clock_of(running_clock(house, datetime(2026, 6, 2, 9, 0, tzinfo=LOCAL)))
        assert (fresh.value, fresh.due < before.due) == (15, True)
        rows = house.admin.get(f"/api/v1/admin/limits/{RULE}").json()
        assert [(r["value"], r["state"], r["verified_on"]) for r in rows] == [
            (15, "holds", "2026-05-30"),
            (20, "past", None),
        ]
        page = words(house.admin.get(reverse("admin_limit", args=[RULE])))
        assert "replaced" in page
        again = send(house.admin, url, **row(verified_on="2026-05-30"))
        assert again.status_code == 409
        assert "stands so already" in words(again)


def test_a_row_to_come_holds_from_its_day_and_for_its_place(house):
    later = today() + timedelta(days=30)
    values = row(valid_from=later.isoformat(), division="云溪高新区", value="7")
    assert send(house.admin, reverse("admin_limit_add"), **values).status_code == 303
    on, inside, outside = ground(), place_of(scope_of(house.park)), place_of(scope_of(house.other))
    assert on.limit(RULE, inside, today()).value == 20
    assert on.limit(RULE, inside, later).value == 7
    assert on.limit(RULE, outside, later).value == 20
    page = words(house.admin.get(reverse("admin_limit", args=[RULE])))
    assert "to come" in page
    assert "云溪高新区" in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"value": "0"}, "at least one"),
        ({"value": "bald"}, "whole number"),
        ({"unit": "weeks"}, "choose one from the list"),
        ({"source": ""}, "Please fill in"),
        ({"division": "无此地"}, "There is no division named"),
        ({"verified_on": "2090-01-01"}, "checked in the future"),
        ({"rule": ""}, "Please fill in"),
    ],
)  # fmt: skip
def test_faults_of_a_row_are_said_and_nothing_is_written(house, values, said):
    answer = send(house.admin, reverse("admin_limit_add"), **row(**values))
    assert answer.status_code == 422
    assert said in words(answer)
    assert len(ground().limits[RULE]) == 1
    assert values.get("source", "本市承诺第3条") in answer.content.decode()


def test_an_unknown_rule_is_not_found(house):
    assert house.admin.get(reverse("admin_limit", args=["no.such"])).status_code == 404
    assert house.admin.get("/api/v1/admin/limits/no.such").status_code == 404


def test_numbers_that_lines_keep_are_linked_for_those_who_may_open_them(house):
    keeper = roles.register(roles.Role("limit_keeper", "limit_keeper", "unit", frozenset({"admin.limits"})))
    url = reverse("projects_templates")
    user = people.create_user(SYSTEM, "keeper", "keeper")
    people.sync_roles()
    client = signed_in(user, people.appoint(SYSTEM, user, house.unit, keeper.name, house.park))
    opens = client.get(url).status_code == 200
    assert (url in client.get(reverse("admin_limits")).content.decode()) == opens
    assert (url in house.admin.get(reverse("admin_limits")).content.decode()) == (
        house.admin.get(url).status_code == 200
    )


def test_reminders_are_listed_and_set(house):
    page = words(house.admin.get(reverse("admin_reminders")))
    assert "the next working day's morning" in page
    values = {
        "kind": "urge",
        "side": "after",
        "value": "2",
        "unit": "wd",
        "active": "1",
        "source": "本区规定",
    }
    assert send(house.admin, reverse("admin_reminder_add"), **values).status_code == 303
    rows = house.admin.get("/api/v1/admin/reminders").json()
    assert [(r["value"], r["state"]) for r in rows if r["kind"] == "urge"] == [(2, "holds"), (0, "past")]
    assert next(r.value for r in ground().reminders if r.kind == "urge") == 2
    again = send(house.admin, reverse("admin_reminder_add"), **values)
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"unit": "wh"}, "counted in working days"),
        ({"value": "-1"}, "from 0 to 1000"),
        ({"upto_days": "3", "over_days": "2"}, "not both"),
        ({"source": ""}, "Please fill in"),
    ],
)  # fmt: skip
def test_faults_of_a_reminder_are_said(house, values, said):
    filled = {
        "kind": "urge",
        "side": "after",
        "value": "2",
        "unit": "wd",
        "active": "1",
        "source": "本区规定",
        **values,
    }
    answer = send(house.admin, reverse("admin_reminder_add"), **filled)
    assert answer.status_code == 422
    assert said in words(answer)


def test_the_same_over_the_api(house):
    body = {"rule": "park.reply", "title": "园区答复", "value": 3, "unit": "wd", "source": "园区承诺",
            "valid_from": today().isoformat(), "division": f"#{house.park}"}  # fmt: skip
    head = {"HTTP_IDEMPOTENCY_KEY": "l1"}
    made = [
        house.admin.post("/api/v1/admin/limits", body, content_type="application/json", **head) for _n in "ab"
    ]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json() == made[1].json()
    listed = [one for one in house.admin.get("/api/v1/admin/limits").json() if one["rule"] == "park.reply"]
    assert [(one["value"], one["division"]) for one in listed] == [(3, house.park)]
    reminder = {"kind": "due", "side": "at", "source": "x", "digest": True}
    answer = house.admin.post("/api/v1/admin/reminders", reminder, content_type="application/json")
    assert answer.status_code == 201
