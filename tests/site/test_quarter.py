"""The demonstration's park lives through a few weeks: everything goes on, holds together, and repeats itself."""

from datetime import datetime, timedelta

import pytest

from bihuan.kernel.errors import Conflict
from bihuan.kernel.flow import registry
from bihuan.kernel.flow.rebuild import differences
from bihuan.kernel.ledger.actions import verify
from bihuan.kernel.now import LOCAL, now, travel
from bihuan.kernel.store.sql import run
from bihuan.site.quarter import live

#: A Friday afternoon; a month ends in the two weeks before it, and a holiday lies there.
NOW = datetime(2026, 4, 10, 17, 0, tzinfo=LOCAL)
DAYS = 16


@pytest.fixture
def lived(db):
    registry.forget()
    with travel(NOW):
        yield live(DAYS)
    registry.forget()


def count(sql, *params):
    return run(f"SELECT count(*) FROM {sql}", params)[0][0]


def test_some_weeks_of_a_park(lived):
    assert lived.days > 8
    assert lived.refused == {}
    _everything_goes_on()
    _every_rung_and_paper_is_met()
    _nothing_lies_ahead()
    _it_holds_together()
    with pytest.raises(Conflict):
        live(DAYS)


def _everything_goes_on():
    since = NOW - timedelta(days=DAYS)
    closed = "flow_matter WHERE kind = %s AND stage = 'closed' AND created > %s"
    assert count(closed, "projects.problem", since) > 5
    assert count("flow_matter WHERE kind = 'orders.order' AND stage = 'closed'") > 1
    assert (
        count("flow_matter WHERE kind = 'meetings.meeting' AND stage = 'minuted' AND created > %s", since) > 0
    )
    assert (
        count("flow_matter WHERE kind = 'callbacks.contact' AND stage = 'rated' AND created > %s", since) > 1
    )
    assert count("flow_matter WHERE kind = 'supervision.assessment' AND title LIKE '2026年3月%%'") == 3
    assert {
        kind for (kind,) in run("SELECT DISTINCT kind FROM papers_periodical WHERE series = 'bulletin'")
    } >= {"week", "month"}
    assert count("officers_visit WHERE day > %s", since.date()) > 3
    assert count("flow_matter WHERE open AND due < %s", NOW) > 0, "a park without anything late is no park"


def _every_rung_and_paper_is_met():
    """What the weeks leave to look at: every rung was asked, orders are signed and answered, cards issued."""
    asked = "SELECT DISTINCT data ->> 'place' FROM flow_matter WHERE kind IN ('meetings.item', 'meetings.request')"
    assert {place for (place,) in run(asked) if place} >= {"1", "2"}
    moved = (
        "SELECT DISTINCT m.kind || '.' || l.move FROM ledger_entry l JOIN flow_matter m ON m.id = l.chain_id"
    )
    walked = {name for (name,) in run(moved)}
    wanted = ("meetings.item.table", "meetings.item.decide", "meetings.meeting.attend", "orders.order.sign",
              "orders.order.receive", "orders.order.answer", "orders.order.check", "orders.order.recognise",
              "callbacks.contact.rate", "projects.problem.answer", "agency.case.accept")  # fmt: skip
    assert [name for name in wanted if name not in walked] == []
    assert count("papers_paper WHERE state = 'signed' AND number <> ''") > 3


def _nothing_lies_ahead():
    entries = "ledger_entry l JOIN flow_matter m ON m.id = l.chain_id"
    for table, column in (("flow_matter", "moved"), ("flow_span", "since"), (entries, "l.recorded")):
        assert run(f"SELECT max({column}) FROM {table}")[0][0] <= NOW


def _it_holds_together():
    for (matter,) in run("SELECT id FROM flow_matter ORDER BY md5(code) LIMIT 120"):
        assert differences(matter) == []
    assert now() == NOW
    assert verify().ok
